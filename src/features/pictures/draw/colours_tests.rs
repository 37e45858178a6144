//! What eyes make of the colours: simulated after Machado, Oliveira and Fernandes (2009) at full severity.

use super::*;

type Rgb = [f64; 3];
const EYES: [(&str, [[f64; 3]; 3]); 4] = [
    ("all three cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "deuteranopia",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ),
    (
        "tritanopia",
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ),
];

fn linear(hex: &str) -> Rgb {
    [1, 3, 5].map(|at| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour")) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

fn seen(colour: Rgb, eye: &[[f64; 3]; 3]) -> Rgb {
    eye.map(|row| row.iter().zip(colour).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0))
}

fn lab([r, g, b]: Rgb) -> Rgb {
    let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47);
    let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// How far two colours are apart for the eye that sees them least apart (CIE 1976).
fn apart(a: &str, b: &str) -> f64 {
    let far = |eye| {
        let (a, b) = (lab(seen(linear(a), eye)), lab(seen(linear(b), eye)));
        a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
    };
    EYES.iter().map(|(_, eye)| far(eye)).fold(f64::INFINITY, f64::min)
}

fn contrast(a: &str, b: &str) -> f64 {
    let light = |hex| {
        let [r, g, b] = linear(hex);
        0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
    };
    let (a, b) = (light(a), light(b));
    if a > b { a / b } else { b / a }
}

fn of(classes: &[&str], dark: bool) -> Vec<&'static str> {
    classes.iter().map(|c| find(c).expect("a class")).map(|p| if dark { p.dark } else { p.light }).collect()
}

#[test]
fn neighbours_differ_for_every_eye_in_both_themes() {
    for dark in [false, true] {
        let kinds = of(&KINDS, dark);
        for pair in kinds.windows(2) {
            assert!(apart(pair[0], pair[1]) >= 20.0, "dark {dark}: {pair:?} {}", apart(pair[0], pair[1]));
        }
        // one that is not there in a bar makes neighbours of others
        for (i, a) in kinds.iter().enumerate() {
            for b in &kinds[i + 1..] {
                assert!(apart(a, b) >= 15.0, "dark {dark}: {a} {b} {}", apart(a, b));
            }
        }
        // steps of one colour: each is told from the next by its lightness
        for steps in [of(&STEPS[..3], dark), of(&AREAS, dark)] {
            for pair in steps.windows(2) {
                assert!(apart(pair[0], pair[1]) >= 7.0, "dark {dark}: {pair:?} {}", apart(pair[0], pair[1]));
            }
        }
    }
}

#[test]
fn marks_stand_out_from_their_ground() {
    for dark in [false, true] {
        let grounds = if dark { ["#1a212b", "#12171e"] } else { ["#ffffff", "#fbfaf6"] };
        let marks =
            KINDS.iter().chain(&STEPS[..3]).chain(&[OTHERS, NOT_STATED, "o4", "o5", "ring", "dash", "now", GAP]);
        for class in marks {
            let colour = of(&[class], dark)[0];
            for ground in grounds {
                assert!(contrast(colour, ground) >= 3.0, "dark {dark}: {class} {}", contrast(colour, ground));
            }
        }
        for class in ["lb", "ls", "lq", "lf", "nt", "hd", "mn", "mf", "ms", "mq", "mg"] {
            let colour = of(&[class], dark)[0];
            assert!(grounds.iter().all(|g| contrast(colour, g) >= 4.5), "dark {dark}: {class}");
        }
        // figures on areas
        for (areas, text) in [(&AREAS[..3], "lf"), (&AREAS[3..], "li")] {
            for area in areas {
                let (on, text) = (of(&[area], dark)[0], of(&[text], dark)[0]);
                assert!(contrast(on, text) >= 4.5, "dark {dark}: {area} {}", contrast(on, text));
            }
        }
    }
}

#[test]
fn the_stylesheet_has_the_same_colours() {
    let sheet = include_str!("../../../../static/css/pictures.css");
    for p in &PAINTS {
        assert!(sheet.contains(&format!(".{}", p.class)), "{} is not in the stylesheet", p.class);
    }
    for p in PAINTS.iter().filter(|p| p.class.len() == 2 && p.class.starts_with(['c', 'o'])) {
        assert!(sheet.contains(&format!("--pic-{}: {}", p.class, p.light)), "{} light", p.class);
        assert_eq!(sheet.matches(&format!("--pic-{}: {}", p.class, p.dark)).count(), 2, "{} dark, twice", p.class);
    }
}

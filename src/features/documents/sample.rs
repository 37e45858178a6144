//! Documents to try things on: invented, in the scripts of the region.

use chrono::NaiveDate;

use super::model::{Block, Cell, Checksum, Column, Document, Item, Note, Picture, Row, Run, Table, words};
use crate::kernel::i18n::Locale;

const TEXTS: [&str; 4] = [
    "The parties train investigators together, exchange what they learn each quarter, and report to the Board once a year. Where a training is given by several donors, they agree on its programme beforehand and one of them keeps the calendar.",
    "Обука на истражители за сајбер криминал: заеднички вежби во Ѓорче Петров и Ќојлија, со оценка на секои шест месеци. Кандидатите се избираат по оглас.",
    "Hetuesit e krimit kompjuterik stërviten së bashku; çdo gjashtë muaj shqyrtohet përparimi dhe plani përditësohet me palët.",
    "Službenici granične policije pohađaju zajedničku obuku; izvještaj se podnosi svake godine do 31. ožujka, uključujući pokazatelje i njihove početne vrijednosti.",
];

/// Keeps a file to be looked at, where a folder for it is named.
#[expect(clippy::disallowed_methods, reason = "a switch of these tests, not of the program")]
pub fn kept(name: &str, file: &[u8]) {
    if let Ok(folder) = std::env::var("CONCERT_SAMPLES") {
        std::fs::write(std::path::Path::new(&folder).join(name), file).unwrap();
    }
}

pub fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 17).unwrap_or_default()
}

fn text(i: usize) -> &'static str {
    TEXTS.get(i % TEXTS.len()).copied().unwrap_or_default()
}

/// A plan of so many objectives, each about three pages long.
pub fn plan(objectives: usize) -> Document {
    let mut d = Document::new(
        Locale::English,
        "Integrated Plan of Action on cyber-enabled crime 2026–2029",
        "Integrated Coordination of the Example Region",
        day(),
    );
    d.subtitle = "Pillar Two, as adopted by the Board".to_owned();
    d.short_title = "Integrated Plan of Action, Pillar Two".to_owned();
    d.banner = Some("Example: not the official text".to_owned());
    d.cover_line("State of the text", "Adopted by the Board on 12 March 2026, decision 2026/04");
    d.cover_line("Period", "1 January 2026 to 31 December 2029");
    d.cover_line("Made", "17 March 2026 for Ada Example, Ministry of the Interior of Arvania");
    d.notes.push(Note {
        mark: "*".to_owned(),
        text: "This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the ICJ Opinion on the Kosovo declaration of independence.".to_owned(),
    });
    d.checksums.push(Checksum {
        label: "Adopted text, SHA-256".to_owned(),
        hex: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
    });
    d.heading(1, "Purpose and scope");
    d.text("This plan says what the parties want to reach together by the end of 2029 and who does what.\n\nIt covers prevention, investigation and response.");
    d.push(Block::Callout {
        title: "How to read it".to_owned(),
        paragraphs: vec![vec![
            Run::plain(
                "Codes are stable once the plan is adopted. An action under a measure is shown with its donor; ",
            ),
            Run::strong("not stated"),
            Run::plain(" means that nobody has said so yet. See "),
            Run::link("the first objective", "#o1"),
            Run::plain("."),
        ]],
    });
    for o in 1..=objectives {
        d.anchored(1, format!("Objective {o}. Investigations lead to convictions"), format!("o{o}"));
        d.paragraph(text(o));
        for p in 1..=2 {
            d.anchored(2, format!("{o}.{p} Joint capacities of the services"), format!("o{o}p{p}"));
            for m in 1..=3 {
                measure(&mut d, o, p, m);
            }
        }
        d.push(Block::Picture(picture()));
        d.push(matrix(o));
    }
    d.push(Block::Small {
        runs: vec![Run::plain("Source: the parties' own statements, confirmed in the first quarter of 2026.")],
    });
    d
}

/// As the pictures of documents are drawn; with letters that no typeface of ours has.
pub fn picture() -> Picture {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 80\" width=\"640\" height=\"80\" \
        font-family=\"'Source Sans 3', sans-serif\" font-size=\"13\"><rect width=\"640\" height=\"80\" fill=\"#ffffff\"/>\
        <rect x=\"90\" y=\"20\" width=\"300\" height=\"18\" fill=\"#16355f\" fill-opacity=\"0.38\"/>\
        <text x=\"82\" y=\"33\" text-anchor=\"end\">2027 Ѓ 中文</text>\
        <text x=\"398\" y=\"33\" font-weight=\"600\">1.2&#160;M&#160;EUR &lt;b&gt;</text></svg>";
    Picture { caption: "By year, in EUR".to_owned(), svg: svg.to_owned(), alt: "2027: 1.2 M EUR <b>".to_owned() }
}

fn measure(d: &mut Document, o: usize, p: usize, m: usize) {
    d.anchored(3, format!("{o}.{p}.{m} Training of {} investigators", 20 * m), format!("o{o}p{p}m{m}"));
    d.paragraph(text(o + p + m));
    d.push(Block::Paragraph { runs: vec![Run::strong("Expected result. "), Run::plain(text(m + 1))] });
    d.push(Block::List {
        ordered: m == 2,
        items: vec![
            Item::new(vec![Run::plain("one exercise a year in each beneficiary")]),
            Item {
                runs: vec![Run::emphasis("a curriculum"), Run::plain(" that all academies recognise")],
                items: vec![
                    Item::new(vec![Run::plain("basic")]),
                    Item::new(vec![Run::plain("advanced, with an examination")]),
                ],
            },
            Item::new(vec![Run::plain("an evaluation by 2028")]),
        ],
    });
    let mut table = Table::new(
        format!("Actions under measure {o}.{p}.{m}"),
        &[("Action", 5), ("Donor", 3), ("Beneficiaries", 3), ("Period", 2), ("Amount, EUR", 2)],
    );
    table.columns.last_mut().into_iter().for_each(|c| c.end = true);
    table.row_heads = true;
    for i in 0..4 {
        table.row(vec![
            Cell::text(
                [
                    "Mentoring of digital forensic laboratories",
                    "Подршка на јавното обвинителство",
                    "Regional police-prosecution task force",
                    "Mbështetje për viktimat",
                ][i % 4],
            ),
            Cell::text(
                ["Norland", "Office of International Assistance of Sudmark", "not stated", "Norland, Westmark"][i % 4],
            ),
            Cell::text("Arvania, Belmarrow, Kosovo*"),
            Cell::text("2026–2028"),
            Cell::text(["1,250,000", "340,000", "not stated", "12,000"][i % 4]),
        ]);
    }
    table
        .rows
        .push(Row { cells: vec![Cell::text("Total, where stated").over(4), Cell::text("1,602,000")], strong: true });
    d.push(Block::Table(table));
    if m == 1 {
        d.push(Block::Paragraph {
            runs: words(
                "Each party reports to the Board once a year on what was done and what was spent.",
                "Each party reports to the Secretariat twice a year on what was done, and on what was learnt.",
            ),
        });
    }
}

fn matrix(o: usize) -> Block {
    let mut table = Table::new(
        format!("Measures of objective {o} by beneficiary"),
        &[
            ("Measure", 4),
            ("Arvania", 2),
            ("Belmarrow", 2),
            ("Corvia", 2),
            ("Drenmark", 2),
            ("Esteria", 2),
            ("Kosovo*", 2),
        ],
    );
    table.wide = true;
    table.row_heads = true;
    for m in 1..=6 {
        let mut cells = vec![Cell::text(format!("{o}.1.{m} Training of investigators"))];
        cells.extend((0..6).map(|i| Cell::text(if (i + m) % 3 == 0 { "two actions, 2026–2027" } else { "–" })));
        table.row(cells);
    }
    Block::Table(table)
}

/// Everything that could harm a file.
pub fn hostile() -> Document {
    let bad = [
        "#set page(width: 1pt) #eval(\"1\") $x^2$ *bold* _it_ `raw` @ref <label> \\ // /* ~ = + - / 1.",
        "]]> <w:p/> &amp; & < > \" ' <!-- --> <?xml?> %PDF-1.7 \u{0} \u{1} \u{8} \u{1f} \u{7f} \u{85} \u{fffe} \u{ffff} \u{feff}",
        "\u{202e}reversed \u{2066}isolated \u{200f}mark\u{200e} שלום العربية \u{202c}",
        "=HYPERLINK(\"https://evil.example\") +1 -1 @SUM(A1)",
        "中文 한국어 😀 👩‍👩‍👧 \u{e000} \u{10ffff} \u{301}\u{301}\u{301}e\u{301}\u{302}\u{303} Z\u{351}\u{352}\u{353}a\u{338}lgo",
        "a\r\nb\rc\u{2028}d\u{2029}e\n\n\n\nf\tg",
        "{page} {pages} {{}} ${x} %s",
        "",
        " ",
        "\n",
    ];
    let long = "x".repeat(100_000);
    let wordy = "word and word, ".repeat(7_000);
    let mut d = Document::new(Locale::English, bad.join(" "), bad.concat(), day());
    d.subtitle = long.clone();
    d.short_title = bad[2].to_owned();
    d.language = "<script>-\u{0}".to_owned();
    d.banner = Some(bad.join(" "));
    for b in bad {
        d.cover_line(b, b);
        d.notes.push(Note { mark: b.to_owned(), text: b.to_owned() });
        d.checksums.push(Checksum { label: b.to_owned(), hex: b.to_owned() });
        d.anchored(9, b, b);
        d.anchored(0, b, b);
        d.paragraph(b);
        d.small(b);
        d.push(Block::Callout { title: b.to_owned(), paragraphs: vec![vec![Run::plain(b)], vec![]] });
        d.push(Block::List {
            ordered: true,
            items: vec![Item { runs: vec![Run::code(b)], items: vec![Item::new(vec![])] }],
        });
        d.push(Block::Paragraph {
            runs: vec![Run::link(b, b), Run::link(b, "javascript:alert(1)"), Run::link("x", format!("#{b}"))],
        });
        d.push(Block::Paragraph { runs: words(b, bad[0]) });
        let mut table = Table::new(b, &[(b, 0), ("B", u16::MAX)]);
        table.row_heads = true;
        table.columns.push(Column { share: 0, end: true });
        table.row(vec![Cell::text(b), Cell::text(b).over(0)]);
        table.row(vec![Cell::text(b).over(900)]);
        table.row(vec![]);
        d.push(Block::Table(table));
    }
    d.heading(4, long.clone());
    d.paragraph(long.clone());
    d.paragraph(wordy.clone());
    d.paragraph(long.clone() + "\n" + &wordy);
    let mut table = Table::new("long", &[("A", 1), ("B", 1), ("C", 9)]);
    table.row(vec![Cell::text(long), Cell::text(wordy), Cell::text("c")]);
    d.push(Block::Table(table));
    d.push(Block::Table(Table { columns: vec![], head: vec![], ..Table::new("none", &[]) }));
    d.push(Block::List { ordered: false, items: vec![] });
    d.push(Block::PageBreak);
    d.push(Block::PageBreak);
    d
}

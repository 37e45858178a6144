//! Units of indicators, as far as adding up goes.

/// Words by which a unit says that it is a part of something else.
const PARTS: [&str; 9] = ["%", "‰", "percent", "per cent", "percentage", "share", "rate", "ratio", "index"];

/// Whether figures of this unit are parts of wholes that may differ, so that neither their sum nor their mean says anything.
pub fn is_percentage(unit: &str) -> bool {
    let unit = unit.trim().to_lowercase();
    let words: Vec<&str> = unit.split(|c: char| !c.is_alphanumeric()).collect();
    PARTS.iter().any(|part| match part.contains(|c: char| !c.is_alphanumeric()) {
        true => unit.contains(part),
        false => words.contains(part),
    })
}

/// The unit as it is compared: case and spaces say nothing.
pub fn same_unit(unit: &str) -> String {
    unit.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_part_of_something_is_known_by_its_words() {
        for unit in ["%", "% of cases", "Percent", "per cent of staff", "conviction rate", "ratio", "Share of posts"] {
            assert!(is_percentage(unit), "{unit}");
        }
        for unit in ["", "persons", "cases", "operations", "separate teams", "shared offices", "days"] {
            assert!(!is_percentage(unit), "{unit}");
        }
        assert_eq!(same_unit(" Trained  Persons "), "trained persons");
    }
}

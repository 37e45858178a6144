use super::*;
use proptest::prelude::*;

fn heads() -> Vec<(Holds, String)> {
    vec![(Holds::Title, "What it is about".into()), (Holds::Answer, "Answer".into()), (Holds::Key, "Key".into())]
}

#[test]
fn a_sheet_is_known_by_its_heads_in_whatever_order() {
    let csv = "Notes\nKey,Answer,What it is about\n1,still true,A\n2,,B\n,,a note below\n";
    let rows = read(csv.as_bytes(), &heads()).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].key.as_str(), rows[0].answer.as_str(), rows[0].title.as_str()), ("1", "still true", "A"));
    let lost = read(b"Key,Answer,What it is about\n,still true,A\n,still true,B\n", &heads()).unwrap();
    assert_eq!(lost.len(), 2, "an answer whose key is gone is told of");
    for bad in ["Key,Answer\n1,x\n", "What it is about,Answer,Key\nA,x,1\nB,x,1\n"] {
        assert!(read(bad.as_bytes(), &heads()).is_err(), "{bad}");
    }
}

#[test]
fn values_stand_below_the_row_of_their_action() {
    let mut heads = heads();
    heads.extend([(Holds::Value, "Value".into()), (Holds::Spent, "Spent".into())]);
    let csv =
        "Key,Answer,What it is about,Value,Spent\na/3,,A,,12\na/i/all,,of A,7,\na/i/b,,of A,,\nz/i/b,,of none,1,\n";
    let rows = read(csv.as_bytes(), &heads).unwrap();
    assert_eq!(
        (rows.len(), rows[0].key.as_str(), rows[0].base.edition, rows[0].spent.as_str()),
        (2, "a", Some(3), "12")
    );
    let values: Vec<_> = rows[0].values.iter().map(|v| (v.row, v.of.as_str(), v.typed.as_str())).collect();
    assert_eq!(values, [(3, "i/all", "7"), (4, "i/b", "")]);
    assert_eq!(rows[0].misplaced, None);
    let slips = "Key,Answer,What it is about,Value,Spent\na/3,,A,4,12\na/i/all,,of A,7,\nb/3,,B,,\nb/i/b,,of B,,9\n";
    let slips: Vec<_> = read(slips.as_bytes(), &heads).unwrap().into_iter().map(|row| row.misplaced).collect();
    assert_eq!(slips, [Some((2, Holds::Value)), Some((5, Holds::Spent))], "in a row too high, in one too low");
    assert!(rows[1].row == 5 && rows[1].key.parse::<RoundItemId>().is_err(), "a value of no action is unknown");
    for twice in ["a,,A,,\na/1,,A,,\n", "a,,A,,\na/i/b,,,1,\na/i/b,,,2,\n"] {
        assert!(read(format!("Key,Answer,What it is about,Value,Spent\n{twice}").as_bytes(), &heads).is_err());
    }
}

proptest! {
    #[test]
    fn hostile_sheets_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, &heads());
    }

    #[test]
    fn hostile_rows_are_refused_or_read(cells in prop::collection::vec(".{0,20}", 0..30)) {
        let text = format!("Key,Answer,What it is about\n{}", cells.join(","));
        if let Ok(rows) = read(text.as_bytes(), &heads()) {
            prop_assert!(rows.iter().all(|r| !r.key.trim().is_empty() || r.says_something()));
        }
    }
}

#[test]
#[ignore = "takes as long as it is told to"]
fn sheets_of_rounds_never_break_the_reader() {
    use crate::kernel::fuzz::{Sample, run};
    let mut csv = "Notes\nKey,Answer,What it is about\n".to_owned();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0u16..).zip(["Key", "Answer", "What it is about"]) {
        sheet.write_string(0, column, head).unwrap();
    }
    for n in 1u32..20 {
        csv.push_str(&format!("{n}-4,still true,\"Lamps, no. {n}\"\n"));
        sheet.write_string(n, 0, format!("{n}-4")).unwrap();
        sheet.write_string(n, 1, "still true").unwrap();
        sheet.write_string(n, 2, format!("Lamps, no. {n}")).unwrap();
    }
    let samples = [Sample::Plain(csv.into_bytes()), Sample::unpacked(&book.save_to_buffer().unwrap())];
    let pieces: &[&[u8]] =
        &[b",", b";", b"\"", b"\n", b"Key", b"\0", b"\xff\xfe", b"<row r=\"9999999\">", b"<c t=\"s\"><v>9</v></c>"];
    run("round-sheet", &samples, pieces, |bytes| {
        let _ = read(bytes, &heads());
    });
}

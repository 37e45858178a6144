//! The file of reference rates of the European Central Bank: `Date,USD,JPY,…,` and a line a day, `N/A` where nothing was published,
//! a comma at the end; as it is or as the archive that the bank offers. The file of a single day has spaces and `30 October 2026`.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::io::{Cursor, Read};

use crate::kernel::money::Currency;

/// Twenty-eight years of forty currencies are two megabytes; nothing that unpacks to more than this is that file.
const MOST: u64 = 64 << 20;

/// So much of a currency was worth one euro on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    pub currency: Currency,
    pub day: NaiveDate,
    pub per_euro: Decimal,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quotes {
    pub all: Vec<Quote>,
    /// Codes at the head of columns that no currency has any more; their columns are passed over.
    pub unknown: Vec<String>,
}

/// Why nothing was taken of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("it is neither the bank's CSV file nor its archive with one CSV file in it")]
    NotTheFile,
    #[error("it unpacks to more than {} MB", MOST >> 20)]
    TooLarge,
    #[error("its first line is not Date and the codes of currencies")]
    Head,
    #[error("line {0} has no date that can be read")]
    Date(u64),
    #[error("line {line}, {currency}: {text:?} is no rate")]
    Rate { line: u64, currency: Currency, text: String },
    #[error("{currency} has two different rates on {day}")]
    Twice { currency: Currency, day: NaiveDate },
    #[error("it holds no rate")]
    Empty,
}

/// Reads the whole file; one wrong line, and nothing of it is taken.
pub fn read(bytes: &[u8]) -> Result<Quotes, Wrong> {
    if bytes.starts_with(b"PK") { table(&unpacked(bytes)?) } else { table(bytes) }
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, Wrong> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Wrong::NotTheFile)?;
    if archive.len() != 1 {
        return Err(Wrong::NotTheFile);
    }
    let file = archive.by_index(0).map_err(|_| Wrong::NotTheFile)?;
    let mut text = Vec::new();
    // what an archive says of its sizes is not believed
    let n = file.take(MOST + 1).read_to_end(&mut text).map_err(|_| Wrong::NotTheFile)?;
    if u64::try_from(n).unwrap_or(u64::MAX) > MOST { Err(Wrong::TooLarge) } else { Ok(text) }
}

fn table(bytes: &[u8]) -> Result<Quotes, Wrong> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST {
        return Err(Wrong::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let head = reader.headers().map_err(|_| Wrong::NotTheFile)?.clone();
    let mut codes = head.iter();
    if codes.next() != Some("Date") {
        return Err(Wrong::NotTheFile);
    }
    let mut quotes = Quotes::default();
    // the comma at the end makes a column without a name
    let columns: Vec<Option<Currency>> = codes
        .map(|code| {
            let known: Option<Currency> = code.parse().ok();
            if known.is_none() && !code.is_empty() {
                quotes.unknown.push(code.chars().take(20).collect());
            }
            known
        })
        .collect();
    if columns.iter().all(Option::is_none) {
        return Err(Wrong::Head);
    }
    for (line, record) in (2u64..).zip(reader.records()) {
        let record = record.map_err(|_| Wrong::NotTheFile)?;
        let mut cells = record.iter();
        let day = day(cells.next().unwrap_or_default()).ok_or(Wrong::Date(line))?;
        for (currency, text) in columns.iter().zip(cells) {
            let Some(currency) = *currency else { continue };
            if text.is_empty() || text == "N/A" {
                continue;
            }
            let rate = || text.parse::<Decimal>().ok().filter(|rate| *rate > Decimal::ZERO && is_compact(*rate));
            let wrong = || Wrong::Rate { line, currency, text: text.chars().take(40).collect() };
            quotes.all.push(Quote { currency, day, per_euro: rate().ok_or_else(wrong)? });
        }
    }
    quotes.all.sort_unstable_by_key(|q| (q.currency, q.day, q.per_euro));
    quotes.all.dedup();
    if let Some(q) = quotes.all.windows(2).find_map(|two| match two {
        [a, b] if a.currency == b.currency && a.day == b.day => Some(*b),
        _ => None,
    }) {
        return Err(Wrong::Twice { currency: q.currency, day: q.day });
    }
    if quotes.all.is_empty() { Err(Wrong::Empty) } else { Ok(quotes) }
}

/// A rate that fits into the table in memory; the bank's have ten digits at the most.
fn is_compact(rate: Decimal) -> bool {
    i64::try_from(rate.mantissa()).is_ok()
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%d %B %Y")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const FILE: &str = "Date,USD,JPY,CYP,\n2026-10-30,1.1172,175.68,N/A,\n2026-10-29,1.16,N/A,0.58,\n";

    fn said(quotes: &Quotes) -> Vec<String> {
        quotes.all.iter().map(|q| format!("{} {} {}", q.currency, q.day, q.per_euro)).collect()
    }

    #[test]
    fn the_file_of_the_history_is_read() {
        let read = read(FILE.as_bytes()).unwrap();
        assert_eq!(said(&read), ["JPY 2026-10-30 175.68", "USD 2026-10-29 1.16", "USD 2026-10-30 1.1172"]);
        assert_eq!(read.unknown, ["CYP"], "a currency that no code is known of is named");
    }

    #[test]
    fn the_file_of_a_day_and_the_archive_say_the_same() {
        let one = "\u{feff}Date, USD, JPY, \n30 October 2026, 1.1172, 175.68, \n";
        let read_one = read(one.as_bytes()).unwrap();
        assert_eq!(said(&read_one), ["JPY 2026-10-30 175.68", "USD 2026-10-30 1.1172"]);
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("eurofxref-hist.csv", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(FILE.as_bytes()).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        assert_eq!(read(&bytes), read(FILE.as_bytes()));
    }

    #[test]
    fn what_is_not_that_file_is_refused_whole() {
        let wrong = [
            ("", Wrong::NotTheFile),
            ("PK but no archive", Wrong::NotTheFile),
            ("<html></html>", Wrong::NotTheFile),
            ("Date,CYP,\n2026-10-30,0.58,\n", Wrong::Head),
            ("Date,USD,\n", Wrong::Empty),
            ("Date,USD,\nyesterday,1.1,\n", Wrong::Date(2)),
            ("Date,USD,\n2026-10-30,1.1,\n2026-10-29,0,\n", Wrong::Rate { line: 3, currency: usd(), text: "0".into() }),
            ("Date,USD,\n2026-10-30,1.1,\n2026-10-30,1.2,\n", Wrong::Twice { currency: usd(), day: day_of(30) }),
        ];
        for (file, why) in wrong {
            assert_eq!(read(file.as_bytes()), Err(why), "{file}");
        }
    }

    fn usd() -> Currency {
        "USD".parse().unwrap()
    }
    fn day_of(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
    }

    const PIECES: &[&[u8]] = &[
        b",",
        b"\n",
        b"\r\n",
        b"\"",
        b"Date",
        b"USD",
        b"N/A",
        b"2026-02-30",
        b"30 Oktober 2026",
        b"1e9",
        b"-1",
        b"0",
        b"99999999999999999999999999999999999999",
        b"0.0000000000000000000000000000000001",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\0",
        b"PK\x03\x04",
    ];

    #[test]
    #[ignore = "takes as long as it is told to"]
    fn files_of_rates_never_break_the_reader() {
        use crate::kernel::fuzz::{Sample, run};
        let days = (1..29).map(|day| format!("2026-10-{day:02},1.1{day:02},17{day}.68,N/A,\n"));
        let long = format!("Date,USD,JPY,CYP,\n{}", days.collect::<String>());
        let packed = Sample::Archive(vec![("eurofxref-hist.csv".to_owned(), long.clone().into_bytes())]);
        let one = "\u{feff}Date, USD, JPY, \n30 October 2026, 1.1172, 175.68, \n";
        let plain = [FILE, long.as_str(), one].map(|text| Sample::Plain(text.as_bytes().to_vec()));
        let samples: Vec<Sample> = plain.into_iter().chain([packed]).collect();
        run("rates", &samples, PIECES, |bytes| {
            let _ = read(bytes);
        });
    }
}

//! The grammar of typed amounts.

use rust_decimal::Decimal;

use super::{AmountError, Currency, Negative, Typed, UnknownCurrency};
use crate::kernel::fold::fold_letters;
use crate::kernel::i18n::{Message, excerpt};

/// The largest amount that can be typed, 10^15: far above any grant, far below what `Decimal` holds.
pub(super) const LARGEST: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);

/// Longer texts are not looked at.
const LONGEST: usize = 60;

/// Reads an amount, not below zero, from a field beside which the currency has its own.
/// The rules are those of [`parse_money`].
///
/// # Errors
/// Every [`AmountError`]; a currency in the text is [`AmountError::CurrencyTyped`].
pub fn parse_amount(text: &str) -> Result<Decimal, AmountError> {
    parse_amount_with(text, Negative::Refused)
}

/// [`parse_amount`], where the amount may be below zero.
///
/// # Errors
/// As [`parse_amount`].
pub fn parse_amount_with(text: &str, negative: Negative) -> Result<Decimal, AmountError> {
    let typed = parse_money(text, negative)?;
    match typed.currency {
        None => Ok(typed.amount),
        Some(currency) => Err(AmountError::CurrencyTyped { currency }),
    }
}

/// Reads an amount and the currency beside it, if there is one: `EUR 1.5m`, `€ 200.000`,
/// `1 234 567,89 RSD`, `33,3 mio`, `2.5 k`, `-1,200.00`.
///
/// * Spaces and apostrophes part thousands; so do dots or commas that occur more than once, or
///   before the other of the two.
/// * A single dot or comma parts thousands if exactly three digits follow, one to three stand before
///   and the first is not 0: amounts of assistance are in thousands more often than in thousandths.
///   Otherwise it parts the decimals: `1.234` is 1234, `1234.567`, `0.123` and `1.23` have decimals.
/// * With a unit (`k`, `M`, `mio`, `bn`, `mrd` …, a billion being 10^9) that case is refused.
/// * Below zero are `-5`, `−5` and `(5)`.
///
/// # Errors
/// Every [`AmountError`] but `CurrencyTyped`.
pub fn parse_money(text: &str, negative: Negative) -> Result<Typed, AmountError> {
    let not_understood = || AmountError::NotUnderstood { text: excerpt(text) };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(AmountError::Empty);
    }
    if trimmed.chars().nth(LONGEST).is_some() {
        return Err(not_understood());
    }
    let bracketed = trimmed.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    let (signed, rest) = strip_minus(bracketed.unwrap_or(trimmed));
    let (before, rest) = rest.split_at(rest.find(is_digit).ok_or_else(not_understood)?);
    let (number, after) = rest.split_at(rest.rfind(is_digit).map_or(rest.len(), |last| last + 1));
    // The minus may also stand between currency and number.
    let (inner_sign, before) = match before.trim().strip_suffix(MINUS) {
        Some(before) => (true, before),
        None => (false, before),
    };
    let below_zero = match [bracketed.is_some(), signed, inner_sign] {
        [false, false, false] => false,
        [true, false, false] | [false, true, false] | [false, false, true] => true,
        _ => return Err(not_understood()),
    };

    let mut beside = Beside::default();
    let mut take = |part| match beside.take(part) {
        Ok(()) => Ok(()),
        Err(Refused::Shared(sign)) => Err(AmountError::SharedSign { sign }),
        Err(Refused::NotKnown) => Err(not_understood()),
    };
    words_of(before).into_iter().try_for_each(&mut take)?;
    words_of(strip_dash(after)).into_iter().try_for_each(take)?;

    let value = read_number(number, beside.unit).ok_or_else(not_understood)??;
    let exponent = beside.unit.map_or(0, |(_, exponent)| exponent);
    let amount = shift(value, exponent).filter(|amount| *amount <= LARGEST).ok_or(AmountError::TooLarge)?;
    if below_zero && !amount.is_zero() && negative == Negative::Refused {
        return Err(AmountError::Negative);
    }
    Ok(Typed { amount: if below_zero && !amount.is_zero() { -amount } else { amount }, currency: beside.currency })
}

const MINUS: [char; 3] = ['-', '−', '–'];

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn strip_minus(text: &str) -> (bool, &str) {
    let text = text.trim();
    match text.strip_prefix(MINUS) {
        Some(after) => (true, after.trim_start()),
        None => (false, text),
    }
}

/// "200.000,-" is how round sums are written in much of Europe.
fn strip_dash(after: &str) -> &str {
    [",-", ",–", ",—", ".-", ".–", ".—"].iter().find_map(|dash| after.strip_prefix(dash)).unwrap_or(after)
}

/// Times a power of ten. By moving the decimal sign as far as there are decimals, since a product of
/// many digits would be rounded.
fn shift(mut value: Decimal, exponent: u32) -> Option<Decimal> {
    let within = value.scale().min(exponent);
    value.set_scale(value.scale() - within).ok()?;
    value.checked_mul(Decimal::from(10_u64.checked_pow(exponent - within)?))
}

/// What stands before and behind the number.
#[derive(Default)]
struct Beside<'a> {
    /// As typed, and the power of ten.
    unit: Option<(&'a str, u32)>,
    currency: Option<Currency>,
}

enum Refused {
    Shared(String),
    NotKnown,
}

impl<'a> Beside<'a> {
    /// One word or sign: a unit, a currency, or both ("MEUR", "k€"); each at most once.
    fn take(&mut self, part: &'a str) -> Result<(), Refused> {
        let word = part.strip_suffix('.').unwrap_or(part);
        if let Some(exponent) = unit_of(word) {
            return match self.unit.replace((word, exponent)) {
                None => Ok(()),
                Some(_) => Err(Refused::NotKnown),
            };
        }
        if let Some(currency) = currency_of(word)? {
            return match self.currency.replace(currency) {
                None => Ok(()),
                Some(_) => Err(Refused::NotKnown),
            };
        }
        let last = word.char_indices().rev().map(|(at, _)| at).nth(if word.ends_with(SIGNS) { 0 } else { 2 });
        match last.map(|at| word.split_at(at)) {
            Some((unit, currency)) if !unit.is_empty() && unit_of(unit).is_some() => {
                self.take(unit)?;
                self.take(currency)
            }
            _ => Err(Refused::NotKnown),
        }
    }
}

const SIGNS: [char; 4] = ['€', '£', '$', '¥'];

/// Words and signs, parted at spaces and after a sign ("€m" is two).
fn words_of(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for word in text.split_whitespace() {
        let mut rest = word;
        if let Some(sign) = rest.chars().next().filter(|c| SIGNS.contains(c)) {
            let (first, after) = rest.split_at(sign.len_utf8());
            parts.push(first);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(rest);
        }
    }
    parts
}

/// Powers of ten by their word, in English, German and the languages of the region.
/// A billion is English (10^9), as the field uses it.
fn unit_of(word: &str) -> Option<u32> {
    // Folding would leave out what stands beside the letters, as in "m?" or "k€".
    if !is_word(word) {
        return None;
    }
    Some(match fold_letters(word).as_str() {
        "k" | "thousand" | "tsd" | "hilj" | "hiljada" | "hiljade" | "tis" | "tisuca" | "tisuce" | "tisoc" | "ilj"
        | "iljadi" | "mije" => 3,
        "m" | "mn" | "mio" | "mln" | "mil" | "million" | "millions" | "millionen" | "milion" | "miliona"
        | "milioni" | "milione" | "milijun" | "milijuna" | "milijon" | "milijona" | "milijonov" => 6,
        "bn" | "billion" | "billions" | "mrd" | "mlrd" | "mlr" | "mld" | "milj" | "milliarde" | "milliarden"
        | "milijarda" | "milijarde" | "milijardi" | "miliard" | "miliarde" => 9,
        _ => return None,
    })
}

fn is_word(word: &str) -> bool {
    word.chars().all(|c| c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c))
}

/// `Ok(None)` if the word names no currency.
fn currency_of(word: &str) -> Result<Option<Currency>, Refused> {
    let code = match word {
        "€" => "EUR",
        "£" => "GBP",
        "₺" => "TRY",
        "zł" => "PLN",
        "US$" | "us$" => "USD",
        "$" | "¥" | "kr" => return Err(Refused::Shared(word.to_owned())),
        _ if !is_word(word) => return Ok(None),
        _ => match fold_letters(word).as_str() {
            "euro" | "euros" | "eura" | "eur" | "evra" | "evro" => "EUR",
            "km" => "BAM",
            "din" | "dinara" => "RSD",
            "den" | "denari" => "MKD",
            "lek" | "leke" => "ALL",
            "sfr" => "CHF",
            _ => word,
        },
    };
    Ok(code.parse().ok())
}

/// Reads a currency that stands by itself: its code, or a sign or word that is one currency's alone (`€`, `euro`,
/// `KM`).
///
/// # Errors
/// It is none, or the sign of several currencies: the text for the person who wrote it.
pub fn parse_currency(text: &str) -> Result<Currency, Message> {
    let text = text.trim();
    match currency_of(text.strip_suffix('.').unwrap_or(text)) {
        Ok(Some(currency)) => Ok(currency),
        Err(Refused::Shared(sign)) => Err(AmountError::SharedSign { sign }.message()),
        Ok(None) | Err(Refused::NotKnown) => Err(UnknownCurrency(excerpt(text)).message()),
    }
}

/// The number itself. `None`: not a number at all.
fn read_number(text: &str, unit: Option<(&str, u32)>) -> Option<Result<Decimal, AmountError>> {
    let is_space = |c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '\u{2bc}');
    if !text.chars().all(|c| c.is_ascii_digit() || is_space(c) || matches!(c, '.' | ',')) {
        return None;
    }
    let grouping = || Some(Err(AmountError::Grouping { text: excerpt(text) }));
    let last_sign = text.rfind(['.', ',']);
    let (whole, decimals) = match last_sign.map(|at| text.split_at(at)) {
        None => (text, ""),
        Some((before, after)) => {
            let (sign, after) = after.split_at(1);
            if before.contains(sign) {
                // It occurs more than once: thousands, and nothing else may part them.
                (text, "")
            } else if !before.chars().all(is_digit) || !is_thousands(before, after) {
                (before, after)
            } else if let Some((unit, _)) = unit {
                return Some(Err(AmountError::Ambiguous {
                    text: excerpt(text),
                    whole: format!("{before}{after}"),
                    decimals: as_decimals(before, after),
                    unit: excerpt(unit),
                }));
            } else {
                (text, "")
            }
        }
    };
    if decimals.chars().any(|c| !c.is_ascii_digit()) {
        return grouping();
    }
    let Some(mut digits) = join_groups(whole, is_space) else {
        return grouping();
    };
    if !decimals.is_empty() {
        digits.push('.');
        digits.push_str(decimals);
    }
    Some(Decimal::from_str_exact(&digits).map_err(|_| AmountError::TooLarge))
}

/// With decimals, but not three: those would be refused again.
fn as_decimals(before: &str, after: &str) -> String {
    match after.trim_end_matches('0') {
        "" => before.to_owned(),
        short if short.len() == 3 => format!("{before}.{short}0"),
        short => format!("{before}.{short}"),
    }
}

fn is_thousands(before: &str, after: &str) -> bool {
    after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0')
}

/// The digits without what parts them; `None` unless all groups but the first are of three, all
/// parted by the same sign.
fn join_groups(whole: &str, is_space: impl Fn(char) -> bool) -> Option<String> {
    let mut sign = None;
    for c in whole.chars().filter(|c| !c.is_ascii_digit()) {
        let kind = if is_space(c) { ' ' } else { c };
        if *sign.get_or_insert(kind) != kind {
            return None;
        }
    }
    let groups: Vec<&str> = whole.split(|c: char| !c.is_ascii_digit()).collect();
    let well_formed = match groups[..] {
        [_] => true,
        [first, ref others @ ..] => {
            (1..=3).contains(&first.len()) && !first.starts_with('0') && others.iter().all(|group| group.len() == 3)
        }
        [] => false,
    };
    well_formed.then(|| groups.concat())
}

//! From the sheet to the fields of the form.

use super::fields::{Field, Sheet};
use super::model::{Choices, Contribution, Record};
use super::sheet_form::NOT_STATED;
use super::{parent, show};
use crate::features::actions::PartyRole;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;

/// The fields of a form that shows this sheet.
pub fn fill(p: &Page, choices: &Choices, record: Option<&Record>, sheet: &Sheet) -> Fields {
    let mut f = Fields::default();
    let organisation = |id: &str| choices.label_of(id).unwrap_or_default();
    for &field in Field::ALL {
        let (name, one) = (field.name(), sheet.one(field).unwrap_or_default());
        match field {
            Field::Reporting => f.set(name, organisation(one)),
            Field::Pillars | Field::Themes => {
                sheet.get(field).iter().for_each(|v| f.add(name, v));
                if field == Field::Pillars && one.is_empty() {
                    f.add(name, NOT_STATED);
                }
            }
            Field::Beneficiaries => {
                for value in sheet.get(field) {
                    let (id, share) = value.split_once('=').unwrap_or((value, ""));
                    f.add(name, id);
                    f.set(&format!("share-{id}"), share);
                }
                if one.is_empty() {
                    f.add(name, NOT_STATED);
                }
            }
            Field::Parties => {
                // by role, then by name: the order in which they are read
                let place = |role: &str| PartyRole::ALL.iter().position(|r| r.as_str() == role);
                let split = sheet.get(field).iter().filter_map(|v| v.split_once(':'));
                let mut rows: Vec<_> = split.map(|(role, id)| (place(role), organisation(id), role)).collect();
                rows.sort();
                for (_, party, role) in rows {
                    f.add("party", party);
                    f.add("party_role", role);
                }
            }
            Field::PlannedStart | Field::PlannedEnd | Field::ActualStart | Field::ActualEnd => {
                f.set(name, show::date(p, one))
            }
            Field::StatedTotal => {
                let (amount, currency) = one.split_once(' ').unwrap_or(("", "EUR"));
                f.set("stated_total", grouped(amount));
                f.set("stated_currency", currency);
            }
            Field::Contributions => {
                let mut rows: Vec<Contribution> =
                    sheet.get(field).iter().filter_map(|t| Contribution::parse(t)).collect();
                rows.sort_by(|a, b| (&a.date, &a.kind).cmp(&(&b.date, &b.kind)));
                for row in rows {
                    f.add("c_id", &row.id);
                    f.add("c_kind", &row.kind);
                    f.add("c_amount", grouped(&row.amount));
                    f.add("c_currency", &row.currency);
                    f.add("c_date", show::date(p, &row.date));
                    f.add("c_provider", organisation(&row.provider));
                    f.add("c_receiver", organisation(&row.receiver));
                    f.add("c_note", &row.note);
                }
            }
            Field::Disclosures => sheet.get(field).iter().for_each(|id| f.add("disclosure", organisation(id))),
            Field::Parent => f.set(name, parent::shown(choices, record, one)),
            _ => f.set(name, one),
        }
    }
    f
}

/// An amount as it is easily read and surely read back: its thousands parted by spaces.
fn grouped(amount: &str) -> String {
    let (whole, rest) = amount.split_once('.').map_or((amount, None), |(w, r)| (w, Some(r)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut parted = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            parted.push(' ');
        }
        parted.push(digit);
    }
    match rest {
        Some(rest) => format!("{sign}{parted}.{rest}"),
        None => format!("{sign}{parted}"),
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;
    use crate::kernel::money::{Negative, parse_money};
    use proptest::prelude::*;

    #[test]
    fn thousands_are_parted() {
        assert_eq!(grouped("17915000"), "17 915 000");
        assert_eq!(grouped("-1234.5"), "-1 234.5");
        assert_eq!(grouped("999"), "999");
        assert_eq!(grouped(""), "");
    }

    proptest! {
        #[test]
        fn what_the_form_shows_is_read_back_the_same(whole in -10_000_000_000_i64..10_000_000_000, cents in 0_u32..1000) {
            let amount = rust_decimal::Decimal::new(whole * 1000 + i64::from(cents), 3).normalize();
            let read = parse_money(&grouped(&amount.to_string()), Negative::Allowed);
            prop_assert_eq!(read.map(|t| t.amount), Ok(amount));
        }
    }
}

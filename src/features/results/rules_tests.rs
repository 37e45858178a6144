use super::*;
use proptest::prelude::*;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn of_year(n: u128, year: i32, beneficiary: Option<u128>, value: i64) -> Figure {
    Figure {
        id: Uuid::from_u128(n),
        beneficiary: beneficiary.map(|b| BeneficiaryId(Uuid::from_u128(b))),
        start: day(year, 1, 1),
        end: day(year, 12, 31),
        value: value.into(),
        origin: Origin::Stated,
        dated: day(year + 1, 2, 1),
    }
}

fn reported(figure: Figure, action: u128) -> Figure {
    Figure { origin: Origin::Reported(ActionId(Uuid::from_u128(action))), ..figure }
}

/// The beneficiaries that the indicator is about.
fn both() -> [BeneficiaryId; 2] {
    [1, 2].map(|b| BeneficiaryId(Uuid::from_u128(b)))
}

fn sum(figures: &[Figure]) -> Option<Decimal> {
    total(Method::Sum, figures, &both(), Of::All, None).and_then(|t| t.value())
}

#[test]
fn beneficiaries_and_years_are_added_up_and_a_whole_is_not_added_to_its_parts() {
    let parts = [of_year(1, 2025, Some(1), 4), of_year(2, 2025, Some(2), 6), of_year(3, 2026, Some(1), 5)];
    assert_eq!(sum(&parts), Some(15.into()));
    let mut with_whole = parts.to_vec();
    with_whole.push(of_year(4, 2025, None, 11));
    assert_eq!(sum(&with_whole), Some(16.into()), "the whole of 2025, and 2026");
    let left: Vec<Why> = counted(&with_whole, &both()).left_out.iter().map(|(_, why)| *why).collect();
    assert_eq!(left, [Why::WholeStands, Why::WholeStands]);
    let one = Of::One(BeneficiaryId(Uuid::from_u128(1)));
    assert_eq!(total(Method::Sum, &with_whole, &both(), one, None).and_then(|t| t.value()), Some(9.into()));
    assert_eq!(total(Method::Sum, &with_whole, &both(), one, Some(2026)).and_then(|t| t.value()), Some(5.into()));
    assert_eq!(total(Method::Sum, &[], &both(), Of::All, None), None);
}

#[test]
fn reports_on_two_actions_add_up_until_somebody_states_the_figure() {
    let mut all = vec![reported(of_year(1, 2025, Some(1), 4), 1), reported(of_year(2, 2025, Some(1), 6), 2)];
    assert_eq!(sum(&all), Some(10.into()));
    // the same action twice over one period is one thing said twice: the later word stands
    all.push(Figure { dated: day(2026, 6, 1), ..reported(of_year(3, 2025, Some(1), 5), 1) });
    assert_eq!(sum(&all), Some(11.into()));
    all.push(of_year(4, 2025, Some(1), 9));
    assert_eq!(sum(&all), Some(9.into()));
    assert!(counted(&all, &both()).left_out.iter().all(|(_, why)| *why == Why::StatedStands));
}

#[test]
fn a_figure_for_one_does_not_cover_a_report_for_all_together() {
    let mut all = vec![of_year(1, 2025, Some(1), 4), reported(of_year(2, 2025, None, 11), 1)];
    assert_eq!(sum(&all), Some(11.into()), "the one is within the whole");
    let left: Vec<(Uuid, Why)> = counted(&all, &both()).left_out.iter().map(|(f, why)| (f.id, *why)).collect();
    assert_eq!(left, [(Uuid::from_u128(1), Why::WholeStands)]);
    let one = Of::One(BeneficiaryId(Uuid::from_u128(1)));
    assert_eq!(total(Method::Sum, &all, &both(), one, None).and_then(|t| t.value()), Some(4.into()));
    // half of the year of the other one says not all yet
    let mut half = of_year(3, 2025, Some(2), 2);
    half.end = day(2025, 6, 30);
    all.push(half);
    assert_eq!(sum(&all), Some(11.into()));
    let mut rest = of_year(4, 2025, Some(2), 3);
    rest.start = day(2025, 7, 1);
    all.push(rest);
    assert_eq!(sum(&all), Some(9.into()), "stated for each, on every day");
    let left: Vec<(Uuid, Why)> = counted(&all, &both()).left_out.iter().map(|(f, why)| (f.id, *why)).collect();
    assert_eq!(left, [(Uuid::from_u128(2), Why::StatedStands)]);
    // a whole that is stated stands before all of it
    all.push(of_year(5, 2025, None, 12));
    assert_eq!(sum(&all), Some(12.into()));
}

#[test]
fn a_mean_is_of_figures_and_never_of_means() {
    let (a, b) = ([of_year(1, 2025, Some(1), 1), of_year(2, 2025, Some(2), 2)], [of_year(3, 2025, Some(3), 9)]);
    let mean = |f: &[Figure]| total(Method::Mean, f, &both(), Of::All, None).unwrap();
    let both = mean(&a).join(mean(&b));
    assert_eq!(both.value(), Some(4.into()), "of three figures; the mean of the two means would be 5.25");
}

#[test]
fn latest_is_one_figure_or_none() {
    let all = [of_year(1, 2024, Some(1), 3), of_year(2, 2025, Some(1), 7)];
    assert_eq!(total(Method::Latest, &all, &both(), Of::All, None).unwrap().value(), Some(7.into()));
    let two = [of_year(1, 2025, Some(1), 3), of_year(2, 2025, Some(2), 7)];
    let several = total(Method::Latest, &two, &both(), Of::All, None).unwrap();
    assert_eq!((several.value(), several.count()), (None, 2));
}

#[test]
fn the_last_word_of_each_says_yes_or_no() {
    let all = [
        of_year(1, 2024, Some(1), 0),
        of_year(2, 2025, Some(1), 1),
        of_year(3, 2025, Some(2), 0),
        of_year(4, 2024, Some(3), 1),
    ];
    assert_eq!(total(Method::CountYes, &all, &both(), Of::All, None), Some(Total::Yes { yes: 2, of: 3 }));
}

#[test]
fn percentages_are_neither_added_nor_averaged() {
    for method in [Method::Sum, Method::Mean] {
        assert_eq!(effective(method, "% of cases"), Method::None);
        assert_eq!(effective(method, "cases"), method);
    }
    assert_eq!(effective(Method::Latest, "%"), Method::Latest);
}

fn figures() -> impl Strategy<Value = Vec<Figure>> {
    let one = (0u128..4, 0i64..900, 0i64..500, -1_000_000i64..1_000_000, 0u128..4, 0i64..900);
    prop::collection::vec(one, 0..24).prop_map(|all| {
        let begin = day(2024, 1, 1);
        let figure = |(i, (b, from, length, value, action, dated)): (usize, (u128, i64, i64, i64, u128, i64))| Figure {
            id: Uuid::from_u128(i as u128),
            beneficiary: (b > 0).then(|| BeneficiaryId(Uuid::from_u128(b))),
            start: begin + chrono::TimeDelta::days(from),
            end: begin + chrono::TimeDelta::days(from + length),
            value: Decimal::new(value, 2),
            origin: if action == 0 { Origin::Stated } else { Origin::Reported(ActionId(Uuid::from_u128(action))) },
            dated: begin + chrono::TimeDelta::days(dated),
        };
        all.into_iter().enumerate().map(figure).collect()
    })
}

proptest! {
    #[test]
    fn order_does_not_matter(all in figures(), seed in any::<u64>()) {
        let mut other = all.clone();
        // a shuffle that the seed decides
        other.sort_by_key(|f| f.id.as_u128().wrapping_mul(u128::from(seed | 1)) % 10_007);
        for method in Method::ALL {
            prop_assert_eq!(total(*method, &all, &both(), Of::All, None), total(*method, &other, &both(), Of::All, None));
            prop_assert_eq!(total(*method, &all, &both(), Of::All, Some(2025)), total(*method, &other, &both(), Of::All, Some(2025)));
        }
    }

    #[test]
    fn every_figure_counts_or_has_its_reason_and_nothing_counts_twice(all in figures()) {
        let found = counted(&all, &both());
        prop_assert_eq!(found.figures.len() + found.left_out.len(), all.len());
        for (i, a) in found.figures.iter().enumerate() {
            for b in found.figures.iter().skip(i + 1) {
                prop_assert!(clash(a, b).is_none() && clash(b, a).is_none());
            }
        }
        for (out, _) in &found.left_out {
            prop_assert!(found.figures.iter().any(|counts| clash(counts, out).is_some()));
        }
    }

    #[test]
    fn the_years_of_a_sum_come_to_the_whole(all in figures()) {
        let whole = total(Method::Sum, &all, &both(), Of::All, None);
        let years = (2024..=2032).filter_map(|y| total(Method::Sum, &all, &both(), Of::All, Some(y))).reduce(Total::join);
        prop_assert_eq!(whole, years);
    }

    #[test]
    fn parts_of_a_partition_join_to_the_whole(all in figures(), cut in 0usize..24) {
        let counts = counted(&all, &both()).figures;
        let (a, b) = counts.split_at(cut.min(counts.len()));
        for method in [Method::None, Method::Sum, Method::Mean, Method::Latest] {
            let joined = [Total::of(method, a), Total::of(method, b)].into_iter().flatten().reduce(Total::join);
            prop_assert_eq!(joined, Total::of(method, &counts));
        }
    }
}

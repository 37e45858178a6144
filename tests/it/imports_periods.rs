//! What tables say of dates, statuses and beneficiaries in words of their own.

use crate::harness::Portal;
use crate::imports::{DONOR, apply, brought, figures, row};

#[tokio::test]
async fn periods_codes_of_statuses_and_all_beneficiaries_are_read_and_what_is_uncertain_is_asked() {
    let portal = Portal::start().await;
    let file = "Title;Beneficiary;Status;Period\r\n\
        Joint drills on the lakes;svi;Implementation (2);March-June 2026\r\n\
        Radio for forest posts;all;2 - Implementation;Q1 2026 - kraj 2027\r\n\
        Boats for the delta;WB6;Ongoing;2026-2028\r\n\
        Dogs for the passes;regional;Ongoing;2026-2028\r\n\
        Lamps for the piers;XA;Ongoing;2010-12\r\n";
    let (donor, address) = brought(&portal, DONOR, "ours.csv", file.as_bytes()).await;
    assert_eq!(figures(&portal, &address).await, "new 2, wrong 3");
    let page = donor.get(&address).await;
    let rounded = row(&page, 3);
    assert!(rounded.contains("is kept as 2026 – 2027"), "{rounded}");
    for (n, words) in [
        (4, "“WB6” does not say which"),
        (5, "“regional” does not say which"),
        (6, "“2010-12” can mean the years 2010 to 2012"),
    ] {
        let told = row(&page, n);
        assert!(told.contains(words), "{words}: {told}");
        assert!(page.body.contains(&format!("name=\"cell-{n}-")), "mended where it stands: {words}");
    }
    apply(&portal, &donor, &address).await;
    let facts =
        "select a.status || '|' || a.planned_start || '|' || a.planned_start_precision || '|' || a.planned_end || '|'
            || a.planned_end_precision || '|' || (select count(*) from action_beneficiary ab
                where ab.process_id = a.process_id and ab.action_id = a.id)
            || '|' || (select count(*) from beneficiary b where b.process_id = a.process_id)
        from action a where a.title = $1";
    let all = portal.lookup(facts, "Joint drills on the lakes").await;
    let (dates, counted) = all.split_at("ongoing|2026-03-01|month|2026-06-01|month".len());
    assert_eq!(dates, "ongoing|2026-03-01|month|2026-06-01|month");
    let counted: Vec<&str> = counted.split('|').filter(|n| !n.is_empty()).collect();
    assert!(counted[0] == counted[1] && counted[0] != "0", "{all}");
    let part = portal.lookup(facts, "Radio for forest posts").await;
    assert!(part.starts_with("ongoing|2026-01-01|year|2027-01-01|year|"), "{part}");
}

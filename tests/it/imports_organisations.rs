//! Several organisations in one cell of a table.

use crate::harness::Portal;
use crate::imports::{DONOR, apply, brought, figures, row};

#[tokio::test]
async fn organisations_in_one_cell_are_parted_where_each_part_is_one_and_names_with_commas_stay_whole() {
    let portal = Portal::start().await;
    let file = "Title;Donor;Implementing partner\r\n\
        Kites for the lighthouse keepers;Norland (NAC), Republic of Westmark and SDO;World Office for Safe Ports, Arvania\r\n\
        Ropes for the ferry stages;Norland / CU;World Office for Safe Ports, Arvania, Safe Ports Office i Centre for Border Studies (CBS)\r\n\
        Tents for the salt marshes;Norland;Ministry of Security of Bergovia and Hollmark\r\n\
        Stoves for the snow huts;Norland, Atlantis;Harbour Watch Network\r\n\
        Bells for the fog banks;Lemuria;Harbour Watch Network\r\n";
    let (donor, address) = brought(&portal, DONOR, "ours.csv", file.as_bytes()).await;
    assert_eq!(figures(&portal, &address).await, "new 3, wrong 2");
    let page = donor.get(&address).await;
    for (n, words) in [
        (5, "“Norland, Atlantis” is read as one name, and its part “Atlantis” is not in the directory"),
        (6, "“Lemuria” is not in the directory of organisations"),
    ] {
        let told = row(&page, n);
        assert!(told.contains(words), "{words}: {told}");
        assert!(page.body.contains(&format!("name=\"cell-{n}-1\"")), "mended where it stands: {words}");
    }
    apply(&portal, &donor, &address).await;
    let parties = "select string_agg(ap.role || ' ' || o.name, '; ' order by ap.role, o.name) from action a
        join action_party ap on ap.process_id = a.process_id and ap.action_id = a.id
        join organisation o on o.process_id = a.process_id and o.id = ap.organisation_id where a.title = $1";
    for (title, named) in [
        (
            "Kites for the lighthouse keepers",
            "funding Norland Agency for Cooperation; funding Southmere Development Office; funding Westmark; \
             implementing World Office for Safe Ports, Arvania",
        ),
        (
            "Ropes for the ferry stages",
            "funding Coastal Union; funding Norland; implementing Centre for Border Studies; \
             implementing World Office for Safe Ports; implementing World Office for Safe Ports, Arvania",
        ),
        ("Tents for the salt marshes", "funding Norland; implementing Ministry of Security of Bergovia and Hollmark"),
    ] {
        assert_eq!(portal.lookup(parties, title).await, named, "{title}");
    }
}

//! A text that the Board has decided on, and whose adoption waits for a statement that does not come: it is referred back, what
//! was decided is kept, and the reworked text is decided on anew.

use crate::api::program;
use crate::decisions::{CHAIR, KESTRIA, SEATS, SECRETARIAT, ok, state, votes};
use crate::harness::Portal;
use crate::notices::told;
use crate::plan_life::{LEAD, answered, consult, decision, done, drafted, everybody, put_to_the_board, step};
use crate::{meetings, packs};

const NORLAND: &str = "donor@example.example";
const NUMBER: &str = "select number_year || '/' || number_in_year from board_decision where id::text = $1";

fn id(place: &str) -> &str {
    place.rsplit('/').next().expect("an id")
}

/// Agreed with Kestria's reservation, and taken by the Board: where the decision is.
async fn taken(portal: &Portal, plan: &str, reserved: &[(&str, &str)]) -> String {
    consult(portal, plan).await;
    answered(portal, plan, reserved).await;
    done(&step(&portal.signed_in(SECRETARIAT).await, plan, "agree", &[]).await);
    let place = put_to_the_board(portal, plan, &[("procedure", "written")]).await;
    for (_, who) in SEATS {
        ok(&votes(portal, &place, who, "in_favour", "").await);
    }
    let chair = portal.signed_in(CHAIR).await;
    ok(&chair.submit(&format!("{place}/record"), None, &[("result", "taken")]).await);
    place
}

#[tokio::test]
async fn a_party_that_states_nothing_does_not_hold_a_decided_plan_for_good() {
    let portal = Portal::start().await;
    let plan = drafted(&portal).await;
    let reserved = [("stance", "reservation"), ("reason", "The law is not there yet.")];
    let first = taken(&portal, &plan, &reserved).await;
    let number = portal.lookup(NUMBER, id(&first)).await;
    let chair = portal.signed_in(CHAIR).await;
    assert_eq!(step(&chair, &plan, "adopt", &[]).await.status, 422, "Kestria has stated nothing");

    // the way out is offered to the Chair alone, and says why
    let standing = chair.get(&plan).await;
    assert!(standing.body.contains("/steps/refer-back"), "{}", standing.text());
    assert!(standing.text().contains("Until then the Chair can also refer the text back"), "{}", standing.text());
    let form = chair.get(&format!("{plan}/steps/refer-back")).await;
    assert_eq!(form.status, 200, "{}", form.text());
    assert!(form.text().contains("has not come from: Kestria*"), "{}", form.text());
    for other in [SECRETARIAT, LEAD, KESTRIA] {
        let refused = portal.signed_in(other).await.post(&format!("{plan}/steps/refer-back"), &[("why", "x")]).await;
        assert_eq!(refused.status, 403, "{other}");
    }
    assert_eq!(step(&chair, &plan, "refer-back", &[("why", " ")]).await.status, 422, "not without a reason");
    let reason = "Kestria states nothing on its reservation.";
    done(&step(&chair, &plan, "refer-back", &[("why", reason)]).await);
    assert_eq!(told(&portal, "plan-told-referred-back-decided").await, everybody(&[NORLAND, LEAD, SECRETARIAT]));
    assert!(told(&portal, "plan-told-referred-back").await.is_empty(), "told once");

    // the decision stays as it was taken, and says what became of its text
    assert_eq!(state(&portal, &first).await, "taken");
    assert_eq!(portal.lookup(NUMBER, id(&first)).await, number);
    let page = chair.get(&first).await;
    let text = page.text();
    for words in [
        "Adopted by the Board, recorded by the Chair",
        "its text was referred back",
        "before its adoption was recorded",
        reason,
        "recorded that its text was referred back before its adoption",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let done_page = chair.get(&format!("{first}?done=decision-recorded")).await;
    assert!(!done_page.body.contains("/steps/adopt"), "there is nothing to adopt any more");
    let list = chair.get("/example/decisions").await;
    let row = list.select("tbody tr").into_iter().find(|r| r.contains(&number)).unwrap_or_default();
    assert!(row.contains("its text was referred back"), "{row}");
    let draft = chair.get(&plan).await;
    assert_eq!(draft.select(".standing li[aria-current=step]"), ["Draft"], "{}", draft.text());
    assert_eq!(decision(&draft), first, "the draft leads to what was decided on it");
    let standing = draft.select(".standing").join(" ");
    assert!(standing.contains("its text was referred back"), "{standing}");
    let history = chair.get(&format!("{plan}/history")).await.text();
    assert!(history.contains("recorded that the text was referred back") && history.contains(reason), "{history}");
    let once = "update board_decision set text_back_at = text_back_at + interval '1 day' where id::text = $1";
    assert!(sqlx::query(once).bind(id(&first)).execute(&mut portal.superuser().await).await.is_err(), "said once");

    // the reworked text has a decision of its own: nothing of the first adopts it
    consult(&portal, &plan).await;
    answered(&portal, &plan, &reserved).await;
    done(&step(&portal.signed_in(SECRETARIAT).await, &plan, "agree", &[]).await);
    let second = decision(&chair.get(&plan).await);
    assert_ne!(second, first);
    assert_eq!(state(&portal, &second).await, "prepared");
    assert_eq!(step(&chair, &plan, "adopt", &[]).await.status, 422, "the Board has not decided on this text");
    let adopt = format!("{plan}/steps/adopt");
    assert!(!chair.get("/example").await.body.contains(&adopt), "nor does the Chair's home wait for it");
    put_to_the_board(&portal, &plan, &[("procedure", "written")]).await;
    for (_, who) in SEATS {
        ok(&votes(&portal, &second, who, "in_favour", "").await);
    }
    ok(&chair.submit(&format!("{second}/record"), None, &[("result", "taken")]).await);
    let statement = [("text", "Kestria acts when its law is there.")];
    ok(&portal.signed_in(KESTRIA).await.submit(&format!("{second}/statement"), None, &statement).await);
    // once it is stated there is no way back
    assert_eq!(chair.get(&format!("{plan}/steps/refer-back")).await.status, 409);
    done(&step(&chair, &plan, "adopt", &[]).await);
    assert_eq!(decision(&chair.get(&plan).await), second);
    assert_ne!(portal.lookup(NUMBER, id(&second)).await, number);
    let kept = chair.get(&second).await.text();
    assert!(!kept.contains("its text was referred back"), "{kept}");

    // so it says wherever it stands beside others: for programs, before a meeting, in a pack
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let read = program(&portal, SECRETARIAT, "example", "read").await.get("/api/v1/decisions?limit=200").await;
    let all = read.json["items"].as_array().expect("items");
    let back = |place: &str| all.iter().find(|d| d["id"] == id(place)).map(|d| d["text_back_at"].is_string());
    assert_eq!((back(&first), back(&second)), (Some(true), Some(false)), "{all:?}");
    let meeting = meetings::meeting(&portal, "example", "Board, winter meeting").await;
    sqlx::query(
        "insert into meeting_decision (process_id, meeting_id, decision_id) select process_id, id, $2::uuid from meeting where id::text = $1",
    )
    .bind(id(&meeting))
    .bind(uuid::Uuid::parse_str(id(&first)).expect("an id"))
    .execute(&mut portal.superuser().await)
    .await
    .expect("put before it");
    let before = secretariat.get(&meeting).await.text();
    assert!(before.contains("its text was referred back"), "{before}");
    let pack = packs::made(&secretariat, "board", "members").await;
    let (page, book) = packs::read(&secretariat, &pack).await;
    assert!(page.text().contains("its text was referred back"), "{}", page.text());
    assert!(book.contains("its text was referred back"));
}

/// The statement comes while the Chair refers the text back: then it is stated, and the text stays where it is.
#[tokio::test]
async fn a_statement_that_comes_at_the_same_moment_counts() {
    let portal = Portal::start().await;
    let plan = drafted(&portal).await;
    let place = taken(&portal, &plan, &[("stance", "reservation"), ("reason", "The law is not there yet.")]).await;
    let chair = portal.signed_in(CHAIR).await;
    let mut other = portal.superuser().await;
    let mut tx = sqlx::Connection::begin(&mut other).await.expect("begin");
    sqlx::query("select 1 from board_decision where id::text = $1 for update")
        .bind(id(&place))
        .execute(&mut *tx)
        .await
        .expect("held");
    let refer = format!("{plan}/steps/refer-back");
    let referring = chair.post(&refer, &[("why", "Nothing is stated")]);
    let stating = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        sqlx::query(
            "insert into party_statement (process_id, decision_id, beneficiary_id, label, text, by_membership_id, post, at)
             select b.process_id, $1::uuid, b.id, b.name, 'We act later.', m.id, '', '2026-11-24T09:00:00Z'
             from beneficiary b join membership m on m.process_id = b.process_id and m.beneficiary_id = b.id
             where b.name = 'Kestria*' limit 1",
        )
        .bind(id(&place))
        .execute(&mut *tx)
        .await
        .expect("stated");
        tx.commit().await.expect("commit");
    };
    let (answer, ()) = tokio::join!(referring, stating);
    assert_eq!(answer.status, 409, "{}", answer.text());
    let page = chair.get(&plan).await;
    assert_eq!(page.select(".standing li[aria-current=step]"), ["Agreed by the Support Group"], "{}", page.text());
    assert!(!chair.get(&place).await.text().contains("its text was referred back"));
}

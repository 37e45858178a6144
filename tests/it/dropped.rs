//! Requests that go away half-way, as those of a browser that is closed do: what they had begun is undone, and whoever comes
//! next on the same connection notices nothing.

use crate::harness::Portal;
use std::pin::pin;
use std::task::Poll;

/// Goes on with a request for so many turns, then drops it. Whether it had come to its end.
pub async fn dropped<F: Future>(request: F, mut turns: usize) -> bool {
    let mut request = pin!(request);
    std::future::poll_fn(|cx| {
        if turns == 0 {
            return Poll::Ready(false);
        }
        turns -= 1;
        request.as_mut().poll(cx).map(|_| true)
    })
    .await
}

#[tokio::test]
async fn a_request_that_goes_away_leaves_no_transaction_to_the_next() {
    let portal = Portal::with(|config| config.connections = 1).await;
    let plan = crate::plan_consultation::plan(&portal).await;
    let donor = portal.signed_in("donor@example.example").await;
    let (token, say) = (donor.form_token().await, format!("{plan}/remarks"));
    let mut said = 0;
    for turns in 1.. {
        let read = dropped(donor.get(&plan), turns).await;
        let text = format!("half-way {turns}");
        let fields = [("form_token", token.as_str()), ("text", &text)];
        let wrote = dropped(donor.post_raw(&say, &fields), turns).await;
        // on the one connection that there is, a page that only reads and then one that writes
        let page = donor.post_raw(&say, &[("form_token", token.as_str()), ("text", "whole")]).await;
        assert_eq!(page.status, 303, "after {turns} turns: {}", page.text());
        said += 1;
        let open =
            "select count(*)::text from pg_stat_activity where datname = $1 and state like 'idle in transaction%'";
        assert_eq!(portal.lookup(open, &portal.database).await, "0", "after {turns} turns");
        if read && wrote {
            break;
        }
        assert!(turns < 200, "a request that never comes to its end");
    }
    assert!(said > 5, "each was dropped before anything came of it: {said}");
    let whole = portal.lookup("select count(*)::text from plan_remark where text = $1", "whole").await;
    assert_eq!(whole, said.to_string(), "what was said is there, once");
}

# Webhooks: addresses that are told of what changes.
webhooks-title = Webhooks
webhooks-lead = One of your systems can be told at once when something changes here. It is told what kind of thing changed and at which address, never what it says, and only about what you may see yourself.
webhooks-none = You have no webhook yet
webhooks-none-text = Add one below: you need an address in your own system that accepts messages over https.
webhooks-add = Add a webhook
webhooks-add-do = Add it and show its secret
webhooks-choose = choose
webhooks-field-whose = Belongs to
webhooks-hint-whose = Its other focal points can see, pause and remove it.
webhooks-field-name = Name
webhooks-hint-name = What you know it by, such as “Our project database”.
webhooks-field-address = Address
webhooks-hint-address = Begins with https:// and names a host of the public internet. Nobody but its keepers sees it here.
webhooks-field-types = Tell it when
webhooks-hint-types = Whatever you choose, it is told of no record that you may not see.
webhooks-column-of = Belongs to
webhooks-column-state = State
webhooks-column-last = Last delivery
webhooks-column-what = What
webhooks-column-number = Number
webhooks-column-when = Last tried
webhooks-column-how = How it went
webhooks-facts = What it does

webhooks-kind-action-created = An action is added
webhooks-kind-action-changed = An action is changed, or you can no longer see it
webhooks-kind-action-confirmed = An action is confirmed to be still true
webhooks-kind-need-submitted = A need is submitted
webhooks-kind-need-changed = A need is changed, withdrawn or judged, or you can no longer see it
webhooks-kind-plan-state-changed = A plan moves on to another state
webhooks-kind-action-gone = You can no longer see an action
webhooks-kind-need-gone = You can no longer see a need
webhooks-kind-test = Test

webhooks-state-active = active
webhooks-state-failing = failing
webhooks-state-paused = paused
webhooks-state-stopped = stopped
webhooks-state-removed = removed
webhooks-why-failed = Its receiver has accepted no delivery for three days, so nothing is sent any more. What changes in the meantime is not sent later: check that the receiver works, switch the webhook on, and read what you need from the portal.
webhooks-why-gone = Its receiver answered that it is gone for good (410), so nothing is sent any more. If that was a mistake, switch it on again.
webhooks-why-left = The person with whose rights it saw records no longer keeps it (they have left, or are no longer a focal point), so nothing is sent any more. Switch it on, and it sees records with your rights.
webhooks-failing-since = Its receiver has accepted no delivery since { $time }.
webhooks-failing-again = It is tried again at { $time }; after three days the webhook is stopped.
webhooks-sees-as = Is told of
webhooks-sees-as-text = what { $name } may see
webhooks-sees-nobody = nothing, until somebody switches it on
webhooks-old-secret = Previous secret
webhooks-old-secret-until = valid until { $time }

webhooks-deliveries = Last deliveries
webhooks-deliveries-text = A delivery is accepted when its receiver answers with a status from 200 to 299. Any other is tried again, in its place in the order.
webhooks-deliveries-none-text = Send a test to see whether your receiver accepts it.
webhooks-delivery-none = Nothing sent yet
webhooks-delivery-taken = accepted
webhooks-delivery-on-its-way = on its way
webhooks-delivery-to-be-tried = to be tried again
webhooks-delivery-given-up = not accepted
webhooks-answered = answered { $status }
webhooks-tries = { $n ->
    [one] tried { $count } time
   *[other] tried { $count } times
}

outbound-refused = its name leads to an address that is not public
outbound-unknown-host = its name is not known
outbound-unreachable = it cannot be reached
outbound-unsafe = it cannot be reached safely: its certificate is not valid
outbound-slow = it did not answer in time
outbound-no-answer = its answer is not HTTP

webhooks-test = Test
webhooks-test-text = Sends one delivery of the type “test” at once.
webhooks-test-do = Send a test
webhooks-pause = Pause
webhooks-pause-text = Nothing is sent while it is paused, and what changes in the meantime is not sent later.
webhooks-pause-do = Pause
webhooks-resume = Switch on
webhooks-resume-text = It is told of what changes from now on, as far as you may see it.
webhooks-resume-do = Switch on
webhooks-secret = Secret
webhooks-secret-text = Make a new one when somebody who should not have it has seen it, or from time to time. For a day deliveries are signed with both.
webhooks-secret-do = Make a new secret
webhooks-secret-title = The secret of your webhook
webhooks-secret-added = “{ $name }” is added.
webhooks-secret-renewed = “{ $name }” has a new secret.
webhooks-secret-once = Copy it into your receiver now: it is not shown again. With it your receiver checks that a delivery is from here and unchanged.
webhooks-secret-both = The previous secret is valid for one more day. Replace it with the new one within that time.
webhooks-secret-onward = I have copied it
webhooks-remove = Remove
webhooks-remove-text = It is told of nothing more, and its secret is deleted.
webhooks-remove-do = Remove the webhook

webhooks-error-unreadable = This is not a web address. Write it in full, such as https://hooks.ministry.example/concert.
webhooks-error-not-https = Deliveries go over https only: the address has to begin with https://.
webhooks-error-port = Deliveries go to port 443 only: leave the port out of the address.
webhooks-error-credentials = Leave name and password out of the address: deliveries are signed instead.
webhooks-error-nearby = The address has to name a host of the public internet, not a number or a name inside a network.
webhooks-error-no-types = Choose at least one.
webhooks-error-many = You can have at most { $most } webhooks; remove one that is not used.
webhooks-error-not-now = The webhook has been switched on, paused or stopped in the meantime. Open it again to see its state.

webhooks-told-failed = The webhook “{ $name }” is stopped: its receiver has accepted no delivery for three days
webhooks-told-gone = The webhook “{ $name }” is stopped: its receiver answered that it is gone for good
webhooks-told-left = The webhook “{ $name }” is stopped: the person with whose rights it saw records no longer keeps it

done-webhook-test = A test is on its way. Reload the page in a moment to see how it went.
done-webhook-paused = The webhook is paused.
done-webhook-resumed = The webhook is switched on.
done-webhook-removed = The webhook is removed.

event-webhook-added = added the webhook
event-webhook-paused = paused the webhook
event-webhook-resumed = switched the webhook on
event-webhook-secret-renewed = made a new secret for the webhook
event-webhook-removed = removed the webhook
event-webhook-stopped = stopped the webhook

refused-webhooks = Webhooks are kept by the focal points of organisations and beneficiaries, and by the Support Group secretariat.

# Webhooks: addresses that are told of what changes.
webhooks-title = Webhooks
webhooks-lead = A system of yours can be told at once when something changes here. It is told what kind of thing changed and at which address, never what it says, and only of what you may see yourself.
webhooks-none = You have no webhook yet
webhooks-none-text = Add one below: you need an address of your own system that takes messages over https.
webhooks-add = Add a webhook
webhooks-add-do = Add it and show its secret
webhooks-choose = choose
webhooks-field-whose = Whose it is
webhooks-hint-whose = Its other focal points can see, pause and remove it.
webhooks-field-name = Name
webhooks-hint-name = What you know it by, such as “Our project database”.
webhooks-field-address = Address
webhooks-hint-address = Begins with https:// and names a host of the public internet. Nobody but its keepers sees it here.
webhooks-field-types = Tell it when
webhooks-hint-types = Whatever you choose, it is told of no record that you may not see.
webhooks-column-of = Whose
webhooks-column-state = State
webhooks-column-last = Last delivery
webhooks-column-what = What
webhooks-column-number = Number
webhooks-column-when = Last tried
webhooks-column-how = How it went
webhooks-facts = What it does

webhooks-kind-action-created = An action is added
webhooks-kind-action-changed = An action is changed, or is not yours to see any more
webhooks-kind-action-confirmed = An action is confirmed to be still true
webhooks-kind-need-submitted = A need is submitted
webhooks-kind-need-changed = A need is changed, withdrawn or judged, or is not yours to see any more
webhooks-kind-plan-state-changed = A plan moves on to another state
webhooks-kind-action-gone = An action is not yours to see any more
webhooks-kind-need-gone = A need is not yours to see any more
webhooks-kind-test = Test

webhooks-state-active = active
webhooks-state-failing = failing
webhooks-state-paused = paused
webhooks-state-stopped = stopped
webhooks-state-removed = removed
webhooks-why-failed = For three days its receiver took no delivery, so nothing is sent any more. What changed meanwhile is not sent later: see that the receiver works, switch the webhook on, and read what you need from the portal.
webhooks-why-gone = Its receiver answered that it is gone for good (410), so nothing is sent any more. If that was a mistake, switch it on again.
webhooks-why-left = The person in whose place it looked at records keeps it no longer (they have left, or are its focal point no more), so nothing is sent any more. Switch it on, and it looks at records in your place.
webhooks-failing-since = Its receiver has taken no delivery since { $time }.
webhooks-failing-again = It is tried again at { $time }; after three days the webhook is stopped.
webhooks-sees-as = Is told of
webhooks-sees-as-text = what { $name } may see
webhooks-sees-nobody = nothing, as long as nobody switches it on
webhooks-old-secret = Secret before
webhooks-old-secret-until = valid until { $time }

webhooks-deliveries = Last deliveries
webhooks-deliveries-text = A delivery is taken when its receiver answers with a status from 200 to 299. Any other is tried again, in its place in the order.
webhooks-deliveries-none-text = Send a test to see whether your receiver takes it.
webhooks-delivery-none = Nothing sent yet
webhooks-delivery-taken = taken
webhooks-delivery-on-its-way = on its way
webhooks-delivery-to-be-tried = to be tried again
webhooks-delivery-given-up = not taken
webhooks-answered = answered { $status }
webhooks-tries = { $n ->
    [one] tried { $count } time
   *[other] tried { $count } times
}

outbound-refused = its name stands for an address that is not public
outbound-unknown-host = its name is not known
outbound-unreachable = it cannot be reached
outbound-unsafe = it cannot be reached safely: its certificate does not hold
outbound-slow = it did not answer in time
outbound-no-answer = what it answered is no HTTP

webhooks-test = Test
webhooks-test-text = Sends one delivery of the type “test” at once.
webhooks-test-do = Send a test
webhooks-pause = Pause
webhooks-pause-text = Nothing is sent while it is paused, and what changes meanwhile is not sent later.
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
webhooks-secret-both = The secret before is valid for a day still. Within it, put the new one in its place.
webhooks-secret-onward = I have copied it
webhooks-remove = Remove
webhooks-remove-text = It is told of nothing more, and its secret is forgotten.
webhooks-remove-do = Remove the webhook

webhooks-error-unreadable = This is no address. Write it in full, such as https://hooks.ministry.example/concert.
webhooks-error-not-https = Deliveries go over https only: the address has to begin with https://.
webhooks-error-port = Deliveries go to port 443 only: leave the port out of the address.
webhooks-error-credentials = Leave name and password out of the address: deliveries are signed instead.
webhooks-error-nearby = The address has to name a host of the public internet, not a number or a name inside a network.
webhooks-error-no-types = Choose at least one.
webhooks-error-many = { $most } webhooks are the most; remove one that is not used.
webhooks-error-not-now = The webhook has been switched on, paused or stopped meanwhile. Open it again to see how it stands.

webhooks-told-failed = The webhook “{ $name }” is stopped: for three days its receiver took no delivery
webhooks-told-gone = The webhook “{ $name }” is stopped: its receiver answered that it is gone for good
webhooks-told-left = The webhook “{ $name }” is stopped: the person in whose place it looked at records keeps it no longer

done-webhook-test = A test is on its way. Load the page again in a moment to see how it went.
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

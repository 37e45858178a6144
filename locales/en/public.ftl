# The public pages of a process.
public-about = About
public-pillars = Pillars
public-led-by = Led by { $name }
public-no-lead = no lead stated here
public-beneficiaries = Beneficiaries
public-figures = Public actions
public-all-actions = All public actions
public-none-yet = No action is public yet
public-actions = { $n ->
    [one] One action is public.
   *[other] { $count } actions are public.
}
public-by-pillar = By pillar
public-by-beneficiary = By beneficiary
public-by-status = By status
public-how-counted = How this is counted
public-how-counted-rule = Counted are actions that their keepers have made public; one that a beneficiary reported, once its donor has confirmed it. An action in two pillars, or for several beneficiaries, counts once in each; the lines can therefore add up to more than the whole. Each number opens the actions it counts.
public-take-part = Taking part
public-take-part-text = Members see more: plans, needs and the actions that are shared among them. You can ask for access.
public-actions-lead = Projects and programmes that their keepers have made public.
public-words-hint = Title, donor, implementer
public-time = Period
public-from = from { $start }
public-until = until { $end }
public-here = You are here
public-source = Source
public-card-text = This is the public card of the action. Its amounts and its description are for members.

public-access-lead = Tell us who you are. Each request goes to those who can answer it.
public-access-kind = Who is asking
public-access-name = Your name
public-access-email = Your e-mail address
public-access-organisation = Organisation
public-access-organisation-hint = Where you work, or for whom you ask; the interested public may leave it empty.
public-access-post = Post
public-access-optional = optional
public-access-reason = What you would like access for
public-access-reason-hint = A sentence or two is enough.
public-access-privacy = What you write here is seen by those who decide on the request, and by nobody else.
public-access-send = Send the request
public-access-person-hint = Your organisation takes part already, and its focal point confirms you. You will hear within ten working days.
public-access-new-member-hint = Your organisation would like to take part. This needs a decision of the Board; you will hear from the secretariat within 30 days.
public-access-eu-agency-hint = The Board is told of it. You will hear within ten working days.
public-access-evaluator-hint = For the time of an evaluation. You will hear within 15 days.
public-access-public-hint = Much is open on these pages without an account. You will hear within 30 days.
public-access-thanks = Thank you, your request has been received
public-access-person-reply = If your organisation takes part in the process, its focal point is asked to confirm you. You will hear from us by { $day }.
public-access-new-member-reply = A new member needs a decision of the Board. The secretariat will write to you about the next steps by { $day }.
public-access-eu-agency-reply = The Board is told of requests by EU agencies. You will hear from us by { $day }.
public-access-evaluator-reply = The secretariat looks at what the evaluation needs. You will hear from us by { $day }.
public-access-public-reply = The secretariat reads every request. You will hear from us by { $day }.
public-access-neutral = This answer is the same for everybody who sends the form. It does not say whether an organisation takes part or whether there is an account.
public-access-back = Back to the process
event-access-asked = asked for access
public-of-more = { $n ->
    [one] of more than one action
   *[other] of more than { $count } actions
}
public-counted-at = Counted on { $time }.
public-letter-subject = { $process }: your request for access
public-letter-body =
    Good day,

    somebody, we hope you, asked for access to the portal of { $process } and gave this address.

    The request has been received and will be answered by { $day }, to this address. You need not do anything until then.

    If it was not you, please ignore this e-mail.

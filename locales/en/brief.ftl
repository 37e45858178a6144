# The brief before funding.
nav-brief = Brief
brief-title = Brief before funding
brief-lead = Before you pay for an idea: who does this already, which needs it would answer, what remains, and whom to talk to.
brief-tells-nobody = Asking tells nobody and saves nothing. Only the number of briefs asked for is counted, for all together.
brief-get = What you get
brief-get-who = Actions that may overlap with it or are near it, including planned ones, with what they have in common
brief-get-needs = Needs that it would answer, and needs of the same beneficiaries that stay open
brief-get-talk = Contact points of those who do it, who leads the pillar, who speaks for the beneficiaries
brief-get-share = All of it as one PDF, or as a page for your organisation, for those you name or for the members
brief-get-more = A title is enough. Each further field makes the answer more exact.
brief-idea = Your idea
brief-change = Change the idea and ask again
brief-change-short = Change the idea
brief-make = Make the brief
brief-field-title = Title
brief-field-words = In a few words
brief-hint-words = What would be done, for whom, to what end. Any language.
brief-field-beneficiaries = Beneficiaries
brief-field-pillars = Pillar
brief-field-theme = Theme
brief-field-start = From
brief-field-end = To
brief-field-amount = Amount
brief-field-currency = Currency
brief-error-ends-before = The end is before the start. Change one of the two.
brief-error-currency = Say in which currency, such as EUR.
brief-error-often = You can ask for at most { $most } briefs in { $minutes } minutes. What you typed is kept below: ask again a little later.
brief-error-nobody-to-ask = No action that is hidden from you is near this idea any longer, so there is nobody to ask.
brief-who = Who does this already
brief-who-none = Nothing that you may see was found near this idea. The more it states, the more is found.
brief-none-likely = Nothing that you may see is likely to be the same, or to overlap. An idea states little: look at what is near it.
brief-near = Near in its subject
brief-near-text = These have words or a theme in common with the idea. The idea does not say enough yet to tell whether they overlap.
brief-alike = In common
brief-state = Beneficiary, how far covered
brief-sum-likely = { $n ->
    [one] action may overlap
   *[other] actions may overlap
}
brief-sum-near = { $n ->
    [one] other action nearest in its subject
   *[other] other actions nearest in their subject
}
brief-sum-answers = { $n ->
    [one] need that it would answer
   *[other] needs that it would answer
}
brief-sum-remain = { $n ->
    [one] need that remains open
   *[other] needs that remain open
}
brief-more-likely = { $n ->
    [one] { $count } more may overlap and is not shown: say more about the idea to tell them apart.
   *[other] { $count } more may overlap and are not shown: say more about the idea to tell them apart.
}
brief-more-needs = { $n ->
    [one] { $count } more is not shown.
   *[other] { $count } more are not shown.
}
brief-all-needs = All needs
brief-all-missing = Where support is missing
brief-hidden = An action that another organisation keeps to itself may overlap. Neither its title nor its keeper is shown; ask the contact point.
brief-ask-tells = Only this step tells anybody: those who keep the action learn that you ask, and the title of your idea. Where nobody of theirs takes part here, the secretariat learns that you ask, without the title, to put you in touch.
brief-answers = Needs it would answer
brief-answers-none = No stated need that you may see is near this idea.
brief-needs-none = No need that you may see has been stated in this process yet.
brief-needs-none-of-these = No need of these beneficiaries that you may see has been stated yet.
brief-remain = What remains
brief-remain-none = No other open need of these beneficiaries is stated.
brief-talk = Whom to talk to
brief-talk-none = No contact is stated for what was found. Name a pillar or beneficiaries, and whoever leads it or speaks for them is shown here.
brief-talk-of = For
brief-talk-nobody = Keepers with no contact point yet:
brief-talk-name = Name
brief-talk-post = Post
brief-talk-email = E-mail
brief-not-judged = Not judged yet
brief-priority-high = High priority
brief-priority-medium = Medium priority
brief-priority-low = Low priority
brief-responses = { $n ->
    [one] { $count } response
   *[other] { $count } responses
}
brief-no-verdict = Likelihoods are estimates from what the records state. What you may not see is left out, except for the fact that it may be there.
brief-no-verdict-own = { $word }: an estimate from what the records state. What you may not see is left out, except for the fact that it may be there.
brief-as-of = As of
brief-pdf = As PDF
brief-enter = Enter it as an action
brief-keep-restricted = Keep for own organisation
brief-keep-members = Share with the members
brief-keep-parties = Share with those named
brief-share = Share with selected parties
brief-share-text = For the beneficiaries and the leads of the pillars that the idea names, the organisations below, the Support Group secretariat and the Chairmanship. Those named are told that you share it.
brief-field-organisations = Organisations
brief-hint-organisations = As named in the directory, one per line. May be left empty.
brief-shared-with = Shared with { $names }.
brief-keep-text = What is kept is the idea, not the answer: whoever opens it sees what they may see on that day.
brief-kept-title = Kept and shared ideas
brief-kept-by = Kept by { $by } on { $day }.
brief-level-members = For the members.
brief-level-parties = For the parties it names, the Support Group secretariat and the Chairmanship.
brief-level-restricted = For own organisation only.
brief-withdraw = Withdraw
brief-asked-count = { $n ->
    [0] No brief was asked for in the last 30 days.
    [one] { $count } brief was asked for in the last 30 days. Nobody sees by whom, or about what.
   *[other] { $count } briefs were asked for in the last 30 days. Nobody sees by whom, or about what.
}
access-log-brief = An idea that was shared
done-brief-kept = The idea is kept.
done-brief-shared = The idea is shared.
done-brief-withdrawn = The idea was withdrawn.
done-brief-asked = The contact point was asked. Whether it answers is for it to decide.
notice-brief-asked = { $by } has an idea that may overlap with “{ $action }”, which is not shown to them, and asks to talk: { $title }
notice-brief-put-in-touch = { $by } asks to talk about an action that { $organisation } keeps to itself. Nobody of { $organisation } takes part here: please put the two in touch.
notice-brief-shared = { $by } shares an idea with you: { $title }

# Overlaps: what is near, and coordination questions.
nav-overlaps = Coordination
overlap-title = Coordination questions
overlap-lead = Actions that may be the same, overlap, follow one another or belong together. The portal only asks; those concerned decide.
overlap-export-note = Likelihoods are estimates from what the records state, not judgements.
overlap-export-note-own = { $word }: an estimate from what the records state, not a judgement.
overlap-any = any
overlap-not-over = not yet closed
overlap-count = { $n ->
    [one] { $count } question
   *[other] { $count } questions
}
overlap-none = No coordination question is open
overlap-none-text = When an action is entered or changed, it is compared with all others. What may overlap appears here.
overlap-none-filtered = No matching questions
overlap-none-filtered-text = No question that you may see matches what is chosen above.
overlap-pass = All actions are being compared: { $done } of { $total } done.
overlap-mine = concerning us
overlap-escalated-only = before the Chairmanship
overlap-age = Open for
overlap-age-days = { $n ->
    [one] { $count } day or more
   *[other] { $count } days or more
}
overlap-order = Order
overlap-order-likelihood = likeliest first
overlap-order-newest = newest first
overlap-order-oldest = oldest first
overlap-order-due = by due date
overlap-owner-me = me
overlap-owner-nobody = nobody yet
overlap-nobody = nobody yet
overlap-kept-back = not shown
overlap-reported-by-hand = reported by hand
overlap-remarks = { $n ->
    [one] { $count } remark
   *[other] { $count } remarks
}
overlap-due-by = due { $day }
overlap-escalated = Before the Chairmanship

overlap-column-actions = Actions
overlap-column-first = First action
overlap-column-second = Second action
overlap-column-kind = Kind
overlap-column-likelihood = Likelihood
overlap-column-pillars = Pillar
overlap-column-state = State
overlap-column-owner = In charge
overlap-column-due = Due
overlap-column-opened = Since
overlap-column-address = Address

# Kinds, likelihoods, states, decisions
overlap-kind-same = Entered twice
overlap-kind-overlap = Overlap
overlap-kind-synergy = Synergy
overlap-kind-sequence = Sequence
overlap-kind-part-of = Part of the other
overlap-kind-same-possible = Possibly the same action
overlap-kind-overlap-possible = Possible overlap
overlap-kind-synergy-possible = Possible synergy
overlap-kind-sequence-possible = Possibly one after the other
overlap-kind-part-of-possible = Possibly part of one another
overlap-likely-high = high
overlap-likely-medium = medium
overlap-likely-low = low
overlap-likely = { $word } ({ $percent })
overlap-judged = { $kind }, likelihood { $likely }
overlap-judged-own = { $kind }. { $word }: { $likely }
overlap-state-open = Open
overlap-state-working = Being worked on
overlap-state-decided = Decided
overlap-state-closed = Closed
overlap-state-faded = No longer found
overlap-state-all = all
overlap-decision-merge = Merge the two entries
overlap-decision-divide = Divide the work
overlap-decision-sequence = One after the other
overlap-decision-join = Do it together
overlap-decision-accept = Accept as it is
overlap-decision-no-overlap = Not an overlap

# Why
overlap-why = Why this is asked
overlap-why-not = What speaks against it
overlap-family = Other questions about these actions
overlap-family-text = They may be one family: look at them together before you decide.
overlap-no-verdict = An estimate from what the two records state. It is for those concerned to say what it is.
overlap-why-title-same = the same title
overlap-why-title-alike = titles alike ({ $count }%)
overlap-why-words-shared = both speak of { $words }
overlap-why-words-differ = they are described in different words
overlap-why-beneficiaries = the same beneficiaries: { $words }
overlap-why-beneficiaries-differ = no beneficiary in common
overlap-why-excluded = one of them leaves out { $words } on purpose
overlap-why-pillars = the same pillar: { $words }
overlap-why-themes = { $n ->
    [one] the same theme
   *[other] { $count } themes in common
}
overlap-why-sectors = the same sector: { $words }
overlap-why-sectors-differ = different sectors
overlap-why-organisations = on both sides: { $words }
overlap-why-organisations-differ = no organisation in common
overlap-why-months-together = { $n ->
    [one] overlapping for { $count } month
   *[other] overlapping for { $count } months
}
overlap-why-same-period = the same period, within two weeks at either end
overlap-why-months-apart = { $n ->
    [0] one begins when the other ends
    [one] { $count } month between the end of one and the start of the other
   *[other] { $count } months between the end of one and the start of the other
}
overlap-why-phases = numbered one after the other: { $words }
overlap-why-identifier-named = one names the reference of the other: { $words }
overlap-why-identifier-shared = the same reference: { $words }
overlap-why-parent = one is entered as part of the other
overlap-why-same-parent = both are part of the same action
overlap-why-amounts-equal = the same amount
overlap-why-amounts-near = similar amounts
overlap-why-amounts-differ = amounts of a different size
overlap-why-acronym = only the acronym { $words }

# Near an action
overlap-near-title = What is near this action
overlap-near-lead = Actions that may overlap, follow or complement it, the likeliest first.
overlap-near-back = To the action
overlap-near-making = The comparison is being prepared. Try again in a moment.
overlap-near-none = Nothing that you may see is near it.
overlap-near-case = Coordination question: { $state }
overlap-near-open = This is the same: open it
overlap-near-related = related
overlap-near-different = different
overlap-near-count = { $n ->
    [one] { $count } action may be like this one
   *[other] { $count } actions may be like this one
}
overlap-near-say = How it relates to { $title }
overlap-entered-related = Said to be related when it was entered.
overlap-entered-different = Said to be different when it was entered.
overlap-said-related = Said to be related.
overlap-said-different = Said to be different.
overlap-near-link = Related: link it
overlap-near-go-on = Different: go on
overlap-near-said-related = You said on { $day }: related.
overlap-near-said-different = You said on { $day }: different.
overlap-near-ours-related = Your organisation said on { $day }: related.
overlap-near-ours-different = Your organisation said on { $day }: different.
overlap-near-take-back = Withdraw
overlap-near-beside = Is it here already?
overlap-near-beside-text = While you type, actions that may be the same or overlap appear here. Nothing is saved by this.
overlap-near-beside-plain = Without scripts they appear once it is saved.
overlap-donors = Donors: { $names }
overlap-near-beside-hidden = Actions that other organisations keep to themselves are not listed: you are told after saving if one may overlap. To find out before, ask for a brief:
overlap-near-hidden-open = To the coordination question
overlap-near-ask = Ask about these two
overlap-near-new-window = opens in a new window
overlap-near-all = All that is near
overlap-all-beneficiaries = { $n ->
   *[other] all { $count } beneficiaries
}

# A question
overlap-hidden-short = an action that another organisation keeps to itself
overlap-hidden-text = An action that another organisation keeps to itself may overlap. Neither its title nor its keeper is shown here; ask the contact point.
overlap-hidden-title-text = An action that another organisation keeps to itself may overlap. Its title is not shown here; ask the contact point.
overlap-hidden-keeper = Kept by { $name }.
overlap-ask = Ask the contact point
overlap-asked-on = Asked on { $day }.
overlap-disclosed-text = “{ $title }” of { $keeper } is shown for this question alone, by its keeper.
overlap-own-hidden = Your own action is for your own organisation only: the others here see that there is one, but neither its title nor its keeper. If you show it, they see for this question its title, the contact, how likely it is and what is alike; the record itself stays closed.
overlap-own-show = Show title and contact for this question
overlap-own-keep = Do not show it
overlap-own-shown = Your own action is for your own organisation only. For this question its title and contact, how likely it is and what is alike have been shown to the others here since { $day }.
overlap-own-kept = Not shown, as decided on { $day }; nobody was told.
overlap-opened-on = since { $day }
overlap-reported-by = reported by { $by }
overlap-compare = Side by side
overlap-compare-field = Field
overlap-side = Action { $n }
overlap-same = the same
overlap-differs = differs
overlap-shares = partly
overlap-row-period = Period
overlap-months-together = { $n ->
    [one] They run side by side for { $count } month.
   *[other] They run side by side for { $count } months.
}
overlap-months-never = They never run side by side: one ends before the other begins.
overlap-months-unknown = Whether they run side by side cannot be told: not all their dates are stated.
overlap-row-meets = Amount where they meet
overlap-meets-estimate = Where they meet: in the months in which all run, for the beneficiaries in common. ≈ marks an estimate: the stated total is spread evenly over its months, and over its beneficiaries where no shares are stated.
overlap-merged-away = now part of the other entry
overlap-discussion = Discussion
overlap-no-remarks = No remarks yet.
overlap-remark = Your remark
overlap-remark-send = Send
overlap-remark-withdraw = Withdraw
overlap-remark-gone = Withdrawn.
overlap-assign = Change
overlap-assign-save = Save
overlap-field-owner = In charge
overlap-field-due = Due
overlap-decide = Decision
overlap-decided = What was decided
overlap-decided-before = The question has been open again since { $day }: the actions have changed since this was decided. It is shown here until there is a new decision.
overlap-decided-by = Stated by
overlap-field-decision = Decision
overlap-field-reason = Reason
overlap-field-follow-up = Follow-up
overlap-hint-follow-up = Who does what, by when.
overlap-decide-save = Record the decision
overlap-field-outcome = Outcome
overlap-hint-outcome = What came of it, as stated by those who decided.
overlap-outcome-save = Record the outcome and close
overlap-reopen = Open it again
overlap-field-reopen = Why
overlap-invited = Also invited
overlap-invited-none = Nobody besides the parties of the actions.
overlap-invite = Organisation
overlap-invite-send = Invite
overlap-field-organisation = Organisation
overlap-escalate = Put before the Chairmanship
overlap-field-escalation = What the Chairmanship is asked
overlap-hint-escalation = The Chairmanship sees the question and can decide it.
overlap-escalate-send = Put it before the Chairmanship
overlap-contact = Contact: { $name }
overlap-history = History
overlap-history-none = No step has been taken yet.
overlap-nothing = nothing
overlap-late-title = Somebody else was first
overlap-late-text = The question has changed since you opened it. It is shown as it stands now; what you typed is kept in the form below, and nothing was saved.
overlap-late-typed = The question has changed since you opened it. It is shown as it stands now, and nothing was saved. This is what you typed:
overlap-error-due-past = The day has passed. Choose today or a later day.
overlap-error-due-needs-owner = Say who is in charge, then set a day.
overlap-error-no-decision = Record the decision first.
overlap-error-escalated = It is before the Chairmanship already.
overlap-error-two-actions = Choose two to twelve actions.
overlap-error-not-concerned = Only those whom at least one of the actions concerns can ask this. Remark on the action instead.
overlap-error-merge-two = Only two entries that you see in full can be merged.
overlap-error-merged-already = One of these has already been merged. Open the entry that stayed and start from there.

# Reporting one
overlap-report = Ask a coordination question
overlap-report-lead = Name the actions and say what should be looked at. Their parties, the pillars’ leads and the secretariat are told.
overlap-report-actions = Which actions
overlap-report-none = None chosen yet.
overlap-report-find = Find an action by its title
overlap-report-search = Find
overlap-report-not-found = No action that you may see matches these words.
overlap-report-add = Add
overlap-report-drop = Remove
overlap-report-why = What to look at
overlap-report-words = Your question
overlap-report-words-hint = What may overlap, or could be done together.
overlap-report-send = Send the question

# Merging
overlap-merge-title = Merge two entries of one action
overlap-merge-case = The question
overlap-merge-lead = Both entries describe the same action. One stays; nothing of the other is lost, and the merge can be undone.
overlap-merge-keep = Which entry stays
overlap-merge-choose = Where they differ
overlap-merge-choose-text = If you choose nothing, the entry that stays keeps its own.
overlap-merge-takes = What happens
overlap-merge-filled = Stated by only one, and kept: { $fields }.
overlap-merge-links = Parties, beneficiaries, pillars, themes, places in plans and remarks of both are united.
overlap-merge-money = Amounts are taken over where the entry that stays has none; added up, they would count twice.
overlap-merge-level = Who may see it becomes the narrower of the two: { $level }.
overlap-merge-undo-text = On the question’s page the merge can be undone; what is changed in the meantime stays.
overlap-merge-why = Why
overlap-merge-do = Merge
overlap-merge-go = Merge the two entries now
overlap-merged-on = Merged on { $day } by { $by }.
overlap-merged-kept = To the entry that stayed
overlap-unmerge = Undo the merge

# What was done
done-overlap-remarked = Your remark was sent.
done-overlap-remark-withdrawn = The remark was withdrawn.
done-overlap-said-related = Noted: the two are related. Their coordination question says so, and those concerned are told.
done-overlap-said-different = Noted: the two are different. Their coordination question says so. You are asked again only if one of them changes in what matters.
done-overlap-said-far = Nothing had to be noted: these two are not near enough for a question.
done-overlap-assigned = Saved.
done-overlap-invited = The organisation was invited.
done-overlap-decided = The decision was recorded.
done-overlap-outcome = The outcome was recorded, and the question is closed.
done-overlap-escalated = It is before the Chairmanship.
done-overlap-reopened = The question is open again.
done-overlap-asked = The contact point was asked. Whether it answers is for it to decide.
done-overlap-disclosed = Title and contact are shown for this question, with what is alike.
done-overlap-kept = It is not shown. Nobody was told.
done-overlap-reported = The question was sent.
done-overlap-there-already = There was a question about these two already; yours was added to it.
done-overlap-merged = The two entries have been merged.
done-overlap-unmerged = The merge was undone.

event-overlap-assigned = Put in charge
event-overlap-invited = Invited
event-overlap-decided = Decided
event-overlap-outcome = Outcome recorded
event-overlap-escalated = Put before the Chairmanship
event-overlap-reopened = Opened again
event-overlap-asked = Contact point asked
event-overlap-disclosed = Shown by its keeper
event-overlap-reported = Reported
event-overlap-merged = Entries merged
event-overlap-unmerged = Merge undone
event-merged-in = Another entry of it was merged into this one
event-merged-away = Merged into another entry of it
event-merge-undone = A merge was undone

refused-overlap = Coordination questions are for the secretariat, the Chairmanship, and those whose actions, pillars or beneficiaries they concern.
refused-overlap-decide = The secretariat, the pillar’s lead, and for what is put before it the Chairmanship decide on a coordination question.

notices-topic-overlaps = Coordination questions
notices-topic-overlaps-hint = Questions about your actions, and what is said and decided on them.
notice-overlap-found = An action of yours may overlap with another
notice-overlaps-found = { $n ->
    [one] { $n } coordination question concerns your actions
   *[other] { $n } coordination questions concern your actions
}
notice-overlap-remark = { $by } remarked on a coordination question
notice-overlap-assigned = { $by } put you in charge of a coordination question
notice-overlap-due = A coordination question that you are in charge of
notice-overlap-invited = { $by } invites your organisation to a coordination question
notice-overlap-decided = { $by } recorded a decision on a coordination question
notice-overlap-outcome = { $by } recorded what came of a coordination question
notice-overlap-reopened = { $by } opened a coordination question again
notice-overlap-escalated = { $by } put a coordination question before the Chairmanship
notice-overlap-asked = { $by } asks about an action that you keep to your own organisation and that may overlap
notice-overlap-reported = { $by } asks a coordination question
notice-overlap-disclosed = { $by } shows an action for a coordination question

# What waits at home
overlap-awaited-in-charge = { $n ->
    [one] You are in charge of { $count } coordination question
   *[other] You are in charge of { $count } coordination questions
}
overlap-awaited-escalated = { $n ->
    [one] { $count } coordination question is before the Chairmanship
   *[other] { $count } coordination questions are before the Chairmanship
}
overlap-awaited-nobody = { $n ->
    [one] { $count } coordination question that nobody has taken up
   *[other] { $count } coordination questions that nobody has taken up
}
overlap-awaited-mine = { $n ->
    [one] { $count } coordination question concerns you
   *[other] { $count } coordination questions concern you
}

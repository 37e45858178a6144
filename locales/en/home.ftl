# The homes of the roles.
home-title = Home
home-counted-at = counted { $time }
home-all-actions = All actions
home-all-n = { $n ->
    [one] Open it
   *[other] All { $count }
}
home-open-list = : { $name }
home-bar = Share
home-fold = { $n ->
    [one] One more
   *[other] { $count } more
}
home-pillar = Pillar
home-beneficiary = Beneficiary
home-status = Status
home-organisation = Organisation
home-action = Action
home-confirmed = Last confirmed
home-never = never yet
home-head-actions = Actions
home-head-no-status = No status stated
home-head-soon = End within six months
home-head-stale = Awaiting update
home-head-covered = Beneficiaries covered
home-head-ours = Ours
home-head-others = Also at work there
home-none-yet = Nothing has been entered yet. As soon as there are actions, they are counted here.
home-empty-title = Your membership is not complete yet
home-empty-text = It gives you no pillar, beneficiary or organisation. Please ask the Support Group secretariat to complete it; the actions are open to you meanwhile.

# The large figures
home-answer-actions = { $n ->
    [one] action in all
   *[other] actions in all
}
home-answer-own = { $n ->
    [one] action names us
   *[other] actions name us
}
home-answer-ongoing = { $n ->
    [one] is stated to be ongoing
   *[other] are stated to be ongoing
}
home-answer-soon = { $n ->
    [one] ends within six months
   *[other] end within six months
}
home-answer-stale = { $n ->
    [one] is awaiting an update: not confirmed for six months
   *[other] are awaiting an update: not confirmed for six months
}
home-answer-incomplete = { $n ->
    [one] is incomplete: something is not stated
   *[other] are incomplete: something is not stated
}
home-answer-unconfirmed = { $n ->
    [one] was reported and is not yet confirmed by its donor
   *[other] were reported and are not yet confirmed by their donors
}
home-answer-unconfirmed-us = { $n ->
    [one] was reported by a beneficiary and awaits our confirmation
   *[other] were reported by a beneficiary and await our confirmation
}
home-answer-requests = { $n ->
    [one] request for access is open
   *[other] requests for access are open
}

# What can be done from here
home-act-add = Add an action
home-act-report = Report a missing action
home-act-invite = Invite somebody
home-still-true = Still true

home-takeover = What you take over from { $person }
home-act-board-meeting = Call a Board meeting
home-act-adopted-plans = Adopted plans
home-act-meetings = Calendar of meetings

# Titles
home-requests-title = Requests for access
home-secretariat-title = What needs us today
home-chair-title = Where the pillars stand
home-lead-title = How { $pillar } stands
home-beneficiary-title = What concerns { $name }
home-partner-title = Our assistance
home-observer-title = What is being done
home-by-pillar-title = What there is in each pillar
home-by-beneficiary-title = What there is for each beneficiary
home-by-status-title = Where they stand
home-by-status-own-title = Where our actions stand
home-standing-own = Our completeness and timeliness
home-by-donor-title = Who funds
home-by-donor-pillar-title = Who funds in this pillar
home-by-donor-us-title = Who funds for us
home-who-works-title = Who works here
home-pillars-title = Each pillar at a glance
home-soon-title = Ending within six months
home-soon-own-title = Ours that end within six months
home-to-confirm-title = Please check that these are still correct
home-to-confirm-own-title = Are these still true?
home-claims-title = Reported, and not yet confirmed by a donor
home-claims-us-title = Reported by a beneficiary as ours
home-suggestions-pillar-title = Changes suggested in this pillar
home-suggestions-own-title = Changes suggested to us
home-changes-title = Recently changed
home-changes-pillar-title = Recently changed in this pillar
home-added-title = Recently added
home-awaited-title = Waiting for you
home-awaited-by = by { $day }
home-waits-title = Requests, suggestions and reports
home-others-title = Who else works in the same areas

# How it is counted
home-rule-pillar = An action of several pillars counts in each of them.
home-rule-beneficiary = An action for several beneficiaries counts for each of them.
home-rule-organisation = In alphabetical order. An action of several organisations counts for each of them.
home-others-about = In alphabetical order, and only what all members may know. An action of several pillars or beneficiaries appears in several rows.

# Lines
home-ends = ends { $day } · { $keeper }
home-suggested = suggested by { $person } on { $day }
home-suggestion-on = Suggested change: { $title }
home-claim-on = Not yet confirmed by its donor: { $title }
home-reported = reported by { $person } on { $day }
home-reported-on = reported on { $day }
home-changed = { $event } · { $person } · { $day }
home-added = added { $day } · { $keeper }
home-event-other = changed
home-by-portal = the portal
home-person-of = { $name } ({ $of })
home-person-former-of = a former member of { $of }
home-person-former = a former member
home-request = { $name }, { $organisation }, asks for access
home-request-due = { $kind } · answer due { $day }
home-request-person = person of a member organisation
home-request-new-member = new member
home-request-eu-agency = EU agency
home-request-evaluator = evaluator
home-request-public = interested public
home-overdue = past its date
home-covered = { $n } of { $of }
home-others-none = nobody else known here
home-others-more = { $n ->
    [one] and one more
   *[other] and { $count } more
}
home-list-due = Confirm the list of members of { $name }

# Empty lists
home-lacks-pillars = Enter the pillars: the process has none yet
home-lacks-beneficiaries = Enter the beneficiaries: the process has none yet
home-waits-none = Nothing is waiting. Requests for access, suggested changes and reports that no donor has confirmed appear here.
home-to-confirm-none = Nothing is awaiting an update. An action returns here when nobody has confirmed it for six months.
home-soon-none = None of those that state an end.
home-claims-none = None. If something is done for you and is missing here, report it.
home-suggestions-open = { $n ->
    [one] One suggested change is open.
   *[other] { $count } suggested changes are open; those waiting longest are shown here.
}
home-suggestions-all = { $n ->
    [one] One suggested change
   *[other] All { $count } suggested changes
}
home-proposed-members = { $n ->
    [one] One proposed member waits for your answer
   *[other] { $count } proposed members wait for your answer
}
home-proposed-organisations = { $n ->
    [one] One proposed directory entry waits for your answer
   *[other] { $count } proposed directory entries wait for your answer
}
home-suggestions-none = No suggested change is open.
home-changes-none = Nothing has changed yet.
home-others-nowhere = None of your actions names a pillar and a beneficiary yet. Once they do, you see here who else works there.

# Access
home-access-title = Who has access
home-access-more = Members
home-access-role = Role
home-access-people = People
home-access-next-end = next to end: { $day }
home-access-open = without an end
home-access-none = Nobody has access yet. Invite the first member.
home-ending-title = Access that ends within 90 days
home-ending = { $role } · until { $day }
home-ending-of = { $role }, { $of } · until { $day }
home-ending-none = Nobody’s access ends within 90 days.
home-log-title = Recent reading and exports
home-log-about = In the last 30 days: { $reads } read, { $exports } exported.
home-log-more = Access log
home-log-by = { $person } · { $day }
home-log-read = { $level } · { $person } · { $day }
home-log-export = { $n ->
    [one] Exported: { $what }, one row
   *[other] Exported: { $what }, { $count } rows
}
home-log-export-whole = Exported: { $what }
home-log-hidden = A record that is not open to you
home-log-none = Nothing yet. Reading what only named parties see, and every export, is recorded here.

# Time
home-time-title = When actions start and end
home-time-label = Bars: how many actions start and end in each year; the table holds the same figures
home-time-caption = Full bars: start. Light bars: end. The line is today.
home-time-none = No action states when it starts or ends yet.
home-year = Year
home-starts = Start
home-ends-head = End

# Needs, responses, coverage, mapping cycles.
nav-needs = Needs
need-title = Needs
need-one = Need
need-lead = What the beneficiaries say they need under the measures of the plans, and what answers it. For members only.
need-you-are-here = You are here
need-tab-list = List
need-tab-coverage = Coverage matrix
need-tab-missing = Where is support missing?
need-tab-answered = Which needs are answered?
need-tab-cycles = Mapping cycles
need-new = Write a need
need-drafts = Drafts
need-filter = Filter the needs
need-words = Search
need-any = any
need-choose = Please choose
need-more-filters = More filters
need-apply = Apply
need-clear = Clear filters
need-sort = Order by
need-sort-beneficiary = Beneficiary
need-sort-measure = Measure
need-sort-priority = Priority
need-sort-by-when = By when
need-sort-updated = Latest change
need-pages = Pages
need-first = To the first page
need-next = Next
need-n = { $n ->
    [one] One need
   *[other] { $count } needs
}
need-shown = { $n ->
    [one] One need
   *[other] { $count } needs
} on this page.
need-there-are-more = There are more.
need-none = No needs yet
need-none-text = A beneficiary’s people draft needs, and whoever speaks for it submits them. Only what was submitted is listed here.
need-none-cycle = Needs are written in a mapping cycle. The Support Group secretariat opens one.
need-none-filtered = No matching needs
need-none-filtered-text = No need that you can see fits all that is chosen above.
need-no-measure = no measure stated
need-of-cycle = Last stated in { $cycle }
need-responses-short = Answered by
need-proposed-n = { $n ->
    [one] one proposed
   *[other] { $count } proposed
}
need-field-current = Taken over
need-current-latest = The latest of each need
need-current-all = Also what was taken over into a later cycle
need-answered-yes = By a confirmed action
need-answered-no = By no confirmed action

# Lists
need-type-legislative = Legislative
need-type-institutional = Institutional
need-type-operational = Operational
need-perspective-prevention = Prevention
need-perspective-response = Response
need-priority-high = High
need-priority-medium = Medium
need-priority-low = Low
need-state-draft = Draft
need-state-submitted = Submitted
need-state-withdrawn = Withdrawn
need-carried-confirmed = confirmed unchanged in this cycle
need-carried-changed = taken over and changed
coverage-not = Not covered
coverage-partly = Partly covered
coverage-covered = Covered
coverage-more = More than covered
coverage-unjudged = Not judged yet
response-proposed = Proposed
response-confirmed = Confirmed
response-declined = Not confirmed
response-withdrawn = Withdrawn
need-none-cycle-keeps = Needs are written in a mapping cycle. Open the first one, and the beneficiaries can begin.

# Fields
need-field-beneficiary = Beneficiary
need-field-cycle = Mapping cycle
need-field-title = Title, in English
need-field-body = What is needed, in English
need-field-own_language = Own language
need-field-own_title = Title, in the beneficiary’s own language
need-field-own_body = What is needed, in the beneficiary’s own language
need-field-node = Measure
need-field-plan = Plan
need-field-pillar = Pillar
need-field-theme = Theme
need-field-type = Type
need-field-perspective = Perspective
need-field-priority = Priority
need-field-by_when = By when
need-field-exists_already = What exists already
need-field-evidence = Evidence
need-field-handling = Who may see it
need-field-shown_to = Also shown to
need-field-why = Why
need-field-state = State
need-field-answered = Answered
need-field-coverage = Coverage
need-field-reason = Reason
need-field-how = What of the need it answers
need-field-action = Action
need-field-need = Need
need-field-answer = Answer
need-field-name = Name of the cycle
need-field-first_year = First year
need-field-last_year = Last year
need-hint-behalf = Whoever speaks for it is asked to submit what you write.
need-hint-title = In one line, such as “A second DNA laboratory for border cases”.
need-hint-body = What is missing, for whom, and what would change with it.
need-hint-node = The measure of a plan that it belongs to. Leave it empty where none fits.
need-hint-type = Asked for before it is submitted.
need-hint-perspective = Asked for before it is submitted.
need-hint-priority = As your side sees it.
need-hint-by_when = A year, a month or a day.
need-hint-exists_already = Laws, offices, equipment and support that are there.
need-hint-evidence = Figures, reports or assessments that show it.
need-hint-handling = Nothing of needs is ever public, and observers do not see them.
need-hint-shown_to = Organisations that may see it as well, one per line. Useful where not all members see it.
need-hint-why = Kept in the history.
need-hint-withdraw = Shown on the need’s page to those who saw it.
need-level-members = All members
need-level-parties = Named parties: the pillar’s leads, the secretariat, the Chairmanship, and the organisations named below
need-level-restricted = Only the beneficiary, and the organisations named below
need-level-members-text = All members of the process see it, other than observers.
need-level-parties-text = Seen by its beneficiary, the pillar’s leads, the secretariat and the Chairmanship, the organisations it is shown to, and those whose action answers it.
need-level-restricted-text = Seen by its beneficiary and the organisations it is shown to.
need-organisation-names = The names of all organisations
need-shown-to = Shown to:

# Writing
need-new-title = Write a need
need-new-lead = Saved as a draft, which only your own side sees until it is submitted. A title is enough to begin with.
need-edit = Edit
need-edit-title = Edit the need
need-edit-draft = A draft. Nobody else sees it until it is submitted.
need-edit-submitted = It has been submitted: those who see it are told that it has changed.
need-part-what = What is needed
need-part-own = In your own language, too
need-part-where = Where it belongs
need-part-why = What exists already, and what shows the need
need-part-sees = Who may see it
need-save-draft = Save the draft
need-save = Save
need-leave = Cancel
need-no-open-cycle = No mapping cycle is open
need-no-open-cycle-text = Needs are written in a mapping cycle. The Support Group secretariat opens one; what was submitted in an earlier cycle can then be taken over.
need-error-language = Please choose the language that this is written in.
need-error-organisation = No organisation here is called “{ $name }”, or several are. Please write its name as in the directory.
need-error-shown-many = At most { $most } organisations can be named.
need-error-behalf-restricted = What is written on behalf of a beneficiary cannot be for the beneficiary only: you would not see it yourself.
need-error-unstated = Please state “{ $field }” before you submit.
need-error-why = Please say why it is withdrawn.
need-error-year = Please write a year between 1990 and 2100.
need-error-years = The last year is before the first. Change one of the two.
need-error-cycle-name = There is already a cycle with this name. Please choose another.
need-error-none-chosen = Please choose at least one need.
need-moved-on = The need has been changed since you opened its page. Check it again before you submit it.
need-not-submitted = This need is not submitted, or was withdrawn.
need-cycle-is-closed = This mapping cycle is closed. Needs can be taken over into an open cycle only.

# The page of a need
need-sees-once-submitted = Until it is submitted, only those who draft it. From then on:
need-by-portal = The portal
need-person = { $name }, { $of }
need-former-member = a former member of { $of }
need-submit = Submit
need-respond = Propose a response
need-draft-text = A draft that only { $beneficiary } sees.
need-draft-behalf = A draft, written by { $by } on behalf of { $beneficiary }, and seen by both.
need-draft-who = It is submitted by whoever speaks for the beneficiary.
need-draft-cycle-closed = Its mapping cycle is closed: it can no longer be submitted there.
need-no-body = Only a title is given.
need-in-own = In { $language }
need-part-glance = At a glance
need-part-responses = Responses
need-responses-none = No action has been proposed yet.
need-responses-past = { $n ->
    [one] One that was not confirmed or was withdrawn
   *[other] { $count } that were not confirmed or were withdrawn
}
need-funded-by = funded by { $donors }
need-period = { $start } to { $end }
need-part-coverage = Coverage
need-part-suggested = Actions that could answer it
need-part-donors = Donors who work on similar things
need-donors-text = For any beneficiary, in actions that are not over, as far as you may see them. In alphabetical order.
need-suggested-text = Found by what they have in common. A suggestion, not a finding.
need-alike-measure = same measure
need-part-record = Record
need-submitted = Submitted
need-written-by = Written by
need-on-behalf = on behalf of the beneficiary
need-copied-from = Taken over from
need-later = Taken over into
need-updated = Last change
need-withdraw = Withdraw the need
need-discard = Discard the draft
need-readings = Who has read it
need-history = History
need-history-none = Nothing has been noted yet.

# Responses
response-proposed-by = Proposed by { $by } on { $day }.
response-confirmed-by = Confirmed by { $by } on { $day }.
response-declined-by = Not confirmed by { $by } on { $day }.
response-answer = Comment to the partner (required if you say no)
response-answer-no = Why it no longer answers the need
response-confirm = Yes, it answers the need
response-decline = No
response-no-longer = It no longer answers the need
response-withdraw = Withdraw the proposal
response-error-word = Please say why not.
response-error-hidden = The beneficiary does not see this action, and so could not answer. First change who may see the action.
need-respond-text = Propose an action of your organisation, running or planned. The beneficiary confirms it, or says why not.
response-find = Words in the action’s title
response-search = Search
response-which = Which action?
response-none-found = No action of your organisation matches these words.
response-no-actions = No action to propose
response-no-actions-text = Your organisation is not yet a party to any action here. Enter the action first; a planned one is enough.
response-no-status = status not stated
response-until = until { $day }
response-for = for { $beneficiary }
response-already-there = answers it already
response-hint-how = Which part of the need, and by when.
response-propose = Propose it
of-action-title = Which needs does it answer?
of-action-answers = Needs it answers
of-action-none = It has not been proposed for any need that you can see.
of-action-could = Needs it could answer
of-action-could-text = Found by what they have in common, among the submitted needs of its beneficiaries. A suggestion, not a finding.
of-action-could-none = Nothing similar was found.
of-action-find = Find a need
of-action-found-none = No need matches these words.
of-action-propose = Propose

# Judging
coverage-none = Nobody has judged yet how far it is covered.
coverage-judged-by = Judged by { $by } on { $day }.
coverage-earlier = Earlier judgements
coverage-judge = Judge how far it is covered
coverage-judge-save = Record the judgement
coverage-hint-reason = It stands beside the judgement, for all who see the need. Earlier judgements stay.

# Cycles
cycle-lead = In each cycle the beneficiaries state their needs anew, or confirm what they said before.
cycle-none = No mapping cycle yet
cycle-none-text = The Support Group secretariat opens the first one.
cycle-none-keeps = Open the first one below.
cycle-n = { $n ->
    [one] One mapping cycle
   *[other] { $count } mapping cycles
}
cycle-years = Years
cycle-acts = What can be done
cycle-state-open = Open
cycle-state-closed = Closed
cycle-since = since { $day }
cycle-close = Close
cycle-reopen = Open again
cycle-open = Open a mapping cycle
cycle-hint-name = Such as “Needs mapping 2027–2028”.
cycle-file-opened = Opened on
cycle-file-closed = Closed on
cycle-file-counted = Counted are the needs of a cycle that were submitted and that the reader of this file may see.
cycle-take-over = Take needs over
take-over-title = Take needs over
take-over-into = Into { $cycle }
take-over-text = What is taken over becomes a draft of this cycle, to be confirmed as it is, or changed first. What was said in the earlier cycle stays.
take-over-from = From
take-over-of = Submitted in { $cycle }
take-over-none = Nothing to take over
take-over-none-text = Everything that was submitted there is here already, or nothing was.
take-over-which = Which needs?
take-over-do = Take them over as drafts
take-over-drafts = Taken over, to be confirmed
take-over-drafts-text = Confirm those that are still true, word for word: actions that you had confirmed as answers, and that are not over, are confirmed with them. Change the others first; what answers those waits for your confirmation again.
take-over-which-confirm = Which are still true?
take-over-change = Change
take-over-confirm = Confirm and submit

# Files
need-file-by = Made for { $name } on { $day }.
need-file-sight = Contains what its reader may see. Needs are for members only: keep the file accordingly.
need-file-all = All submitted needs.
need-file-filter = Filter: { $filter }
need-file-code = Code
need-file-judged = Judged on
need-file-confirmed = Confirmed responses
need-file-proposed = Proposed responses
need-file-actions = Actions that answer it
need-file-address = Address

# What has just been done
done-need-drafted = Saved as a draft.
done-need-saved = Saved.
done-need-unchanged = Nothing was changed.
done-need-submitted = Submitted. The pillar’s leads and the secretariat are told.
done-need-not-draft = It has been submitted already.
done-need-not-submitted = This need is not submitted.
done-need-cycle-closed = Its mapping cycle is closed.
done-need-withdrawn = Withdrawn.
done-need-withdrawn-already = It was withdrawn.
done-need-taken-over = Taken over as drafts.
done-need-taken = Taken over as a draft: write here what has changed.
done-need-goes-on = It has been taken over into this cycle already: here it is, to be changed.
done-need-all-submitted = Confirmed and submitted.
done-need-some-submitted = Submitted, except those whose type or perspective is not stated yet.
done-need-judged = The judgement is recorded.
done-response-proposed = Proposed. The beneficiary is asked.
done-response-already = It has been proposed already.
done-response-confirmed = Confirmed. The partner is told.
done-response-declined = The partner is told.
done-response-answered-already = It had been answered or withdrawn meanwhile.
done-response-withdrawn = Withdrawn.
done-cycle-opened = The cycle is open.
done-cycle-closed = The cycle is closed.
done-cycle-reopened = The cycle is open again.

# History
event-need-drafted = drafted it
event-need-changed = changed it
event-need-submitted = submitted it
event-need-carried-on = confirmed it unchanged in this cycle
event-need-carried-changed = submitted it, changed since the earlier cycle
event-need-taken-over = took it over from an earlier cycle
event-need-withdrawn = withdrew it
event-need-judged = judged how far it is covered

# Being told
notices-topic-needs = Needs and responses
notices-topic-needs-hint = Needs that are submitted or changed, answers to your responses, how far a need is covered.
need-told-drafted = { $by } has drafted the need “{ $title }” on your behalf; whoever speaks for you is asked to submit it
need-told-drafted-together = { $by } has drafted { $n ->
    [one] a need
   *[other] { $n } needs
} on your behalf; whoever speaks for you is asked to submit them
need-told-changed-together = { $by } has changed { $n ->
    [one] a need
   *[other] { $n } needs
} of { $beneficiary }
need-told-submitted = { $by } has submitted a need of { $beneficiary }: “{ $title }”
need-told-submitted-together = { $by } has submitted { $n ->
    [one] a need
   *[other] { $n } needs
} of { $beneficiary }
need-told-changed = { $by } has changed the need “{ $title }”
need-told-withdrawn = { $by } has withdrawn the need “{ $title }”
need-told-proposed = { $by } proposes “{ $action }” as a response to your need “{ $title }”: does it answer it?
need-told-confirmed = { $by } confirms that “{ $action }” answers the need “{ $title }”
need-told-declined = { $by } does not confirm that “{ $action }” answers the need “{ $title }”
need-told-judged = { $by } has judged how far the need “{ $title }” is covered

# Refusals
refused-need-see = Needs are for the members who take part, not for observers.
refused-need-write = Needs are written by the beneficiary’s own people or by the Support Group secretariat, and submitted by whoever speaks for the beneficiary.
refused-response-propose = A response is proposed by the organisations that are party to the action.
refused-response-confirm = A response is confirmed by the beneficiary whose need it is.
refused-coverage-judge = Coverage is judged by the leads of the pillar and by the Support Group secretariat.

# Homes
need-awaited-submit = { $n ->
    [one] Submit, or discard, one draft of a need
   *[other] Submit, or discard, { $count } drafts of needs
}
need-awaited-answer = Say whether “{ $action }” answers your need “{ $title }”
need-awaited-judge = { $n ->
    [one] Judge how far one need in { $pillar } is covered
   *[other] Judge how far { $count } needs in { $pillar } are covered
}
need-awaited-judge-none = { $n ->
    [one] Judge how far one need without a measure is covered
   *[other] Judge how far { $count } needs without a measure are covered
}
need-home-own = of your { $all } needs not covered, or not judged yet
need-home-missing = { $n ->
    [one] need with no known support
   *[other] needs with no known support
}

# The coverage matrix
matrix-title = Coverage matrix
matrix-lead = What the beneficiaries need under each measure, what is there, and where nothing is known.
matrix-show = Show
matrix-show-needs = Needs
matrix-show-actions = Number of actions
matrix-show-money = Money
matrix-show-donors = Number of donors
matrix-by = Rows
matrix-by-measures = Measures
matrix-by-themes = Themes
matrix-cycles-latest = the latest of each need
matrix-at = As of
matrix-as-of = As of { $day }.
matrix-n-actions = { $n ->
    [one] one action
   *[other] { $count } actions
}
matrix-picture = The matrix as a picture
matrix-as-picture = As a picture
matrix-as-table = As a table only
matrix-pdf = PDF, one page of A3
matrix-empty = Nothing to show
matrix-empty-text = No plan with measures fits what is chosen above. Actions and needs can be counted by theme as well.
matrix-empty-themes = Show the actions by theme
matrix-all = All
matrix-all-rows = All rows
matrix-all-beneficiaries = All beneficiaries
matrix-no-measure = No measure stated
matrix-no-theme = No theme stated
matrix-nothing = no need stated, no action known
matrix-nothing-legend = No need stated, no action known
matrix-unasked = Actions, no need stated
matrix-uncovered = Needs not covered, or no support known
matrix-partly = Partly covered, or not judged yet
matrix-covered = All needs covered
matrix-several = several partners active
matrix-several-legend = Several partners active: three donors or more, or a need judged to be more than covered
matrix-several-legend-own = { $word }: three donors or more, or a need judged to be more than covered
matrix-estimate = estimate: an action without stated shares is split equally over its beneficiaries
matrix-picture-legend = ○ needs not covered, or no support known; ◐ partly covered, or not judged yet; ● all needs covered; “·” actions, no need stated; “–” neither; ▲ { $several }
matrix-rule = How it is counted
matrix-rule-needs = A need counts once it is submitted, and as long as it is neither withdrawn nor taken over into a later cycle. How far it is covered is what was judged last.
matrix-rule-actions = An action counts where it is linked to the measure or was confirmed as a response to a need, for each beneficiary that it names, while it is planned or running. What is cancelled, completed or over does not count, nor what you may not see.
matrix-rule-money = For each action what is committed counts, or else its stated total once it is past the planning, as on the page of money: what is passed on counts once, and what is part of another action counts within it. It is split over its beneficiaries by the shares that are stated, and equally where none is (≈), and converted at the rates of its days. Each action counts with all that is part of it.
matrix-money-rates = The rates are of { $from } to { $to }.
matrix-money-without = In none of these figures, for want of an exchange rate: { $amounts }.
matrix-rule-totals = In a total each need and each action counts once, however many rows or columns it stands in.
matrix-past = An earlier day: needs, judgements and confirmed responses are as they stood then. Under which measure something stands, its texts, its status, its donors and its money are as they are today. An action is there if it was recorded by then or says that it had begun.
matrix-cut = There are more than { $count } actions here, and no more are counted: the figures are too low. Choose a plan or a pillar.
matrix-rule-past = For an earlier day, what has no history of its own is taken as it is today; that is said above.
matrix-error-ahead = This date is in the future; the matrix of today is shown.
matrix-file-code = Code
matrix-file-cells = Cells
matrix-file-standing = How it stands
cell-no-needs = No need is stated here.
cell-no-actions = No action is known here.
cell-money-here = Money here
cell-inside = Counted with the action it is a part of
cell-part = { $part } of it, as stated
cell-part-estimate = { $part } of it, an equal split
cell-total = Together
cell-donors = Donors:
matrix-empty-no-themes = This process has no themes yet. The Support Group secretariat adds them.
matrix-empty-measures = Show it by measure

# Ready-made views
view-pdf = PDF, one page
view-file-group = Group
view-missing = No known support
view-missing-lead = Submitted needs that no confirmed action answers and that are not judged to be covered, the most urgent first; then those covered in part.
view-missing-none = No gaps that you can see
view-missing-unstated = Gaps can be shown once the beneficiaries have said what they need. The coverage matrix shows how many actions there are by theme.
view-missing-n = { $n ->
    [0] Nothing is known to be missing.
    [one] One submitted need has no known support.
   *[other] { $count } submitted needs have no known support.
}
view-unanswered = No known support
view-partly = Covered in part, or not judged yet
view-covered = Covered
view-gone = by an action that is over, or not open to you
view-nobody = nobody known
view-by = By whom
view-until = Until
view-group-none = None.
view-left-out = { $n ->
    [one] One more is in the portal.
   *[other] { $count } more are in the portal.
}
view-answered-title = Which of { $beneficiary }’s needs are answered?
view-answered-lead = Each submitted need, how far it is covered, by whom, and until when.
view-answered-none = No need has been submitted
view-answered-none-text = What the beneficiary submits appears here, with what answers it.
view-missing-none-here = None of the needs that fit what is chosen above is without support.
view-missing-none-at-all = Every submitted need that you can see is answered at least in part, or was judged to be.

# Needs that come in from a sheet.
need-sheet-not-in-list = “{ $text }” is not one of the choices here, or stands for several. Take it from the list of this column.
need-sheet-none-of = “{ $text }” is not one of the choices here. Write one of: { $all }.
need-sheet-elsewhere = This need belongs to another beneficiary or another mapping cycle. Upload it with the sheet of that one.
need-sheet-not-yours = This need has been submitted, or is not your side’s: whoever speaks for its beneficiary changes it.
need-sheet-closed = It was withdrawn, or its mapping cycle is closed: it can no longer be changed. Leave the row as it was.

# Packs: what a meeting, a beneficiary or a donor is given, made in one click and frozen.
pack-title = Packs
pack-lead = State of play, decisions, open questions, needs, money, what ends and what has changed: in one document, frozen as it was made.
home-act-pack = Make a pack
access-log-pack = A pack
refused-pack-see = Packs are for those who take part.
refused-pack-make = A pack is made by those whom it is about: the leads of the pillar, the beneficiary, the organisation. The secretariat and the Chairmanship can make all of them.
help-packs-title = Packs
help-packs-text = A pack puts together, in one click, what a meeting, a beneficiary or a donor needs in front of them, as PDF, Word and Excel. When you make it you choose who may read it: all members, or fewer. It contains what all of them may see, and nothing else.
help-packs-more = A pack is frozen: later changes of the records do not change it, and its checksum shows that nobody has. Whoever made one can withdraw it; it is then shown to nobody.

## What can be made
pack-make-title = Make a pack
pack-make-text = Contains what every member who takes part may see. It can be passed round.
pack-own-parties = Also contains what only the parties named may see, and the coordination questions. The Support Group secretariat and the Chairmanship can read it; where a lead makes it, the leads of the pillar can too.
pack-own-restricted = Contains everything that your side may see. Only your own side can read it.
pack-make-members = For all members
pack-make-own = For fewer readers
pack-make-donor = A donor
pack-of-pillar = Pillar { $pillar }
pack-field-about = What it is about
pack-field-level = Who may see it
pack-error-about = Choose what the pack is about.
pack-error-meeting-of-parties = Only its parties may see this meeting. A pack for all members would reveal it: make the one for fewer readers.
pack-error-withdraw = Only whoever made a pack can withdraw it.
done-pack-made = The pack is made and frozen.
done-pack-withdrawn = The pack was withdrawn. Nobody can see it any more.

## What has been made
pack-made-title = Packs that were made
pack-any = all
pack-apply = Apply
pack-clear = Clear filters
pack-field-readers = Who may see it
pack-field-pillar = Pillar
pack-level-members = All members
pack-level-own = Fewer readers
pack-none = No pack that you may read has been made
pack-none-make = Make the first one above. It takes a moment; nobody is notified.
pack-none-read = Packs that are made for all members appear here.
pack-none-filtered = No matching packs
pack-pages = Pages of packs
pack-first = First page
pack-next = Next
pack-column-pack = Pack
pack-column-level = Who may see it
pack-column-made = Made on
pack-column-by = Made by
pack-column-since = Changes since
pack-column-kind = Kind
pack-column-address = Address
pack-checksum = Checksum (SHA-256)
pack-person = { $name } ({ $of })
pack-former-member = a former member of { $of }

## One that is read
pack-made-by = Made by { $by }, { $time }
pack-frozen = This is how things stood when the pack was made. Later changes of the records are not in it.
pack-withdraw = Withdraw the pack
pack-contents-folded = Contents, folded

## Kinds, levels, cover
pack-kind-pillar = Pack for a pillar meeting
pack-kind-board = Pack for the Board
pack-kind-beneficiary = Pack for a beneficiary
pack-kind-donor = Pack for a donor
pack-banner-members = For members
pack-banner-parties = For those named on the cover: not for circulation
pack-banner-restricted = Own side only: not for circulation
pack-readers-members = For all members who take part: it holds records of the levels public and members, and nothing that is shown to fewer.
pack-readers-parties = For the leads of the pillar, the Support Group secretariat and the Chairmanship: it holds records that are shown to the parties named, too.
pack-readers-desk = For the Support Group secretariat and the Chairmanship: it holds records that are shown to the parties named, too.
pack-readers-restricted = For the own side of whoever made it: it holds what that organisation or beneficiary may see, also what is its own only.
pack-example = Example: everything in it is invented
pack-as-of = As of { $day }
pack-cover-meeting = For the meeting
pack-cover-meeting-text = { $title }, { $day }
pack-cover-day = As of
pack-cover-level = Who may see it
pack-cover-since = Changes
pack-cover-by = Made by
pack-since-pack = Since the last pack of this kind, of { $day }
pack-since-meeting = Since the last meeting, of { $day }
pack-since-months = Since { $day }: no earlier pack or meeting is known, so six months are shown

## State of play
pack-state = State of play
pack-state-none = No action is recorded here.
pack-state-all = { $n ->
    [one] { $count } action is recorded.
   *[other] { $count } actions are recorded.
}
pack-state-began = { $n ->
    [0] None has begun since { $day }.
    [one] { $count } has begun since { $day }.
   *[other] { $count } have begun since { $day }.
}
pack-state-ended = { $n ->
    [0] None has ended since { $day }.
    [one] { $count } has ended since { $day }.
   *[other] { $count } have ended since { $day }.
}
pack-state-stale = { $n ->
    [0] None is awaiting an update.
    [one] { $count } is awaiting an update.
   *[other] { $count } are awaiting an update.
}
pack-state-stale-own = { $word }: { $count }.
pack-state-table = Actions by status
pack-all = All
pack-began = Begun
pack-began-none = No action has begun in this time.
pack-ended = Ended
pack-ended-none = No action has ended in this time.
pack-stale = Awaiting update
pack-stale-none = Every action was confirmed within the last six months.
pack-never-confirmed = not yet
pack-reported = Progress as it was reported
pack-reported-none = Nothing was reported of these actions in a round of progress.
pack-reported-all = { $n ->
    [one] One action was reported on. It is shown as its reporter stated it, whether or not a lead has accepted it yet; what was referred back does not count.
   *[other] { $count } actions were reported on. Each is shown as its reporter stated it, whether or not a lead has accepted it yet; what was referred back does not count.
}
pack-reported-held = At risk, or later than planned
pack-reported-in = { $day }, { $round }
pack-column-stands = How it stands
pack-column-reported = Reported
pack-more = { $n ->
    [one] And { $count } more:
   *[other] And { $count } more:
}
pack-more-link = see the list
pack-sheet-empty = There was nothing to list when the pack was made.
pack-sheet-cut = A sheet holds { $count } rows; there were more. The list in the portal has all of them.
pack-sheet-actions = Actions
pack-column-action = Action
pack-column-actions = Actions
pack-column-state = State
pack-column-status = Status
pack-column-start = Begins
pack-column-end = Ends
pack-column-period = From – to
pack-column-keeper = Kept by
pack-column-donors = Donors
pack-column-implementers = Implementers
pack-column-beneficiaries = Beneficiaries
pack-column-beneficiary = Beneficiary
pack-column-pillars = Pillar
pack-column-confirmed = Last confirmed
pack-column-total = Stated total
pack-column-currency = Currency

## Decisions, questions, needs
pack-decisions = Decisions due and open
pack-decisions-none = No decision is due or open, and none was recorded since { $day }.
pack-column-when = When
pack-no-day = no day stated
pack-questions = Coordination questions
pack-questions-left-out = Coordination questions are shown to those whom they concern, and are not in a pack for all members.
pack-questions-none-pillar = No coordination question is open in this pillar.
pack-questions-none-board = No coordination question is open.
pack-questions-none-beneficiary = No coordination question is open that concerns this beneficiary.
pack-questions-none-donor = No coordination question is open that concerns this organisation.
pack-questions-open = Open
pack-questions-decided = Decided
pack-questions-since = Decided: since { $day }.
pack-question-hidden = An action that is not shown here
pack-question-kind-hidden = not shown
pack-question-escalated = before the Chairmanship
pack-column-question = Actions in question
pack-column-opened = Opened
pack-column-due = Due
pack-needs = Needs that are not covered
pack-needs-none = Every submitted need that is shown here has been judged covered, or none is submitted.
pack-needs-n = { $n ->
    [one] { $count } submitted need is not covered, partly covered, or not judged yet.
   *[other] { $count } submitted needs are not covered, partly covered, or not judged yet.
}
pack-needs-picture = Where needs are not covered, partly covered, or not judged yet
pack-needs-by = Needs by beneficiary
pack-sheet-needs = Needs
pack-column-need = Need
pack-column-coverage = Coverage
pack-column-priority = Priority
pack-column-by-when = By when
pack-column-measure = Measure
pack-column-theme = Theme
pack-column-responses = Responses

## Money
pack-money = Money
pack-money-none = No amount is recorded here that can be counted.
pack-money-whole = { $kind }: { $whole }, each amount counted once. Actions: { $actions }.
pack-money-estimated = Of this, { $amount } rests on an estimate: an equal share, a spread over time, the newest rate in place of a later one, or a donor taken from the action that it is part of.
pack-money-picture = By year and beneficiary, in { $currency }
pack-money-picture-years = By year, in { $currency }
pack-money-map = By beneficiary, in { $currency }
pack-money-by = By beneficiary, in { $currency }, rounded
pack-money-table = By donor, beneficiary and year, in { $currency }, rounded
pack-years-earlier = Earlier
pack-years-later = Later
pack-years-not-stated = Year not stated
pack-money-rows = { $n ->
    [one] How it is counted: { $count } row is in it.
   *[other] How it is counted: { $count } rows are in it.
}
pack-money-stated = Stated totals of actions without rows of their own make up { $amount }.
pack-money-left = Left out ({ $reason }): { $amount }; actions: { $actions }.
pack-money-left-without = Left out ({ $reason }); actions: { $actions }.
pack-money-unconverted = { $amount } is not included: no exchange rate for its day is known.
pack-money-rates = Converted at rates of { $from } to { $to }.
pack-money-open = Open the total
pack-sheet-money = Money
pack-column-donor = Donor
pack-column-year = Year
pack-column-amount = Amount
pack-column-estimated = Of it estimated

## Ahead, plans, changes
pack-ahead = Ending soon
pack-ahead-picture = When they run and end
pack-ahead-none = No action ends within the next twelve months.
pack-ahead-half = { $n ->
    [0] None ends by { $day }.
    [one] { $count } action ends by { $day }.
   *[other] { $count } actions end by { $day }.
}
pack-ahead-year = { $n ->
    [one] { $count } ends by { $day }.
   *[other] { $count } end by { $day }.
}
pack-plans = Plans and where they stand
pack-plans-none = No plan is being written or in force.
pack-sheet-plans = Plans
pack-plan-answers = answers until { $day }
pack-plan-force = in force from { $day }
pack-plan-adopted = adopted on { $day }
pack-plan-closes = closes on { $day }
pack-column-next = Next
pack-column-measures = Measures
pack-column-served = Measures with an action
pack-column-served-of = Measures with an action
pack-served = { $served } of { $measures }
pack-no-measures = no measure
pack-changes = What has changed
pack-changes-none = Nothing has changed since { $day }.
pack-changes-decision = Decisions
pack-changes-plan = Plans
pack-changes-action = Actions
pack-changes-need = Needs
pack-record-decision = Decision
pack-record-plan = Plan
pack-record-action = Action
pack-record-need = Need
pack-event-times = { $event } ({ $n } times)
pack-status-moved = from “{ $from }” to “{ $to }”
pack-sheet-changes = Changes
pack-column-record = Record
pack-column-done = What was done
pack-column-last = Last on

## Words and rules
pack-terms = Words and rules
pack-term-stale = Awaiting update: nobody has confirmed for six months that the record is still true; a report that its donor has not confirmed yet is one of them.
pack-term-stale-own = { $word }: nobody has confirmed for six months that the record is still true; a report that its donor has not confirmed yet is one of them.
pack-term-question = Coordination question: the portal, or somebody, asks whether two actions overlap, complete or follow one another. A likelihood is an estimate, never a verdict.
pack-term-question-own = Coordination question: the portal, or somebody, asks whether two actions overlap, complete or follow one another. { $word } is an estimate, never a verdict.
pack-term-need = A need counts as not covered as it was judged last; one that nobody has judged is listed as such.
pack-term-money = Money is counted once: what is passed on along a chain, and what a part repeats of its whole, is left out, and this is stated.
pack-term-estimate = Where shares by beneficiary are not stated, an equal share is used and marked as an estimate.
pack-term-changes = Changes are listed by record. Who changed what is in the record’s own history, for those who may read it.
pack-term-frozen = What was recorded later, or is not for these readers, is not in this pack. The portal’s own pages count all that you may see, so a figure there can be higher.

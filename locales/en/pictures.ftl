# Pictures worth a meeting
pictures-title = Pictures for a meeting
nav-pictures = Pictures
pictures-lead = Each answers one question. Every mark leads to its rows, the same figures are shown with it as a table, and everything can be downloaded: the picture as SVG or PNG, its table as XLSX or CSV.
pictures-to-money = Totals of money
pictures-from-home = All of this as pictures: money, time, places, plans
pictures-from-home-no-money = All of this as pictures: time, places, plans

pictures-money = Who pays for what, for whom, and when?
pictures-money-about = For a donor or a pillar’s lead before a meeting: who else is active here, and how one’s own money compares with theirs.
pictures-flows = Through whom does the money reach the beneficiaries?
pictures-flows-about = For a beneficiary or a new donor: who gives, who passes it on, and where it arrives.
pictures-timeline = What runs, and what ends within the next year?
pictures-timeline-about = For the secretariat and the pillars’ leads: which support ends soon, and what would follow it.
pictures-gaps = For which themes does nothing run, and for whom?
pictures-gaps-about = For a donor looking for where support is missing, and a beneficiary asking what it can count on a year from now.
pictures-map = How is assistance spread over the region?
pictures-map-about = For the Board and its guests: actions, unanswered needs or money by beneficiary, with the figures on the map.
pictures-plans = How far along is each measure of the plans?
pictures-plans-about = For the Board and the pillars’ leads: what is done under a measure, what runs, where nothing has begun, and what was last reported on it.
pictures-freshness = How recently were records confirmed?
pictures-freshness-about = For whoever relies on the figures: how many records were confirmed recently, and how many nobody has confirmed for a year.

pictures-tab-money = Money
pictures-tab-flows = Flows
pictures-tab-timeline = Time
pictures-tab-gaps = Gaps
pictures-tab-map = Map
pictures-tab-plans = Plans
pictures-tab-freshness = Freshness

# The form above a picture
pictures-all = all
pictures-pillar = Pillar
pictures-beneficiary = Beneficiary
pictures-kind = Kind of money
pictures-group = Grouped by
pictures-show = Shows
pictures-plan = Plan
pictures-rows = A bar for each
pictures-split = Split by
pictures-split-first = what fits best
pictures-each = A picture for each
pictures-each-none = one picture of all
pictures-from-year = From (year)
pictures-to-year = To (year)
pictures-error-year = Write a year between 1950 and 2100.

# Around a picture
pictures-region = The picture
pictures-figures = The same figures as a table
pictures-figures-others = { $n ->
    [one] One more row is in the table’s files.
   *[other] { $count } more rows are in the table’s files.
}
pictures-file-estimated = Rests on an estimate
pictures-total = Total
pictures-others = Others
pictures-earlier = Earlier
pictures-paper = { $caption }. { $said }
pictures-less = less
pictures-more = more
pictures-range = { $from }–{ $to }
pictures-of = { $n } of { $all }
pictures-n-actions = { $n ->
    [one] { $count } action
   *[other] { $count } actions
}
pictures-actions = Actions
pictures-group-one = Group
pictures-empty = Nothing to draw
pictures-empty-text = Nothing that you can see matches this filter, or what matches does not state what the picture needs: dates, beneficiaries, money.
pictures-missing-money = No action that you can see states money of this kind yet, or there is no exchange rate for it. Money is entered in the action.
pictures-missing-actions = No action that you can see states what this picture needs yet: when it starts or ends, and for whom it is.
pictures-missing-gaps = This process has no themes or no beneficiaries yet. They are entered in the directory.
pictures-missing-plans = None of the plans that you can see has measures and is being written or in force. Closed plans are in the list of plans.
pictures-file = { $process }. Drawn on { $day } from what one member may see; others may see more or less.
pictures-more-than-once = Records with several pillars or beneficiaries are counted with each of them, so the groups add up to more than the total.

# Money
pictures-money-said = { $kind }: { $whole }.
pictures-money-said-without = { $kind }: { $whole }. Not counted, as there is no rate for it: { $amounts }.
pictures-money-rule = Counted once by the rules of the money page: what is passed on is counted where it came in, and parts are not added to their whole.
pictures-money-estimated = marks an estimate: { $amount } rests on an equal split, a spread over time, the newest rate in place of a later one, or a donor taken from the action that it is part of.
pictures-money-rates = Converted at the rates of { $oldest } to { $newest }.
pictures-money-cut = There are more names than fit in the picture; those later in the alphabet are left out of it and are in the table.
pictures-money-quarters = By quarter, at most three years are shown, here { $from } to { $to }; choose others above, or see all of them on the money page.
pictures-money-opened = How this was counted
pictures-flows-donors = Donors
pictures-flows-between = Implementers
pictures-flows-ends = Beneficiaries
pictures-flows-rule = A box is as high as the greater of what comes in and what goes out: what is not known to be passed on ends in it.
pictures-flows-back = Money that came back, or that runs in a circle, is not drawn; it is in the table.
pictures-donor-not-stated = Donor not stated
pictures-end-not-stated = Beneficiary not stated
pictures-other-donors = { $n ->
    [one] { $count } other donor
   *[other] { $count } other donors
}
pictures-other-implementers = { $n ->
    [one] { $count } other implementer
   *[other] { $count } other implementers
}
pictures-from = From
pictures-to = To
pictures-amount = Amount
pictures-flow = { $from } to { $to }: { $amount }

# Time
pictures-timeline-said = Running today: { $now }. Ending within a year: { $soon }. Actions with a date in all: { $all }.
pictures-timeline-rule = Cancelled actions, and those that state neither start nor end, are left out. A start or end that is not stated is drawn as open.
pictures-timeline-cut = Shown are the years { $from } to { $to }; what began before or continues after them reaches the edge.
pictures-timeline-band = More than { $count } actions: each group is a band, as high as the number that run at the same time, in steps of thirty days, each on its own scale.
pictures-runs = runs
pictures-open = start or end not stated
pictures-window = the next six and twelve months
pictures-today = today
pictures-runs-today = Running today
pictures-ends-six = End within six months
pictures-ends-year = End within a year
pictures-ends-mark = ends within a year
pictures-ends-list = All that ends within a year
pictures-group-said = { $n } in all, { $soon } end within a year
pictures-bar = { $title }: { $start } – { $end }
pictures-band = { $name }: at most { $most } at the same time
pictures-theme = Theme
pictures-gap = none runs today
pictures-gap-ahead = those that run today end within a year
pictures-gap-running = { $n ->
    [one] { $count } action runs today
   *[other] { $count } actions run today
}
pictures-cell = { $theme }, { $beneficiary }: { $said }
pictures-gaps-said = Of { $all } pairs of a theme and a beneficiary, { $gaps } have no running action today; in { $ending } more, all that runs ends within a year.
pictures-gaps-rule = An empty cell says that no running action is known here, not that none is needed.
pictures-running-rule = An action runs if today lies within its dates and it is not pipeline, planned, completed or cancelled.

# The map
pictures-map-actions = Running actions
pictures-map-needs = Needs without a confirmed response
pictures-map-money = Money
pictures-map-said = { $what }: from { $least } to { $most } for a beneficiary.
pictures-map-said-each = { $what }: { $n } for each beneficiary.
pictures-map-none = no action known
pictures-map-rest = In addition, no beneficiary is stated for { $amount }.
pictures-needs-rule = Submitted needs of the latest cycle; a response counts once the beneficiary has confirmed it.
pictures-map-disclaimer = The map shows no position on the status of any territory, or on any line, boundary or name. The dashed line is without prejudice to positions on status.
pictures-map-source = Map: Natural Earth, public domain.
pictures-map-tiles = The portal’s map does not show every beneficiary of this process, so each is a tile.

# Plans
pictures-plans-said = Measures: { $measures }, of them without an action (○): { $empty }.
pictures-plans-by = By
pictures-plans-by-status = status of the actions
pictures-plans-by-progress = progress as it was reported
pictures-plans-progress-said = Measures: { $measures }, of them without any report (○): { $empty }.
pictures-plans-progress-rule = By what was last reported on each action under the measure in a round of progress, as its reporter stated it, whether or not a lead has accepted it yet. What was referred back does not count, nor does a round that was withdrawn. Each bar shows shares of its own total.
pictures-plans-in = Reported in “{ $round }”, last on { $day }.
pictures-plan-unreported = nothing reported
pictures-plan-open = Reports not accepted yet
pictures-plan-reported-in = Progress last reported
pictures-plan-reported = { $of } on { $day }: { $round }
pictures-plans-rule = By the status of the actions under each measure; each bar shows shares of its own total. Needs count as covered if they were judged to be.
pictures-measure = Measure
pictures-plan-done = completed
pictures-plan-runs = ongoing
pictures-plan-ahead = planned, funded or in the pipeline
pictures-plan-stopped = suspended or cancelled
pictures-plan-none = status not stated
pictures-plan-needs = Needs judged covered

# Freshness
pictures-fresh-said = Records in all: { $all }. Not confirmed within six months: { $stale }.
pictures-fresh-rule = By the day on which a record was last confirmed. Groups stand in the order of the process or of the alphabet; nothing is ranked.
pictures-fresh-list = All awaiting an update
pictures-keeper = Organisation that keeps the record
pictures-keeper-own = Own organisation

help-pictures-title = Pictures
help-pictures-text = Seven pictures, each for one question: money by donor, the way it takes, what runs and what ends, where nothing runs, the region, the plans, and how recently records were confirmed. They show what you may see; others may see more or less.
help-pictures-more = Press Tab to go from mark to mark, and Enter to open its rows. The same figures are under the picture as a table. SVG and PNG include the notes on names; each download is recorded in the access log as an export.

# Money: totals counted once, opened to what they are made of, and what should be looked at.

nav-money = Money
help-money-title = Money
help-money-text = Totals by donor, implementer, pillar, beneficiary, year, quarter or status, of what is planned, committed, paid out or spent. Each amount opens into the actions and rows that it is made of, and says what was left out and why, which exchange rates were used, and how much of it is an estimate.
help-money-more = Money is counted once. What an organisation passes on is not new money; an action that is part of another is counted within it, and never makes it larger. You see the totals of what you may see; nobody is ranked, and the public sees no totals by donor. Envelopes – what a donor has foreseen and not tied to an action yet – are figures of their own. “To check” lists amounts that you can correct, and “Exchange rates” how amounts are converted.
money-title = Money
money-lead = Every amount opens into the actions and rows that it is made of. Money is counted once: what is passed on, what is part of another action and what was corrected is not counted again.
money-pages = Pages of money
money-parts = Parts of the list
money-tab-totals = Totals
money-tab-rows = What is counted
money-tab-checks = To check
money-tab-rates = Exchange rates
money-tab-pictures = Pictures
money-filter = Filters
money-kind = Kind of money
money-rows = Rows
money-cols = Columns
money-no-cols = None
money-from = From year
money-to = To year
money-more = More filters
money-any = Any
money-plan = Plan
money-currency = Currency
money-currency-own = The process’s own
money-apply = Show
money-clear = Clear filters
money-all = All
money-nothing = Nothing
money-estimated = of it is estimated
money-of-it-estimated = { $share } of it estimated
money-by-donor = Donor
money-by-implementer = Implementer
money-by-pillar = Pillar
money-by-beneficiary = Beneficiary
money-by-year = Year
money-by-quarter = Quarter
money-quarter = Q{ $quarter } { $year }
money-by-status = Status
money-by-action = Action
money-in-actions = { $n ->
    [one] in one action.
   *[other] in { $count } actions.
}
money-n-actions = { $n ->
    [one] one action
   *[other] { $count } actions
}
money-n-rows = { $n ->
    [one] one row
   *[other] { $count } rows
}
money-further = { $n ->
    [one] One more row, in the file
   *[other] { $count } more rows, in the file
}
money-none = There is nothing in this total
money-none-text = No money of this kind is stated for your choice. Remove a filter, or choose another kind; what was left out, and why, is listed below.
money-waiting = The money is being counted
money-waiting-text = The money of this process has not been looked up for a while, so its rows are being read. It takes a few seconds.
money-waiting-again = Check again
money-how = How this was counted
money-beside = Beside this total
money-beside-doubled = See these questions
money-beside-envelopes = See the envelopes
money-doubled = { $n ->
    [one] { $amount } of it is of one action under an open coordination question whether the same action was entered twice
   *[other] { $amount } of it is of { $count } actions under open coordination questions whether the same action was entered twice
}
money-error-year = A year has four digits, such as 2026.
money-error-years = The last year is before the first. Correct one of them.
access-log-money = Totals of money

money-it-gives = The money that it gives
money-of-pillar = The money of this pillar
money-for-beneficiary = The money for it

directory-field-currency = Totals of money are shown in
directory-hint-currency = The code of a currency, such as EUR; left empty, it is the euro.

# The rules, a sentence a kind.
money-rule-committed = Committed: for each action the rows of that kind, and where an action has neither planned nor committed rows its stated total, unless it is in the pipeline or only planned.
money-rule-planned = Planned: for each action the rows of that kind, and where an action has neither planned nor committed rows its stated total.
money-rule-disbursed = Paid out: for each action the rows of that kind.
money-rule-spent = Spent: for each action the rows of that kind.
money-note-rows = Counted rows: { $rows }; actions: { $actions }. A row counts as its provider’s own money: what an organisation gives less what it was given in the same action. Actions that are parts of another one are counted within it.
money-note-stated = Stated totals, which stand in for rows: { $amount }.
money-note-estimated = { $amount } ({ $share }) rests on an equal split among beneficiaries or pillars that nobody has stated, on a spread over the years or quarters of a period, on the newest rate in place of a later one, or on donors taken from the action that it is part of.
money-note-rates = Converted to { $currency } at the European Central Bank’s reference rates of the rows’ days, or at those that the page of exchange rates names with their source, from { $from } to { $to }.
money-note-left = Left out, { $reason }: { $counted }. { $text }
money-not-in-it = Not counted, as there is no rate for it: { $amounts }.
money-note-unconverted = Not converted, as there is no rate: { $amount }.
money-note-sight = Only what the reader may see is counted; others may see more or less. Where an action is not shown, its parts are counted on their own.

# Why something is left out.
money-left-passed-on = passed on
money-left-passed-on-text = Its provider passes on what it was given in the same action; it is counted where it came in.
money-left-superseded = corrected
money-left-superseded-text = Another row has replaced it.
money-left-withdrawn = withdrawn
money-left-withdrawn-text = Whoever entered it has withdrawn it.
money-left-unreadable = not an amount
money-left-unreadable-text = It is too large to be an amount, or its currency is not known.
money-left-no-rate = no rate
money-left-no-rate-text = There is no exchange rate for its currency on that day or in the ten days before it. The European Central Bank publishes none for ALL, MKD and RSD; such amounts count once the operator has loaded rates of the national bank.
money-left-above-parent = parts that exceed their whole
money-left-above-parent-text = The parts of an action add up to more than the action itself. Only the whole is counted until that is corrected.
money-left-merged = merged
money-left-merged-text = The record was merged with another, which is counted.
money-left-declined = declined
money-left-declined-text = The donor named has said that it does not support it.
money-left-cancelled = cancelled
money-left-cancelled-text = What was planned for a cancelled action will not come; what was paid for it is counted as paid.
money-left-only-planned = not committed yet
money-left-only-planned-text = The money is planned; it is in the total of what is planned.
money-left-no-figure = no figure
money-left-no-figure-text = No amount of this kind is stated.

# A total opened.
money-rows-title = What is counted
money-rows-of = Rows
money-rows-total = Its stated total
money-rows-stated = Its stated total, or a part of what its parts are counted within
money-counted = Counted
money-views = What is shown
money-view-in = In the total ({ $n })
money-view-estimated = Estimated ({ $amount })
money-view-estimated-text = Of these actions a part of the amount is estimated: shares nobody has stated, periods spread over years or quarters, rates of another day.
money-view-left = Left out: { $reason } ({ $n })
money-way = { $from } to { $to }
money-no-date = no date
money-no-date-laid-out = no date of its own, spread over the action’s days
money-not-shown = not shown to you
money-converted = { $amount } at { $rate } of { $day }
money-converted-newest = the newest available, used in place of that day’s
money-before = Previous
money-after = Next
money-file-estimated = Of it estimated
money-file-amount = Amount
money-file-estimated-amount = Of it estimated
money-file-left-rows = Rows left out
money-file-address = Address
money-file-row = Row
money-file-when = Date or period of the row
money-file-row-amount = Amount of the row
money-file-row-currency = Currency of the row
money-file-rate = Rate
money-file-rate-day = Day of the rate
money-file-converted = The row converted
money-file-counted = Of it new money
money-file-share = Of its rows in this total

# What should be looked at.
money-check-title = Money to check
money-check-home = { $n ->
    [one] The money of one of your actions should be checked
   *[other] The money of { $count } of your actions should be checked
}
money-check-look = What to check in the money of this action
money-check-lead = Nothing here changes a total. Each may be right as it is; if it is not, correct it in the action.
money-check-all = All
money-check-what = What, and what to do
money-check-finding = What to check
money-check-advice = What to do
money-check-by = By how much
money-check-more = Higher amount
money-check-than = Lower amount
money-check-difference = Difference
money-check-none = Nothing to check was found
money-check-none-here = Nothing to check was found: no amount above what was committed, outside the action’s dates, entered twice or without an exchange rate, and no shares that do not add up to 100%.
money-check-none-text = There is nothing to check in the money that you may change.
money-check-spent-above = More spent than committed
money-check-spent-above-text = Is a commitment missing, or a row of another kind entered as spent?
money-check-spent-by = { $more } spent, { $than } committed
money-check-spent-by-stated = { $more } spent, { $than } stated as its total
money-check-paid-above = More paid out than committed
money-check-paid-above-text = Is a commitment missing, or a payment entered twice?
money-check-paid-by = { $more } paid out, { $than } committed
money-check-paid-by-stated = { $more } paid out, { $than } stated as its total
money-check-shares-below = Shares below 100%
money-check-shares-below-text = The rest is counted as having no beneficiary. State the missing shares, or remove all shares for equal parts.
money-check-shares-above = Shares above 100%
money-check-shares-above-text = They are reduced in proportion. State shares that add up to 100%.
money-check-outside-dates = Money outside the action’s dates
money-check-outside-dates-text = Check the row’s date or period against the action’s beginning and end.
money-check-odd-rate = Two currencies that do not fit
money-check-odd-rate-text = The stated total and the committed rows are in different currencies, and differ by more than 15% at the rate of their day. Is one of them a mistake?
money-check-same-twice = Perhaps the same money twice
money-check-same-twice-text = Two rows of one kind, day or period, provider and receiver are alike to the cent, or in two currencies come to nearly the same. If they are one, withdraw one of them.
money-check-no-rate = No exchange rate
money-check-no-rate-text = Its currency has no rate on that day, so it is in no total. State the amount in another currency, if it was agreed in one.
money-check-child-above = Parts cost more than their whole
money-check-child-above-text = Its parts are left out of totals. Check its own amount, and whether all of them are parts of it.
money-check-child-by = { $more } in its parts, { $than } in all of it
money-check-other-currency = A part in another currency
money-check-other-currency-text = It is set off at the rate of its day; a part of the difference may be the rate’s.

# Exchange rates of the installation.
rates-title = Exchange rates
rates-lead = Amounts in other currencies are converted at the rate of their day. Every converted figure shows its rate and the day of the rate.
rates-look-up = Look up a rate
rates-amount = Amount
rates-on = As of
rates-on-hint = A day, such as 30.10.2026. For a month or a year, its first day is used.
rates-from = From
rates-to = To
rates-choose = Choose a currency
rates-convert = Convert
rates-one = 1 { $from } = { $rate } { $to }
rates-dated = Rate of { $day }: { $how }.
rates-none-found = There is no rate from { $from } to { $to } for that day. An amount of that day is left out of converted totals, which say so.
rates-error-currency = The currency written beside the amount is not the one that is chosen. Correct one of them.
rates-how-same = the same currency
rates-how-fixed = fixed by law
rates-how-published = published for that day
rates-how-earlier = the last one published before that day
rates-how-newest = the newest available, as the day is in the future
rates-loaded = Rates to the euro that are loaded
rates-first = From
rates-last = To
rates-days = Days
rates-empty = No rates are loaded
rates-empty-text = Amounts are shown in their own currencies, and totals leave out what is in another one. Ask whoever runs this installation to load the European Central Bank’s file of reference rates.
rates-rule = The rule
rates-rule-day = An amount is converted at the rate of the day of its value; for a month, a year or a period, at that of its first day.
rates-rule-gap = { $n ->
    [one] Where none was published that day, the last one before it counts, at most { $count } day old.
   *[other] Where none was published that day, the last one before it counts, at most { $count } days old.
}
rates-rule-ahead = For a day in the future, the newest rate counts, and is marked as such.
rates-rule-none = Otherwise there is no rate: the amount is left out of converted totals, and the total says so.
rates-rule-first = Nothing is rounded before it is shown. Between two other currencies, both rates are to the euro and of one day; the older day is named.
rates-fixed = Fixed by law
rates-fixed-at = { $rate } for one euro, since { $day }
rates-fixed-bam = Bound to the euro: Law on the Central Bank of Bosnia and Herzegovina; Council Regulation (EC) No 2866/98
rates-fixed-euro = Became the euro: Council Regulation (EC) No 2866/98 as amended
rates-not-published = Not published
rates-not-published-text = The European Central Bank publishes no reference rate for { $codes }. Amounts in these currencies are shown as they are, and are left out of converted totals, unless the operator of the installation loads rates of the national bank, with their source: “concert rates load FILE --source NAME”.
rates-source = Source
rates-source-text = European Central Bank, euro foreign exchange reference rates. The bank publishes them for information; they are not rates for transactions.
rates-source-none = Nothing has been loaded.
rates-load = { $day }: { $file }
rates-load-of = { $day }: { $file }, { $source }
rates-source-bank = European Central Bank
rates-load-span = from { $from } to { $to };
rates-load-rows = { $added } rates added, { $changed } changed

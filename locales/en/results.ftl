# What came of the plans: figures of their indicators.
result-lead = What is known about each indicator, with its baseline and target. Figures are stated with their source by the pillar’s lead or the secretariat, or come from accepted progress reports.
result-sight = Reports on actions that you cannot see are not counted here.
result-empty-title = No indicators
result-empty = This plan has no indicators. They are written with the plan’s parts, while its text is open.
result-count = { $n ->
    [one] { $count } indicator, { $with } with figures
   *[other] { $count } indicators, { $with } with figures
  }
result-open = Show each beneficiary
result-close = Hide the beneficiaries
result-so-far = So far
result-actual = Figure
result-said = In words
result-none-yet = no figure yet
result-no-unit = unit not stated
result-target = target: { $value }
result-each = { $n ->
    [one] { $count } figure
   *[other] { $count } figures
  }
result-latest-several = { $n ->
    [one] { $count } latest figure
   *[other] { $count } latest figures, no single one
  }
result-mean = { $n ->
    [one] { $value } ({ $count } figure)
   *[other] { $value } (mean of { $count } figures)
  }
result-yes = { $yes } of { $of }
result-not-counted = { $n ->
    [one] { $count } figure is not counted: { $why }
   *[other] { $count } figures are not counted: { $why }
  }
result-why-stated = a stated figure covers the same period
result-why-whole = a figure for all together covers the same period
result-why-period = another figure covers the same period, or part of it
result-together = This part and those below it, together:
result-whole-plan = The whole plan
result-rolled = { $unit }, { $method }
result-rolled-n = { $n ->
    [one] { $count } indicator
   *[other] { $count } indicators together
  }
result-of-indicators = { $n ->
    [one] ({ $count } indicator, { $with } with figures)
   *[other] ({ $count } indicators, { $with } with figures)
  }
result-left-method = Not combined, because their method says so: { $names }
result-left-percent = Not combined, because percentages cannot be added: { $names }
result-left-unit = Not combined, because no unit is stated: { $names }
result-left-alone = Not combined, because no other indicator has the same unit and method: { $names }
result-states = To enter a figure, open its indicator.
result-of = Results of “{ $title }”
result-how = How this is counted
result-rules = A period counts for the year in which it ends. “So far” combines all figures by the indicator’s own method.
result-rule-twice = Nothing is counted twice: a stated figure takes precedence over reports, a figure for all together over those of single beneficiaries, a longer period over a shorter one within it. Reports on different actions are added to one another.
result-rule-tree = Up the tree of the plan, only indicators of the same unit and the same method are combined; percentages never are. What is left out is named with the reason.
result-rule-mean = A mean counts every figure once and is made of the figures themselves, never of other means. “Latest” takes the period that ends last; where several figures are of that period, none of them stands for all.
result-by-beneficiary = By beneficiary and year
result-left-out = Not counted
result-figures = Figures
result-no-figures = No figure has been stated or reported yet.
result-no-figures-state = You can state the first below.
result-reported = From accepted reports
result-accepted = accepted { $day }
result-field-period = Period
result-field-from = From
result-from-hint = A year, a month or a day, such as 2026.
result-field-until = Until
result-until-hint = If left empty: the same year or month.
result-field-source = Source
result-source-hint = Who says so, or where it is published.
result-field-dated = As of
result-dated-hint = The day on which the source says it.
result-correct = Correct
result-correct-title = Correct a figure
result-correct-kept = The earlier figure stays in the list, marked as corrected.
result-why-hint = What was wrong with it.
result-state-title = State a figure
result-corrects = Corrects an earlier figure: { $why }
result-withdrawn = Withdrawn by { $by }: { $why }
result-replaced = Corrected since
result-withdraw = Withdraw this figure
result-overtaken = Somebody corrected or withdrew this figure in the meantime; the list above shows it as it is now. What you typed is still here: if you save it, it is a figure of its own.
result-who-states = Figures are stated by the pillar’s lead and the secretariat, once the plan is adopted.
result-not-now = Figures are stated once a plan is adopted; if it was replaced, state them on the plan that replaced it. Nothing was saved.
result-error-ahead = This period has not begun yet. Choose an earlier one.
result-error-until = The period ends before it begins. Correct one of the two.
result-error-dated = The date is in the future. Enter the day on which the source says it.
result-error-period = There is already a figure for { $period }: correct that one, or name another period.
result-line = { $name }, { $whose }, { $period }
result-line-said = { $what }: { $value } ({ $source })
refused-result = Figures are stated by the pillar’s lead, in that pillar, and by the Support Group secretariat.
done-actual-stated = The figure was saved.
done-actual-corrected = The figure was corrected; the earlier one is kept.
done-actual-withdrawn = The figure was withdrawn; it stays in the list.

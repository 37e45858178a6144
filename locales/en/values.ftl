# Texts of the kernel's plain functions: dates and amounts as people type them.
# Values come as texts; months come as English names, by which the word is chosen.

## Dates

# The form that follows a day ("24 November 2026"); a language that needs another form of the word
# elsewhere adds a message of its own beside this one.
date-month =
    { $month ->
        [january] January
        [february] February
        [march] March
        [april] April
        [may] May
        [june] June
        [july] July
        [august] August
        [september] September
        [october] October
        [november] November
        [december] December
       *[other] { $month }
    }

# The same for the second reading of an ambiguous date.
date-other-month =
    { $other_month ->
        [january] January
        [february] February
        [march] March
        [april] April
        [may] May
        [june] June
        [july] July
        [august] August
        [september] September
        [october] October
        [november] November
        [december] December
       *[other] { $other_month }
    }

# A date put together from its parts, as precise as $precision says.
date-suggestion =
    { $precision ->
        [year] { $year }
        [month] { date-month } { $year }
       *[day] { $day } { date-month } { $year }
    }

date-empty = Please write a date, for example 15 March 2024, March 2024 or 2024.
date-not-understood = We could not read “{ $text }” as a date. Please write a day (15 March 2024, 15.3.2024 or 2024-03-15), a month (March 2024 or 03/2024) or a year (2024).
date-no-such-day = { date-month } { $year } has { $last_day } days, so there is no { $day } { date-month }. Did you mean { $nearest } { date-month } { $year }?
date-not-a-leap-year = { $year } is not a leap year, so there is no 29 February. Did you mean { $nearest } February { $year }?
date-no-such-month = There is no month { $number }; months go from 1 to 12. Please write the day first, then the month: 31.12.2024 or 31 December 2024.
date-year-out-of-range = The year { $year } is not between { $first } and { $last }. Please check the year.
date-ambiguous-order = This can be read as { $first } { date-month } { $year } or as { $second } { date-other-month } { $year }. Please write the month as a word, or use dots with the day first: { $first }.{ $second }.{ $year } is { $first } { date-month }.
date-short-year = Please write the year with four digits. Did you mean { date-suggestion }?
date-day-or-year = This can be read as { $day } { date-month } or as { date-month } { $other_year }. Please write the year with four digits: { date-month } { $other_year }, or { $day } { date-month } { $year }.
date-year-missing = Please add the year. Did you mean { date-suggestion }?
date-part-of-year = “{ $text }” is a part of a year, and a date here is a year, a month or a day. Please write the year ({ $year }) or a month (such as { date-month } { $year }).
date-two-years = “{ $text }” names two years, and one date belongs here. Please write one of them ({ $first } or { $second }), or the month.
date-other-year = “{ $text }” is a school, academic or budget year, and it is not known when that begins. Please write the month, such as September { $year }.

## From when to when

period-not-understood = “{ $text }” cannot be read as two dates with certainty. Please write them as 2026 – 2028, March 2026 – June 2027 or 1.3.2026 – 30.6.2027.
period-one-day = “{ $text }” is one day, and it is not known whether something begins or ends then. Please write both days (1.3.2026 – 30.6.2026), or “from” or “until” before the one that is known.
period-two-readings = “{ $text }” can mean the years { $first } to { $second } or a month of { $first }. Please write { $first } – { $second }, or the month as a word, such as { date-month } { $first }.
period-turned = “{ $text }” ends before it begins. Please write the earlier date first, each with its year.
period-year-missing = “{ $text }” does not say of which year its end is. Please write both dates with their years, such as March { $year } – June { $year }.
period-other-year = “{ $text }” is a school, academic or budget year, and it is not known when that begins. Please write its first and its last month, such as September { $year } – August { $next }.
period-how-long = “{ $text }” says how long something takes, and not from when to when. Please write both dates, such as March 2026 – February 2028.

## Amounts of money

money-empty = Please write an amount, for example 1,250,000 or 1.25 M.
money-not-understood = We could not read “{ $text }” as an amount. Please write a number, for example 1250000, 1,250,000.50, 1.250.000,50 or 1.25 M.
money-grouping = The digits of “{ $text }” are not in groups of three. Please check the number; you can leave out what separates thousands.
money-ambiguous = “{ $text } { $unit }” can mean { $whole } { $unit } or { $decimals } { $unit }. Please write it in one of these two ways.
money-negative = The amount cannot be below zero here. Please write it without the minus sign or brackets.
money-too-large = This amount is larger, or has more digits, than we can keep exactly. Please check the number.
money-currency-typed = Please write the amount alone and choose { $currency } in the currency field beside it.
money-shared-sign = The sign “{ $sign }” is used for several currencies. Please write the currency’s three letters, for example USD or CAD.
money-unknown-currency = We do not know a currency with the code “{ $code }”. Please use its three letters, for example EUR, ALL, BAM, MKD or RSD.

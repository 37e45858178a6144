# Code tables, and the beneficiaries' own strategies that are mapped to them.
code-tables-title = Code tables
code-tables-lead = Codes and names that files for others use: purposes and sectors of the OECD-DAC, lists of the IATI Standard.
code-tables-search = Search the code tables
code-tables-words = Code or name
code-tables-list = List
code-tables-all-lists = all lists
code-tables-code = Code
code-tables-name = Name
code-tables-none = No matching codes
code-tables-none-text = Try the beginning of a code, such as 152, or a word of its name; or look in all lists.
code-tables-n = { $n ->
    [one] one code
   *[other] { $count } codes
}
code-tables-look-up = Look up codes
code-tables-source = Codes and names are derived from the code lists of the IATI Standard (International Aid Transparency Initiative, CC BY 4.0); purposes and sectors are those of the OECD-DAC.

# Themes
directory-purpose-codes = Purpose codes
directory-theme-main = main code
directory-themes-counted = Actions and submitted needs are those that you can see.
directory-field-main_code = Main purpose code
directory-hint-main = What the theme stands for where only one can be named, as in IATI files: a code such as 15210, or its name; a single code is always the main one.
directory-error-code-near = { $code } is not a purpose code in use. Near it: { $near }.

# Strategies
strategy-tab = Strategies
strategy-title = Strategies of the beneficiaries
strategy-lead = What the beneficiaries have set out for themselves, mapped to the themes of the process.
strategy-one = Strategy
strategy-add = Add a strategy
strategy-n = { $n ->
    [one] One strategy
   *[other] { $count } strategies
}
strategy-n-objectives = { $n ->
    [0] no objective entered
    [one] one objective
   *[other] { $count } objectives
}
strategy-none = No strategy has been entered
strategy-none-edits = Add the first one, and map its objectives to the themes of the process.
strategy-none-text = The Support Group secretariat enters the strategies of the beneficiaries and maps their objectives to themes.
strategy-none-filtered = No matching strategies
strategy-none-filtered-text = No strategy of the chosen beneficiary has been entered.
strategy-none-own = Send your strategy to a member of the Support Group secretariat, who enters it for you.
strategy-whom = Members of the secretariat
strategy-own = Own strategies
strategy-own-none = No strategy of its own has been entered.
strategy-period = Period
strategy-from = from { $date }
strategy-choose = please choose
strategy-status-prepared = In preparation
strategy-status-in-force = In force
strategy-status-ended = Ended
strategy-new-title = Add a strategy
strategy-is-retired = Retired
strategy-retire = Retire it
strategy-retire-text = A strategy is never deleted. Retired, it stays with its objectives and its history, and its beneficiary’s page no longer leads to it.
strategy-restore = Restore it
strategy-objective = Objective
strategy-objectives = Objectives
strategy-objectives-none = No objective has been entered.
strategy-objectives-text = The actions and needs beside an objective are those of the themes it is mapped to: by name, or by a purpose code that both have. A sector of three digits covers its purposes.
strategy-objective-add = Add an objective
strategy-objective-new-title = Add an objective
strategy-objective-retire-text = An objective is never deleted. Retired, it stays with its mapping and its history.
strategy-no-theme = no theme named
strategy-mapped-to = Mapped to
strategy-mapped-text = Themes of the process, purpose codes, or both.
strategy-hint-title = In English.
strategy-hint-starts = As much as is known: 2025, March 2025, 1.3.2025.
strategy-hint-status = As the beneficiary has stated it.
strategy-hint-url = The address at which it is published.
strategy-hint-code = Its number in the strategy, such as 2.1.
strategy-hint-objective = A chapter, objective or measure, in English.
strategy-error-language = Please say in which language this title is.
strategy-error-code-taken = Another objective of this strategy has this number.
directory-field-title = Title
directory-field-own_title = Title in own language
directory-field-own_language = Own language
directory-field-starts = From
directory-field-ends = Until
directory-field-status = Status
directory-field-url = Address on the web
directory-field-code = Number
directory-field-themes = Themes
directory-field-objective = Objective
need-field-objective = Objective of a strategy

done-strategy-retired = The strategy is retired.
done-strategy-restored = The strategy is in use again.
done-strategy-objective-saved = The objective is saved.
done-strategy-objective-retired = The objective is retired.
done-strategy-objective-restored = The objective is in use again.
event-strategy-created = added the strategy
event-strategy-edited = changed the strategy
event-strategy-retired = retired the strategy
event-strategy-restored = restored the strategy
event-objective-created = added an objective
event-objective-edited = changed an objective
event-objective-retired = retired an objective
event-objective-restored = restored an objective

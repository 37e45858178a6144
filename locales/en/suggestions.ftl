# The list of suggested changes.
suggestions-title = Suggested changes
suggestions-crumbs = You are here
suggestions-actions = Actions
suggestions-state = State
suggestions-any = any
suggestions-whose = Whose
suggestions-everybody = everybody’s
suggestions-mine = mine
suggestions-decide = for me to decide
suggestions-of = On actions of
suggestions-everywhere = the whole process
suggestions-apply = Show
suggestions-clear = Clear
suggestions-n = { $n ->
    [one] One suggested change
   *[other] { $count } suggested changes
}
suggestions-oldest-first = those that wait longest first
suggestions-latest-first = the latest first
suggestions-action = Action
suggestions-fields = What would change
suggestions-by = Suggested by
suggestions-you = you
suggestions-at = On
suggestions-note = Note
suggestions-answered = Answered on
suggestions-answered-by = Answered by
suggestions-answer = Answer
suggestions-none = There is none here
suggestions-none-text = Who may not edit an action suggests a change on its page. Whoever keeps the record finds it here and answers it.
suggestions-pages = Pages
suggestions-before = Previous
suggestions-after = Next
suggestion-open = open
suggestion-accepted = accepted
suggestion-refused = refused
suggestion-withdrawn = withdrawn
suggestion-answered = on { $day } by { $by }

# What has changed lately, looked through by those who look after actions.
lately-title = What has changed lately
lately-lead = Each change of an action, the latest first, to be looked through. Where something is not right, suggest a change or add a remark on the action’s page.
lately-about = Of an action that is not for every member the fields alone are named; its own page says from what to what.
lately-days = Since
lately-7 = a week ago
lately-30 = 30 days ago
lately-90 = 90 days ago
lately-365 = a year ago
lately-show = Shows
lately-all = everything
lately-changed = what was changed
lately-confirmed = what was confirmed
lately-closed = Changed: { $fields }
lately-none = Nothing has changed
lately-none-text = Nothing was changed in this time, as far as you may read it. Choose a longer time, or look at a record’s own history.
lately-at = When
lately-action = Action
lately-what = What was done
lately-fields = Fields
lately-difference = From what to what
lately-from-to = { $field }: { $from } → { $to }
lately-by = By
lately-for = For
lately-why = Why
lately-link = Look through what has changed lately

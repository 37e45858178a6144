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

# What every page has.
skip-to-content = Skip to the content
brand-tagline = Donor coordination
version = Concert { $version }
example-banner-title = Example process.
example-banner-text = States, donors, actions and remarks here are all invented.
nav-main = Main
nav-menu = Menu
nav-home = Home
nav-about = About
nav-actions = Actions
nav-directory = Directory
nav-help = Help
nav-sign-in = Sign in
nav-sign-out = Sign out
nav-account = Your account
nav-operator = Processes of this installation
nav-processes = Processes you take part in
nav-change-process = change process
nav-ask-for-access = Ask for access
find-label = Search actions
find-placeholder = Search actions

# Roles
role-support-group = Support Group secretariat
role-chair = Chairmanship
role-lead = Pillar lead
role-beneficiary = Beneficiary
role-partner = Partner
role-observer = Observer

# Handling levels
handling-public = Public
handling-members = Members
handling-parties = Parties named
handling-restricted = Own organisation only

# Forms
form-use-date = Use { $date } and go on
form-errors = { $n ->
    [one] Please correct one field
   *[other] Please correct { $count } fields
}
field-required = Please fill this in.
field-too-long = This is too long: at most { $most } characters.
field-control-character = This contains a character that cannot be stored; please type it again.
field-turns = This contains a mark that turns the direction of writing (U+202A to U+202E, U+2066 to U+2069); please leave it out.
field-not-in-list = Please choose one from the list.
field-choose = Please choose one.
field-day-needed = A day is needed here, such as 15 March 2027.
field-email = This is not an e-mail address. It has the form name@ministry.example.
field-web-address = This is not a web address. It begins with https://

# Problems
problem-not-found-title = Nothing is here
problem-not-found-text = There is no such page, or it is not open to you. If somebody sent you the address, ask them whether it is complete.
problem-not-this-way-title = No page stands at this address
problem-not-this-way-text = This address only receives forms. Nothing was changed. Go back to the page with the form.
problem-refused-title = This is not open to you
problem-form-token-title = The form is out of date
problem-form-token-text = The page with the form was opened in another session. Go back, load the page again and send the form again; what you typed should still be there.
problem-session-gone-title = You are signed out
problem-session-gone-text = Your session in this browser has ended, and nothing was saved. Sign in, open the page again, and put in what you had typed.
problem-bad-title = The request was not understood
problem-bad-text = Something in the address or the form could not be read. Go back, check what you entered, and try again.
problem-too-large-title = This is too large
problem-too-large-text = The form contains more than can be accepted at once. Shorten the longest text and send it again.
problem-late-title = This took too long
problem-late-text = The page could not be made in the time allowed. Nothing was partly saved. Try again in a moment; a narrower filter is quicker.
problem-too-many-title = Too many tries
problem-too-many-text = For safety this is closed for a while. Try again in { $minutes } minutes.
problem-too-many-minute = For safety this is closed for a moment. Try again in a minute.
problem-too-many-hours = For safety this is closed for a while. Try again in { $hours } hours.
problem-suspended-title = This process is suspended
problem-suspended-text = { $name } is suspended for the moment. Its data are kept. Ask whoever runs this installation.
problem-conflict-title = It has changed in the meantime
problem-files-away-title = Files cannot be reached at the moment
problem-files-away-text = The place where files are kept does not answer as it should. Nothing was partly saved. Try again in a few minutes; if it still fails then, tell whoever runs this installation.
problem-internal-title = Something went wrong here
problem-internal-text = The fault is ours and has been noted. Nothing was partly saved. Try again in a moment.
problem-typed = What you typed
problem-typed-text = It is shown here so that you can copy it before you go on.
problem-typed-n = Text { $n }
problem-to-start = To the start
refused-action-edit = This action is kept by other organisations. You can suggest a change on its page.
refused-action-create = Your role cannot add actions here. Ask the Support Group secretariat to add it.
refused-action-confirm = Only those whom this action names can confirm it.
refused-action-open = Only the organisation that keeps this action can open it to others.
refused-history = The history of this record is open to those it concerns.
refused-members = Members are managed by the Support Group secretariat.
refused-settings = The settings are managed by the Support Group secretariat.
refused-organisation = Organisations are managed by the Support Group secretariat.
refused-tokens = Your role in this process cannot have tokens for programs.
refused-import = Your role in this process cannot import actions from files.
refused-bundle = Only the secretariat can download the whole process.
refused-export = Your role cannot export lists.
refused-other = Your role in this process does not include this.
problem-to-record = Go to its page

# What a line of the access log is about
access-log-list = A list
access-log-actions = A list of actions
access-log-plan = A plan
access-log-decision = A decision
access-log-need = Needs
access-log-coverage = Coverage of needs
access-log-picture = A picture
access-log-consultation = A consultation
access-log-bundle = The whole process
access-log-file = A file
access-log-mapping-report = Mapping reports

# Being told: the list, the settings, the e-mails.

notices-title = Notices
notices-nav = Notices
notices-nav-unread =
    { $n ->
        [one] { $count } unread notice
       *[other] { $count } unread notices
    }
notices-nav-many = 99 or more unread notices
notices-lead = What others did that concerns you, and what you are asked for. Nobody else sees this list.
notices-none = You have no notices yet. When somebody asks you for something, answers you, or changes what concerns you, it appears here.
notices-none-narrowed = No matching notices.
notices-show-all-link = Clear filters
notices-unread = Unread
notices-earlier = Read
notices-settled = Settled
notices-filter = Filter
notices-topic = About
notices-topic-all = everything
notices-of = Of
notices-told = Received
notices-until = Due
notices-state = State
notices-show = Show
notices-show-all = read and unread
notices-show-unread = unread only
notices-apply = Apply
notices-mark-read = Mark as read
notices-mark-all = Mark all as read
notices-older = Next
notices-newest = First page
notices-by = by { $day }
notices-lost = You can no longer see this.
notices-settings-link = Notice settings
notices-letters-link = Unsent e-mails
notices-person = { $name }, { $of }
notices-former-member = a former member of { $of }
notices-by-portal = the portal
notices-crumbs = You are here

notices-topic-steps = Steps of plans
notices-topic-steps-hint = A plan is opened for consultation, agreed, adopted, or referred back; a mapping report is discussed, adopted, or referred back.
notices-topic-asks = Requests to you
notices-topic-asks-hint = A consultation, a vote, or a lead waits for you.
notices-topic-remarks = Remarks and mentions
notices-topic-remarks-hint = Somebody names you in a remark, answers yours, or remarks on a plan that you lead.
notices-topic-positions = Positions and answers
notices-topic-positions-hint = Parties answer what you opened.
notices-topic-decisions = Decisions
notices-topic-decisions-hint = Decisions of the Board, prepared and taken.
notices-topic-deadlines = Upcoming deadlines
notices-topic-deadlines-hint = Seven days before, two days before, and on the day, as long as your answer is awaited.
notices-topic-actions = Your actions
notices-topic-actions-hint = Suggestions and remarks on what your organisation keeps or takes part in, and answers to yours.
notices-topic-documents = Documents
notices-topic-documents-hint = A document you asked for is ready.
notices-topic-requests = Requests for access
notices-topic-requests-hint = Somebody asks to take part, and you decide on it.

notices-how-at-once = At once
notices-how-digest = Once a day
notices-how-none = No e-mail

notices-settings-title = Notice settings
notices-settings-lead = All notices are listed in the portal. You can also receive them by e-mail: at once, or one e-mail a day with everything new.
notices-settings-caption = E-mails by topic
notices-settings-topic = Topic
notices-settings-save = Save
notices-settings-note = An e-mail never contains the text of a remark. Of what only few may see, it says only that there is something, and where.
done-notices-chosen = Your settings were saved.
done-notices-read = Marked as read.
done-notices-all-read = All are marked as read.
done-notices-letter-again = It will be tried again within seconds.

# Letters
notices-discreet = You have a new notice. Sign in to read it.
notices-letter-subject = { $title } – { $process }
notices-letter-by = by { $day }
notices-letter-other = Other
notices-letter-more =
    { $n ->
        [one] And { $count } more, in the portal:
       *[other] And { $count } more, in the portal:
    }
notices-digest-subject =
    { $n ->
        [one] { $process }: { $count } new notice
       *[other] { $process }: { $count } new notices
    }
notices-letter-foot =
    You receive this e-mail because you take part in { $process }. Change your settings:
    { $settings }

# Letters that have not left
notices-letters-title = Unsent e-mails
notices-letters-lead = E-mails of this process that are waiting or could not be sent. Their text is shown to nobody. Those that cannot be sent are tried again automatically for about three days, and given up after a week.
notices-letters-none = All e-mails have been sent.
notices-letters-to = To
notices-letters-about = About
notices-letters-since = Since
notices-letters-state = State
notices-letters-acts = What you can do
notices-letters-full = Only the latest are shown.
notices-letter-waits = waits
notices-letter-again-soon = is tried again
notices-letter-failed = could not be sent
notices-letter-given-up = given up
notices-letter-tries =
    { $n ->
        [0] not tried yet
        [one] tried once
       *[other] tried { $count } times
    }
notices-letter-try = Try again
notices-letter-gone = This e-mail was sent, or given up, in the meantime.
notices-error-no-server = The installation has no mail server set up. Its operator can correct this.
notices-error-address = E-mail cannot be sent to this address. Check it in the list of members.
notices-error-refused = The mail server refuses it: often the address no longer exists.
notices-error-later = The recipient’s mail server asks to try later.
notices-error-unsafe = The mail server cannot be reached securely. The operator can correct this.
notices-error-unreachable = The mail server cannot be reached.
notices-error-given-up = It could not be sent for a week.
notices-error-other = It could not be sent. The operator finds the reason in the log.

# What is told of actions; $by: who, $title: the action
notices-suggested = { $by } suggests a change to “{ $title }”
notices-suggestion-accepted = { $by } accepted your suggestion on “{ $title }”
notices-suggestion-refused = { $by } answered your suggestion on “{ $title }”, and did not take it up
notices-reported = { $by } reported “{ $title }”, which waits for its donor’s confirmation
notices-claim-confirmed = { $by } confirmed what you reported: “{ $title }”
notices-claim-declined = { $by } declined what you reported: “{ $title }”
notices-mentioned = { $by } names you in a remark on “{ $title }”
notices-answered = { $by } answered your remark on “{ $title }”
notices-remarked = { $by } remarked on “{ $title }”
notices-correction-asked = { $by } asks for a correction of “{ $title }”
notices-remark-settled = { $by } settled your remark on “{ $title }”
notices-access-asked = A request for access waits for your answer
notices-member-proposed = { $by } proposes a member, who waits for your answer
notices-member-accepted = { $by } has invited the person whom you proposed as a member
notices-member-declined = { $by } has not taken up the member whom you proposed
notices-organisation-proposed = { $by } proposes an entry in the directory of organisations, which waits for your answer
notices-organisation-accepted = { $by } has taken up what you proposed for the directory of organisations
notices-organisation-declined = { $by } has not taken up what you proposed for the directory of organisations
notices-access-eu-agency = An EU agency has asked for access: the Board is told, and you need not do anything

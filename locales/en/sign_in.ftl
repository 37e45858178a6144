start-title = Assistance that is planned together
start-lead = Concert is where the parties of a coordination process see one another's assistance, plan together, and find an overlap before it is paid for.
start-yours = Processes you take part in
start-none-title = You take part in no process at present
start-none-text = Whoever invited you can tell you why; a membership has a beginning and an end.
start-public = What can be read by everyone
start-no-public-title = No process publishes anything yet
start-no-public-text = Members sign in to see theirs.
start-example = example, everything in it is invented

sign-in-title = Sign in
sign-in-email = E-mail
sign-in-password = Password
sign-in-button = Sign in
sign-in-forgotten = Forgotten password
sign-in-no-account = Accounts are made by invitation.
sign-in-processes = See the processes and ask for access
sign-in-wrong = E-mail and password do not belong together. Check both, or ask for a new password.
sign-in-wait = Too many tries. Wait { $minutes } minutes, or ask for a new password.
sign-in-demo = This is the demo: every account has the password concert-demo and no second factor. The accounts are listed where the demo was started.
done-signed-out = You are signed out.
done-welcome = Your account is ready.
done-password-set = The new password is set. Sign in with it.
done-password-changed = The password is changed; you are signed out everywhere else.
done-session-ended = That session has ended.
done-sessions-ended = You are signed out everywhere else.
done-factor-removed = The second factor is removed.
done-factor-not-proven = Nothing was changed: password and code did not both fit.

forgotten-title = Forgotten password
forgotten-text = We send you a link that lets you choose a new one. It works once, for one hour.
forgotten-button = Send me a link
forgotten-sent = If there is an account for { $email }, a letter with a link is on its way. Look among unwanted mail, too.
reset-title = Choose a new password
reset-text = You will be signed out everywhere.
invitation-title = Welcome to Concert
invitation-text = Choose a password for your account.
dead-link-title = This link no longer works
dead-link-reset = It was used, or it is more than an hour old. Ask for another one.
dead-link-invitation = It was used, or it is more than two weeks old. Ask whoever invited you for another one.

password-old = Present password
password-new = New password
password-again = The same once more
password-hint = At least twelve characters. A few words you remember are better than signs you do not.
password-set-button = Set the password
password-change-button = Change the password
password-short = At least twelve characters are needed.
password-common = This one is among the first that would be guessed. Choose another.
password-address = It must not hold your e-mail address.
password-differs = This differs from the new password above.
password-old-wrong = This is not your present password.

factor-title = Your second factor
factor-code = Code
factor-hint = The six digits that your app shows now, or one of your recovery codes.
factor-button = Go on
factor-wrong = This code does not fit, or it was used already. Wait for the next one.
factor-required-here = Your role needs a second factor: it cannot be removed.
factor-set-up-title = Set up a second factor
factor-set-up-required = Your role in this installation needs one before you go on.
factor-set-up-text = Read the picture with an authenticator app, or type the letters below into it. Then type the code that it shows.
factor-qr = QR code for your authenticator app
factor-first-code = The code that the app shows
factor-set-up-button = Set it up
copy = Copy
copied = copied
codes-title = Your recovery codes
codes-text = Each lets you in once when the app is not at hand. Keep them apart from your password; they are shown only now.
codes-kept = I have kept them

account-title = Your account
account-password = Password
account-password-changed = changed on { $day }
account-password-never = not set yet
account-factor = Second factor
account-factor-on = set up
account-factor-off = A code from an app on your phone, asked for after the password: who learns the password alone cannot come in.
account-factor-set-up = Set it up
account-factor-remove = Remove it
account-new-codes = Make new recovery codes
account-codes-left = { $n ->
    [0] No recovery code is left.
    [one] One recovery code is left.
   *[other] { $count } recovery codes are left.
}
account-sessions = Where you are signed in
account-browser = Browser
account-browser-on = { $browser } on { $system }
account-browser-unknown = an unknown browser
account-since = Since
account-last-seen = Last seen
account-address = Address
account-address-forgotten = forgotten after 30 days
account-this-one = this one
account-session-end = Sign out there
account-end-others = Sign out everywhere else

letter-reset-subject = A new password for Concert
letter-reset-body =
    Somebody, we hope you, asked for a new password.

    Choose it here within an hour: { $link }

    If it was not you, do nothing: your password stays as it is.
letter-invitation-subject = You are invited to { $process }
letter-invitation-body =
    { $by } invites you to take part in { $process } as: { $role }.

    Choose your password here within two weeks: { $link }

    If you do not expect this, do nothing.

help-title = Help
help-what-title = What this is
help-what-text = Ministries, donors and agencies of a coordination process enter what they do and plan, so that each sees where support is missing and where it would meet another's. Every record says who keeps it and when it was last confirmed.
help-access-title = How to get access
help-access-text = Open a process on the first page and choose “Ask for access”. A person of a member organisation is confirmed by its focal point; a new member needs a decision of the Board.
help-sign-in-title = Signing in
help-sign-in-text = You sign in with your e-mail and password; some roles also give a code from an app. Sessions end after an hour without use and after a day in any case. Under “Your account” you see where you are signed in.
help-search-title = Finding something
help-search-text = Search finds words however they are spelled: with or without accents, in Latin or Cyrillic script, with small mistakes, and abbreviations such as P/CVE or THB. Filters stay in the address: you can send it to a colleague.
help-levels-title = Who sees a record
help-levels-text = Public: anyone. Members: everyone in the process. Parties named: the organisations and beneficiaries in it, the leads of its pillars, the secretariat and the Chairmanship. Own organisation only: who keeps it, and whom they open it to.
help-keyboard-title = Keyboard
help-keyboard-text = Everything works with the keyboard and without scripts. The first tab on each page leads to its content.
help-dates-title = Dates
help-dates-text = Write a date as you have it: 2024, March 2024 or 15.3.2024. What is not known stays “not stated”; nothing is guessed.
help-who-title = Whom to ask
help-who-text = The Support Group secretariat of your process; its members are listed in the directory.

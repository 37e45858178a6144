# Signing in, the second factor, links in e-mails, one's own account.
sign-in-title = Sign in
sign-in-email = E-mail address
sign-in-now = Sign in
sign-in-forgotten = Forgotten your password?
sign-in-no-account = No account yet? Ask your organisation’s focal point.
sign-in-how = How to get access
sign-in-wrong = The e-mail address or the password is wrong. Check both; capital letters matter in the password.
sign-in-too-many = There were too many tries. For safety this is closed for a while: try again in { $minutes } minutes.
sign-in-demo-title = This is a demo: which accounts are there?
sign-in-demo-text = They all have the password concert-demo, and none asks for a second factor.
sign-in-demo-iisg = support-group@, chair@, lead-wbcti@, lead-wbcsci@, lead-wbbsi@, commission@, albania@, bosnia-and-herzegovina@, kosovo@, montenegro@, north-macedonia@, serbia@, eu@, austria@, unodc@ and observer@iisg.example; operator@concert.example
sign-in-demo-example = support-group@, chair@, lead-one@, lead-two@, beneficiary-one@ to beneficiary-six@, donor@, second-donor@ and observer@example.example
field-password = Password
field-code = Code
field-old_password = Current password
field-new_password = New password
field-new_password_again = Repeat the new password

password-rule = At least 12 characters. A few words in a row are easy to remember and hard to guess; digits and symbols are not needed.
password-too-short = This is too short: a password has at least { $least } characters.
password-is-address = This is too close to your e-mail address.
password-common = This is among the passwords that are tried first. Please choose another one.
password-differs = This is not the same as the new password above.
password-old-wrong = This is not your current password. Try again, or reset it from the sign-in page.

second-factor-title = Second factor
second-factor-hint = The six digits from your app, or one of your recovery codes.
second-factor-now = Go on
second-factor-wrong = This code was not accepted. Wait for the next one in your app, and check that the clock of your device is right. Each code, and each recovery code, works only once.
second-factor-lost = I do not have my device
second-factor-lost-text = Type one of the ten recovery codes that you were given when you set up the second factor. If you have none left, ask whoever runs this installation.
second-factor-required = Your role signs in with a second factor, so it cannot be removed.
second-factor-set-up-wrong = This is not the code that your app shows for this key now. Type the next one, and check that the clock of your device is right.

set-up-title = Set up the second factor
set-up-required = Your role signs in with a second factor. Set it up now; it takes a minute.
set-up-intro = Open an authenticator app on your phone, scan the picture with it or type the key, and enter the code that it shows.
set-up-picture = Picture for your app, with the key that is shown below
set-up-secret = The key, to type
set-up-hint = The six digits that your app shows now.
set-up-now = Set up
set-up-leave = Not now
copy = Copy
copied = copied

codes-title = Recovery codes
codes-set = The second factor is set up.
codes-text = If your device is ever lost, each of these signs you in once. They are shown only now: print them or keep them in a safe place.
codes-go-on = I have kept them

factor-title = Second factor
factor-on = set up
factor-codes-left = { $n ->
    [0] No recovery code is left.
    [one] One recovery code is left.
   *[other] { $count } recovery codes are left.
}
factor-change = Change it
factor-change-text = Both need your password and a code. New recovery codes replace all earlier ones.
factor-new-codes = Make new recovery codes
factor-remove = Remove the second factor

forgotten-title = Reset your password
forgotten-intro = We send you an e-mail with a link that lets you choose a new one.
forgotten-now = Send me the link
forgotten-back = Back to sign-in
forgotten-sent = If there is an account with this address, an e-mail is on its way.
forgotten-sent-text = The link in it works once, for an hour. If nothing comes, check your spam folder, or ask your focal point which address is registered for you.
reset-title = Choose a new password
reset-intro = You are then signed out everywhere, and sign in with the new one.
reset-now = Set the password
invitation-title = Welcome
invitation-intro = Choose a password for your account. You are then signed in.
invitation-now = Set password and sign in
gone-title = This link no longer works
gone-reset = A link works once, for an hour, and the last one ends when a password is set. Ask for another e-mail.
gone-invitation = An invitation works once, for 14 days. If you have set your password, sign in; if not, ask for an e-mail with a new link.
known-title = You have an account already
known-text = Sign in as { $email } with the password you have. You then take part in what you are invited to.

account-title = Your account
account-until = until { $day }
account-invited = invited
account-suspended = suspended for the moment
account-take-part = Take part
account-means = How you sign in
account-password-since = changed on { $day }
account-password-set = set
account-factor = Second factor
account-factor-off = not set up
account-factor-set-up = Set it up
account-factor-change = Change
account-sessions = Where you are signed in
account-sessions-text = Times are in UTC. A session ends after an hour without use, and after a day in any case.
account-column-agent = Program
account-column-since = Signed in
account-column-seen = Last seen
account-column-address = From
account-column-acts = What you can do
account-agent = { $program } on { $system }
account-agent-unknown = a program that is not known
account-address-unknown = not known
account-this = this one
account-end-session = Sign out there
account-end-others = Sign out everywhere else
account-change-password = Change your password
account-change-password-text = You are then signed out everywhere else, and the private addresses of your calendars end.
done-signed-out = You are signed out.
done-form-kept = Your session has ended. What you typed is kept: sign in, and it stands in the form again.
done-password-set = Your new password is set. Sign in with it.
done-password-changed = Your password is changed, you are signed out everywhere else, and the private addresses of your calendars are ended.
done-session-ended = That session is ended.
done-sessions-ended = You are signed out everywhere else, and the private addresses of your calendars are ended.
done-second-factor-removed = The second factor is removed.
done-takes-part = You now take part.
event-member-joined = took up the invitation
gone-again = Ask for a new link

# E-mails
letter-account-subject = Security notice for your account
letter-password-changed-text =
    Hello,

    the password of your account was changed. If it was you, you can ignore this e-mail. If not, set another one at once and tell whoever runs the portal:

    { $link }
letter-factor-set-text =
    Hello,

    a second factor was set up for your account. If it was you, you can ignore this e-mail. If not, set a new password at once and tell whoever runs the portal:

    { $link }
letter-factor-removed-text =
    Hello,

    the second factor was removed from your account. If it was you, you can ignore this e-mail. If not, set a new password at once and tell whoever runs the portal:

    { $link }
letter-factor-reset-text =
    Hello,

    whoever runs the portal has removed the second factor from your account, since they were told that its device and its recovery codes are lost. Every session of the account is ended. Sign in with your password and set up a new second factor under “Your account”.

    If you did not ask for this, tell whoever runs the portal at once, and set a new password:

    { $link }
letter-codes-renewed-text =
    Hello,

    new recovery codes were made for your account, and the earlier ones no longer work. If it was you, you can ignore this e-mail. If not, set a new password at once and tell whoever runs the portal:

    { $link }
letter-code-used-text =
    Hello,

    somebody signed in to your account with one of its recovery codes, which now no longer works. If it was you, you can ignore this e-mail; new codes are made under “Your account”. If not, set a new password at once and tell whoever runs the portal:

    { $link }
letter-reset-subject = Reset your password
letter-reset-text =
    Hello,

    use this link to choose a new password:

    { $link }

    It works once, for an hour. If you did not ask for it, you can ignore this e-mail.
letter-invitation-subject = Invitation: { $process }
letter-invitation-text =
    Hello { $name },

    { $by } invites you to take part in { $process }, as: { $role }.

    Use this link to set your password and sign in:

    { $link }

    It works once, for { $days } days. If you did not expect this e-mail, you can ignore it.
letter-added-text =
    Hello { $name },

    { $by } invites you to take part in { $process }, as: { $role }.

    You have an account already. Sign in with it and you take part; if you are signed in now, your account’s page asks you:

    { $link }

    If you did not expect this e-mail, you can ignore it.

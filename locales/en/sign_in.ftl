# Signing in, the second factor, links in letters, one's own account.
sign-in-title = Sign in
sign-in-email = E-mail address
sign-in-now = Sign in
sign-in-forgotten = Forgotten your password?
sign-in-no-account = No account yet? Ask the contact point of your organisation.
sign-in-how = How to get access
sign-in-wrong = Address and password do not belong together. Check both; capital letters matter in the password.
sign-in-too-many = There were too many tries. For safety this is closed for a while: try again in { $minutes } minutes.
sign-in-demo-title = This is a demo: which accounts are there?
sign-in-demo-text = They all have the password concert-demo, and none asks for a second step.
sign-in-demo-iisg = support-group@, chair@, lead-wbcti@, lead-wbcsci@, lead-wbbsi@, commission@, albania@, bosnia-and-herzegovina@, kosovo@, montenegro@, north-macedonia@, serbia@, eu@, austria@, unodc@ and observer@iisg.example; operator@concert.example
sign-in-demo-example = support-group@, chair@, lead-one@, lead-two@, beneficiary-one@ to beneficiary-six@, donor@, second-donor@ and observer@example.example
field-password = Password
field-code = Code
field-old_password = Your password now
field-new_password = New password
field-new_password_again = The new password once more

password-rule = At least 12 characters. A few words in a row are easy to remember and hard to guess; figures and signs are not needed.
password-too-short = This is too short: a password has at least { $least } characters.
password-is-address = This is too close to your e-mail address.
password-common = This is among the passwords that are tried first. Please choose another one.
password-differs = This is not the same as the new password above.
password-old-wrong = This is not your password.

second-factor-title = Second step
second-factor-hint = Six figures from your app, or one of your recovery codes.
second-factor-now = Go on
second-factor-wrong = This code does not count. A code of your app works once and for half a minute: wait for the next one, and check that the clock of your device is right. A recovery code works once.
second-factor-lost = My device is not at hand
second-factor-lost-text = Type one of the ten recovery codes that you were given when you set up the second step. If you have none left, ask whoever runs this installation.
second-factor-required = Your role signs in with a second step, so it cannot be removed.
second-factor-set-up-wrong = This is not the code that your app shows for this key now. Type the next one, and check that the clock of your device is right.

set-up-title = Set up the second step
set-up-required = Your role signs in with a second step. Set it up now; it takes a minute.
set-up-intro = Open an authenticator app on your phone, read the picture with it or type the key, and give the code that it shows.
set-up-picture = Picture for your app, with the key that stands below
set-up-secret = The key, to type
set-up-hint = The six figures that your app shows now.
set-up-now = Set up
set-up-leave = Leave it for now
copy = Copy
copied = copied

codes-title = Recovery codes
codes-set = The second step is set up.
codes-text = If your device is ever lost, each of these signs you in once. They are shown only now: print them or keep them in a safe place.
codes-go-on = I have kept them

factor-title = Second step
factor-on = set up
factor-codes-left = { $n ->
    [0] No recovery code is left.
    [one] One recovery code is left.
   *[other] { $count } recovery codes are left.
}
factor-change = Change it
factor-change-text = Both need your password and a code. New recovery codes replace all earlier ones.
factor-new-codes = Make new recovery codes
factor-remove = Remove the second step

forgotten-title = A new password
forgotten-intro = We send you a letter with a link that lets you choose a new one.
forgotten-now = Send me the link
forgotten-back = Back to sign-in
forgotten-sent = If there is an account with this address, a letter is on its way.
forgotten-sent-text = The link in it works once, for an hour. If nothing comes, look among the unwanted mail, or check with your contact point which address you are known by.
reset-title = Choose a new password
reset-intro = You are then signed out everywhere, and sign in with the new one.
reset-now = Set the password
invitation-title = Welcome
invitation-intro = Choose a password for your account. You are then signed in.
invitation-now = Set the password and go in
gone-title = This link no longer works
gone-reset = A link works once, for an hour, and the last one ends when a password is set. Ask for another letter.
gone-invitation = An invitation works once, for 14 days. If you have set your password, sign in; if not, ask for a letter with a new link.
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
account-factor = Second step
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
done-second-factor-removed = The second step is removed.
done-takes-part = You take part now.
event-member-joined = took up the invitation
gone-again = Ask for a new link

# Letters
letter-account-subject = Your account
letter-password-changed-text =
    Hello,

    the password of your account was changed. If it was you, you need not do anything. If not, set another one at once and tell whoever runs the portal:

    { $link }
letter-factor-set-text =
    Hello,

    a second step was set up for your account. If it was you, you need not do anything. If not, set a new password at once and tell whoever runs the portal:

    { $link }
letter-factor-removed-text =
    Hello,

    the second step was removed from your account. If it was you, you need not do anything. If not, set a new password at once and tell whoever runs the portal:

    { $link }
letter-factor-reset-text =
    Hello,

    whoever runs the portal has removed the second step from your account, since they were told that its device and its recovery codes are lost. Every session of the account is ended. Sign in with your password and set up a new second step under “Your account”.

    If you did not ask for this, tell whoever runs the portal at once, and set a new password:

    { $link }
letter-codes-renewed-text =
    Hello,

    new recovery codes were made for your account, and the earlier ones no longer work. If it was you, you need not do anything. If not, set a new password at once and tell whoever runs the portal:

    { $link }
letter-code-used-text =
    Hello,

    somebody signed in to your account with one of its recovery codes, which is used up with it. If it was you, you need not do anything; new codes are made under “Your account”. If not, set a new password at once and tell whoever runs the portal:

    { $link }
letter-reset-subject = A new password
letter-reset-text =
    Hello,

    with this link you choose a new password:

    { $link }

    It works once, for an hour. If you did not ask for it, you need not do anything.
letter-invitation-subject = Invitation: { $process }
letter-invitation-text =
    Hello { $name },

    { $by } invites you to take part in { $process }, as: { $role }.

    With this link you choose a password and come in:

    { $link }

    It works once, for { $days } days. If you did not expect this letter, you need not do anything.
letter-added-text =
    Hello { $name },

    { $by } invites you to take part in { $process }, as: { $role }.

    You have an account already. Sign in with it and you take part; if you are signed in now, your account’s page asks you:

    { $link }

    If you did not expect this letter, you need not do anything.

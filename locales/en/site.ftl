# The first page of the installation, and help.
start-title = Start
start-heading = Partners see one another’s assistance before it is paid for
start-lead = Concert is where the parties of a coordination process show what they do, plan together, and notice an overlap early.
start-finish = Finish signing in
start-none-yet = You take part in no process
start-none-yet-text = Whoever invites you is the secretariat of a process, or the focal point of your organisation. Ask them.
start-public = Processes with a public page
start-no-public = No process has a public page
start-no-public-text = If you take part in one, sign in. If not, ask the secretariat of the process for access.
start-example = example, all invented

help-title = Help
help-lead = Concert is a portal for coordination processes: who supports whom with what, what is planned, and where two might do the same.
help-access-title = How to get access
help-access-text = Access is by invitation. The secretariat of a process invites people; the focal point of your organisation can propose you to it.
help-access-who = If you know neither, open the public page of the process and choose “Ask for access”. You get an answer within the time that is named there.
help-sign-in-title = Signing in
help-sign-in-text = You sign in with your e-mail address and a password of at least 12 characters, which you choose by the link in your invitation. A session ends after an hour without use, and after a day in any case. What you typed into a long form is kept.
help-factor-text = The Support Group secretariat, the Chairmanship and operators also give a code from an app on their phone; everybody else can, under “Your account”. If the device is lost, a recovery code takes its place.
help-work-title = What you find inside
help-work-text = Your home lists what waits for you. Under “Actions” you search and filter all assistance you may see; the address of a page holds its filters, so you can send it to a colleague.
help-handling-text = Every record says how widely it is shown: to everyone, to members, to the parties named, or to its own organisation. Search, lists and exports keep to it.
help-keyboard-title = With the keyboard
help-keyboard-text = The first Tab on a page leads past its head to the content. Tab and Shift+Tab go through links and fields, Enter opens and sends, Space ticks boxes and opens menus. Everything works without scripts.
help-ask-title = Whom to ask
help-ask-text = About records and roles: the secretariat of your process, or the focal point of your organisation. About an account that does not work: whoever runs this installation. If a page shows an error, tell them the time and what you did.

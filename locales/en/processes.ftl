# The operator's pages: the registry of processes.
processes-title = Processes of this installation
processes-intro = What you see here is the registry. What the members of a process write is theirs alone, and is not shown to operators.
processes-add = Create a process
processes-column-process = Process
processes-column-state = State
processes-column-public = Public page
processes-column-members = Members
processes-column-since = Since
processes-column-acts = What you can do
processes-state-active = open
processes-state-suspended = suspended
processes-public-yes = yes
processes-public-no = no
processes-example = invented
processes-crumbs = You are here
processes-suspend = Suspend
processes-resume = Resume
processes-none = There is no process here yet. Create the first one; its secretariat then invites everyone else.
processes-acts = What operators did
processes-acts-none = Nothing has been done yet.
processes-by-command-line = the command line
operator-act-founded = created
operator-act-suspended = suspended
operator-act-resumed = resumed
operator-act-operator-made = made an operator:
operator-act-second-factor-reset = removed the second factor of

processes-new-title = Create a process
processes-new-intro = The process starts with what its template holds and with one member of its secretariat, who gets an e-mail with a link. Everything else, its members above all, is theirs to fill in.
processes-section-process = The process
processes-section-first = The first member of its secretariat
field-process-slug = Address
processes-hint-slug = The first part of its pages’ addresses: lower-case letters, digits and hyphens, such as “iisg”; it cannot be changed later.
field-process-name = Name of the process
field-process-short-name = Short name
processes-hint-short-name = Shown at the top of every page, such as “IISG”.
field-process-template = Starts with
processes-template-three-pillars = three pillars and eight themes of internal security
processes-template-empty = nothing: the secretariat enters its own pillars and themes
field-secretary-name = Name of the member
field-secretary-email = Their e-mail address
processes-slug-form = An address has 2 to 31 lower-case letters, digits or hyphens, and begins with a letter.
processes-slug-reserved = This address is used by the portal itself. Please choose another one.
processes-slug-taken = There is a process with this address already.
processes-found = Create it and send the e-mail
processes-leave = Cancel

processes-suspend-title = Suspend { $name }?
processes-resume-title = Resume { $name }?
processes-suspend-text = Its members can no longer enter, and its public page is gone, until it is resumed. Nothing is deleted.
processes-resume-text = Its members can enter again, and its public page is back if it has one.
processes-members = { $n ->
    [one] One person takes part.
   *[other] { $count } people take part.
}
field-act-why = Why
processes-hint-why = Kept in the operators’ history.
processes-suspend-now = Suspend it
processes-resume-now = Resume it

done-process-founded = The process is created, and the e-mail is on its way.
done-process-suspended = The process is suspended.
done-process-resumed = The process is open again.
event-founded = The process was created

processes-letter-subject = { $process }: your access to the portal
processes-letter-text =
    Dear { $name },

    { $process } now has a portal for its coordination, and you are the first member of its secretariat there.
    Use this link to set your password and sign in:

    { $link }

    The link works once, for { $days } days. If you did not expect this e-mail, you can ignore it.
processes-letter-known-text =
    Dear { $name },

    { $process } now has a portal for its coordination. You take part in it from now on, as the first member of its secretariat.
    You already have an account. Sign in with it as usual:

    { $link }

    If you did not expect this e-mail, tell whoever runs the portal.

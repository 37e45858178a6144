# Letters that the command line sends.
accounts-letter-reset-subject = Your password
accounts-letter-reset-text =
    Hello,

    with this link you choose a new password:

    { $link }

    It works once, for { $hours } hours. If you did not ask for this, you need not do anything; tell whoever runs the portal.
accounts-letter-invitation-subject = Your access to the portal
accounts-letter-invitation-text =
    Hello,

    an account was made for you. With this link you choose its password:

    { $link }

    It works once, for { $hours } hours. If you did not expect this letter, you need not do anything.

# E-mails that the command line sends.
accounts-letter-reset-subject = Reset your password
accounts-letter-reset-text =
    Hello,

    use this link to choose a new password:

    { $link }

    It works once, for { $hours } hours. If you did not ask for this, please tell whoever runs the portal; your password stays as it is.
accounts-letter-invitation-subject = Your access to the portal
accounts-letter-invitation-text =
    Hello,

    an account has been created for you. Use this link to set its password:

    { $link }

    It works once, for { $hours } hours. If you did not expect this e-mail, you can ignore it.

# Tokens for programs and the account of whoever made them: what ends them, and the e-mail about a new one.
password-ends-tokens = Your personal tokens for programs end, too, in every process; tokens of an organisation stay.
account-tokens-text = Signing out ends no token for programs. These still work; you can end them one by one, and a new password ends all of your personal ones.
account-tokens-live = { $n ->
    [one] one token works
   *[other] { $count } tokens work
}
done-password-changed-tokens = Your password is changed, you are signed out everywhere else, and your personal tokens for programs and the private addresses of your calendars are ended.
done-password-set-tokens = Your new password is set, and your personal tokens for programs are ended. Sign in with it.
token-ended-with = ended by the portal

# Letters
letter-tokens-ended-text = The personal tokens for programs of your account were ended with it, in every process: whatever uses one of them is refused. Tokens of an organisation stay.
letter-token-made-text =
    Hello,

    a token for programs was made from your account. Whoever has it can do the following without your password:

    Name: { $name }
    Process: { $process }
    Whose: { $whose }
    May: { $scope }
    Works until: { $until }

    If it was you, you need not do anything. If not, end it at once on this page:

    { $tokens }

    Then set a new password and tell whoever runs the portal:

    { $link }

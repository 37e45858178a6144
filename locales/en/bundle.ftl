# A whole process as one archive.
bundle-title = Take the whole process along
bundle-lead = One archive with the records of this process, as another installation of the portal takes them in, and as any program can read them: a file a table, a line a record, with checksums.
bundle-levels = How much of it
bundle-field-level = What it holds
bundle-level-all = Everything that you see
bundle-level-members = What is for members
bundle-level-public = What is public
bundle-holds-all = Records of every level that is open to you, remarks, consultations and votes, the history, files on records, and the people who take part with their addresses. What its keepers have not opened to you is not in it.
bundle-holds-members = Records that are public or for members, with money, needs and responses, and the files on them that every member may have, without who brought them; no person’s name or address in any record, no decisions of the Board, no remarks, no history.
bundle-holds-public = Records that everybody may see: no money, no needs, no person.
bundle-files = { $n ->
    [one] One table.
   *[other] { $count } tables.
}
bundle-never = In none of them: passwords and other means of sign-in, keys and tokens, letters, drafts, and files under work.
bundle-make = Make the archive
bundle-earlier = Your archives
bundle-none = You have not asked for an archive yet
bundle-none-text = Choose above how much it is to hold. It is made while you do something else.
bundle-column-when = Asked for
bundle-column-state = State
bundle-state-waiting = waits for its turn
bundle-state-working = is being made
bundle-state-ready = ready
bundle-state-failed = could not be made
bundle-asked = asked for on { $time }
bundle-ready = Your archive is ready ({ $size } kB).
bundle-rows = { $n ->
    [one] One record is in it.
   *[other] { $count } records are in it.
}
bundle-download = Download
bundle-checksum = Checksum of the archive (SHA-256):
bundle-kept = It is kept for three days after it was asked for, for you alone. That you download it stands in the access log. Keep it as you would keep what is in it.
bundle-progress = { $done } of { $total } tables are in it.
bundle-waiting = Your archive waits for its turn.
bundle-leave = You can leave this page: the archive stays at this address for three days.
bundle-look-again = Look again
bundle-failed-text = It was not your mistake, and it has been written down for whoever runs the portal. Ask for it again.

# A whole process as one archive.
bundle-title = Export the whole process
bundle-lead = One archive with the records of this process, which another installation of the portal can import and any program can read: one file per table, one line per record, with checksums.
bundle-levels = What to include
bundle-field-level = Contents
bundle-level-all = Everything that you can see
bundle-level-members = What is for members
bundle-level-public = What is public
bundle-holds-all = Records of every level that is open to you, remarks, consultations and votes, the history, files on records, and the people who take part with their addresses. Records that their keepers have not opened to you are left out.
bundle-holds-members = Records that are public or for members, with money, needs and responses, and the files on them that every member may have, without the names of those who uploaded them; no person’s name or address in any record, no decisions of the Board, no remarks, no history.
bundle-holds-public = Records that everybody may see: no money, no needs, no person.
bundle-files = { $n ->
    [one] One table.
   *[other] { $count } tables.
}
bundle-never = Never included: passwords and other means of sign-in, keys and tokens, e-mails, drafts, and imports that are not finished.
bundle-make = Make the archive
bundle-earlier = Your archives
bundle-none = You have not asked for an archive yet
bundle-none-text = Choose above what to include. You can do something else while the archive is made.
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
bundle-kept = It is kept for three days from when you asked for it, and only you can download it. Each download is recorded in the access log. Protect it as you would protect the records in it.
bundle-progress = { $done } of { $total } tables are done.
bundle-waiting = Your archive waits for its turn.
bundle-leave = You can leave this page: the archive stays at this address for three days.
bundle-look-again = Check again
bundle-failed-text = This was not your mistake. It has been recorded for whoever runs the portal. Ask for the archive again.

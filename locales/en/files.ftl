# Files on actions, plans, meetings and progress reports.
file-kind-pdf = PDF
file-kind-docx = Word document
file-kind-xlsx = Excel workbook
file-kind-pptx = PowerPoint presentation
file-kind-odt = OpenDocument text
file-kind-ods = OpenDocument spreadsheet
file-kind-odp = OpenDocument presentation
file-kind-png = PNG picture
file-kind-jpeg = JPEG picture
file-kind-csv = CSV table
file-kind-txt = Text
file-measure-kb = { $kind }, { $n } kB
file-measure-mb = { $kind }, { $n } MB
file-person = { $name }, { $of }
file-former-member = a former member of { $of }
file-versions-n = { $n ->
    [one] One version
   *[other] { $count } versions
}

# On the page of a record
file-part-title = Files
file-part-all = All files
file-part-bring = Add or manage files
file-part-none = There is no file here that you may see.
file-part-none-keeper = No files yet. Add the agreement, a report, minutes: whatever others ask you for.
file-gone = No longer kept.
file-gone-text = Its content is no longer kept: the time that this process keeps it for is over. What it was called, and who added it, stays.

# All files of a record
file-of-title = Files: { $title }
file-crumbs = You are here
file-of-lead = Whoever sees the record sees its files, except those that are kept for fewer people. A file is downloaded and opened on your own computer.
file-of-standing = Files here
file-of-taken = Taken away
file-none-title = No files to show
file-none-keeper = Add the first one below.
file-none-reader = Whoever keeps this record can add files to it.
file-column-name = Name
file-column-about = What it is
file-column-kind = Kind and size
file-column-level = Who may see it
file-column-when = Added
file-column-versions = Versions
file-column-number = Version
file-column-of = Record
file-column-form = Kind
file-column-bytes = Size in bytes
file-column-by = By
file-column-sum = Checksum (SHA-256)
file-bring = Add a file
file-bring-do = Add the file
file-leave = Cancel
file-field-about = What it is
file-hint-about = A line for those who look for it, such as “Signed grant agreement, without annexes”. It can stay empty.
file-field-handling = Who may see it
file-level-plan = The pillar’s leads, secretariat and Chairmanship
file-level-meeting = Those invited, the pillar’s leads, secretariat and Chairmanship
file-hint-handling = Never wider than the record itself. A file is never public.
file-field-file = File
file-hint-file = PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG, CSV or plain text; up to { $most } MB. No archives, and no documents with macros.

# One file
file-download = Download
file-versions = Versions
file-replace = Add a new version
file-replace-lead = Earlier versions stay here and can still be downloaded. The new one can have another name and another format.
file-replace-do = Add the version
file-take = Take the file away
file-take-lead = Nobody can download it any more. It is shown here as taken away, with your reason, and you can put it back.
file-field-why = Reason
file-hint-why = Whoever looks for it will read this.
file-take-do = Take the file away
file-taken = Taken away
file-taken-by = { $day }, by { $by }
file-restore = Put it back
file-events = What has happened

# What is wrong
file-error-none = Choose a file first.
file-error-kind = Files of this kind are not accepted, or the name has no ending. Send a PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, PNG, JPEG, CSV or TXT.
file-error-empty = The file is empty.
file-error-other = Its name ends in .{ $kind }, but its content looks like that of a .{ $what } file. Give it the right ending, or save it again.
file-error-not = Its name ends in .{ $kind }, but its content is something else. Open it in its program and save it again.
file-error-programs = The document contains macros, which could run on the machines of those who open it. Save it without them.
file-error-closed = The document is in an old format of Office, or has a password. Save it in today’s format, without a password.
file-error-double = The file is two things at once: what its name says, and an archive. Save it again from its program.
file-error-damaged = The file is damaged, or is not a .{ $kind } file. Open it in its program and save it again.
file-error-large = The file is larger than { $most } MB. Make it smaller, or split it into parts.
file-error-no-place = Files cannot be added: this installation keeps none.
file-error-moved-on = Somebody has added a new version, or taken the file away, since you opened this page. Look at that first; then send yours again.
file-error-level = The record was closed to more people while you sent your file: choose who may see it, and send it again.
file-host-closed = Files can no longer be added here: the action was merged into another one, whose page takes its files now, or the round of this report has ended.
refused-files = Files of an action are kept by its parties, those of a plan or a meeting by the leads of its pillar, and all by the Support Group secretariat.

event-file-brought = added the file
event-file-replaced = added a new version
event-file-taken = took the file away
event-file-restored = put the file back
done-file-brought = The file was added.
done-file-replaced = The new version was added.
done-file-taken = The file is taken away.
done-file-restored = The file is back.

# Documents as files: the words of the form itself, and the page that waits for one.
documents-contents = Contents
documents-notes = Notes
documents-page = Page { $page } of { $pages }
documents-inserted = added text
documents-deleted = removed text
documents-not-set = A square (□) stands for a letter that this file's typefaces do not have. The text in the portal and the Word file have it.
documents-see-notes = The notes of this process are on the last page.

documents-crumb = Document
documents-pdf = PDF
documents-docx = Word
documents-xlsx = Excel
documents-asked = asked for on { $time }
documents-waiting = Your document waits for its turn.
documents-working = Your document is being made.
documents-step-gathered = The content is gathered
documents-step-set = The pages are laid out
documents-step-written = The file is written
documents-step-done = done
documents-step-now = under way
documents-step-to-come = to come
documents-leave = You can leave this page: the document stays at this address for seven days.
documents-look-again = Look again
documents-ready = Your document is ready ({ $size } kB). It shows what you were allowed to see when you asked for it.
documents-download = Download
documents-checksum = Checksum of the file (SHA-256):
documents-kept = It is kept for seven days after it was asked for, for you alone. That you download it stands in the access log.
documents-failed = This document could not be made
documents-failed-text = It was not your mistake, and it has been written down for whoever runs the portal. Another format may work.

# A history as a file.
documents-trail = History
documents-trail-as-of = As of { $day }; the latest stands first
documents-trail-more = Only the latest { $count } are here; there are older ones.
documents-trail-when = When
documents-trail-who = Who
documents-trail-whom = For
documents-trail-what = What was done
documents-trail-part = Where
documents-trail-field = Field
documents-trail-from = Was
documents-trail-to = Is
documents-trail-why = Reason
documents-list-by = For { $name }, { $day }
documents-list-more = The list has more than these { $count } rows, which is as many as a file holds. Narrow it to have the others.

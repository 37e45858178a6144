# Documents as files: the words of the form itself, and the page that waits for one.
documents-contents = Contents
documents-notes = Notes
documents-page = Page { $page } of { $pages }
documents-inserted = added text
documents-deleted = removed text
documents-not-set = A square (□) stands for a letter that this file's typefaces do not have. The text in the portal and the Word file have it.
documents-see-notes = The notes of this process are on the last page.
documents-contents-missing = Word fills in the contents when the document is opened, or with F9.

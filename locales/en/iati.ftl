# IATI files: what was read, what is written.
iati-list-title = The list as an IATI file
iati-list-lead = The actions of this list, filtered as you have it, in version 2.03 of the IATI standard.
iati-list-written = { $n ->
    [one] One action is in the file.
   *[other] { $count } actions are in the file.
}
iati-list-status = { $n ->
    [one] One of them states no status. The standard requires one, so the file has the one that its dates suggest, marked as not stated.
   *[other] { $count } of them state no status. The standard requires one, so the file has the one that their dates suggest, marked as not stated.
}
iati-list-get = Download the file
iati-list-back = Back to the list
iati-list-none = No action in this list can go into an IATI file
iati-list-none-text = The standard requires a date and an organisation that takes part. State both in the record, and the action is included.
iati-left-out-undated = { $n ->
    [one] One action is left out: it states neither start nor end, and the standard requires a date.
   *[other] { $count } actions are left out: they state neither start nor end, and the standard requires a date.
}
iati-left-out-alone = { $n ->
    [one] One action is left out: it names no organisation that takes part, and the standard requires one.
   *[other] { $count } actions are left out: they name no organisation that takes part, and the standard requires one.
}
iati-note-reader = The file contains what its reader may see in the portal; do not pass on what is not public. What is marked with “concert:” is the portal’s own and can be ignored.
iati-note-published = The file holds what the public pages show: title, donors and implementers, beneficiaries, pillars, dates and status of public actions. Amounts and descriptions are for members; where the standard requires a description, the title is used in its place.
iati-note-status = An activity-status that is marked with concert:status="not-stated" is not stated in the record: it is the one that the dates suggest.
iati-public-link = Public actions as IATI files
iati-public-title = IATI files
iati-public-lead = For each organisation that has made actions public, one file of the IATI standard, version 2.03, at an address that stays.
iati-public-organisation = Organisation
iati-public-identifier = IATI identifier
iati-public-address = Address of the file
iati-public-how = How to read the files
iati-public-tags = In the files, pillars are tags of vocabulary 99 with the address of this page.

iati-loss-at = Line { $line }, { $element }: { $what }
iati-loss-at-line = Line { $line }: { $what }
iati-loss-mended = “{ $from }” was read as “{ $to }”.
iati-loss-order = The elements were not in the order of the schema; they were put in its order.
iati-loss-unwrapped = The text was not inside a narrative element; it was read as one.
iati-loss-filled = It was not stated; the only value in the standard was used: { $value }
iati-loss-unknown = The standard has no such element here; it was left out. Correct its name or place in the source.
iati-loss-unknown-attribute = The standard has no such attribute here; “{ $value }” was left out. Correct its name in the source.
iati-loss-value = “{ $value }” is not { $kind ->
    [boolean] true or false
    [decimal] a number such as 1234.5
    [integer] a whole number
    [year] a year such as 2024
    [date] a date such as 2024-01-31
    [moment] a date with time such as 2024-01-31T12:00:00Z
    [address] a web address
    [language] a language code such as en
    [token] a name without spaces
   *[text] a text
}; it was left out. Correct it in the source.
iati-loss-text = “{ $text }” is where no text is allowed; it was left out. Correct it in the source.
iati-loss-too-many = Only one is allowed: the first was used, this one was left out.
iati-loss-lacks = It lacks { $part }, which the standard requires; it was left out. State it in the source.
iati-loss-missing = The standard requires it, but it is missing. State it in the source.
iati-loss-too-large = It is larger than an activity may be; it was left out. Split it.
iati-loss-too-deep = Its elements are nested deeper than an activity’s may be; it was left out.
iati-loss-not-an-activity = It is not an activity; it was left out.
iati-loss-more = { $count } more of the same kind.

iati-broken-not-xml = This is not an XML file. Export the data as IATI XML, or import the sheet as XLSX or CSV.
iati-broken-not-activities = This is not an IATI activity file: it begins with “{ $found }” where iati-activities is expected.
iati-broken-version = The file uses version { $found } of the standard. Versions 2.01, 2.02 and 2.03 can be read: export it again in one of these.
iati-broken-not-utf8 = Line { $line }: the file is not in UTF-8. Save it in UTF-8.
iati-broken-encoding = The file is in { $found }. Save it in UTF-8.
iati-broken-declaration = Line { $line }: the file has a document type declaration, which no IATI file needs. Remove it.
iati-broken-entity = Line { $line }: the file uses “&{ $name };”, which XML does not know. Write the character itself.
iati-broken-ends = Line { $line }: the file ends before it is complete. Download it again.
iati-broken-form = Line { $line }: this is not well-formed XML ({ $what }). Export the file again.
iati-broken-deep = Line { $line }: tags are nested too deeply. Export the file again.
iati-broken-piece = Line { $line }: a tag or text is longer than allowed. Shorten it.
iati-broken-file = Line { $line }: the file is larger than allowed. Split it.
iati-broken-source = Line { $line }: the file cannot be read ({ $what }).

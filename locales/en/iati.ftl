# IATI files: what was read, what is written.
iati-list-title = The list as an IATI file
iati-list-lead = The actions of this list, filtered as you have it, in version 2.03 of the IATI standard.
iati-list-written = { $n ->
    [one] One action is in the file.
   *[other] { $count } actions are in the file.
}
iati-list-status = { $n ->
    [one] One of them states no status. The standard requires one, so the file has the one that its dates speak for, marked as not stated.
   *[other] { $count } of them state no status. The standard requires one, so the file has the one that their dates speak for, marked as not stated.
}
iati-list-get = Get the file
iati-list-back = Back to the list
iati-list-none = No action of this list can be in an IATI file
iati-list-none-text = The standard requires a date and an organisation that takes part. State them in the record, and it is in the file.
iati-left-out-undated = { $n ->
    [one] One action is left out: it states neither start nor end, and the standard requires a date.
   *[other] { $count } actions are left out: they state neither start nor end, and the standard requires a date.
}
iati-left-out-alone = { $n ->
    [one] One action is left out: it names no organisation that takes part, and the standard requires one.
   *[other] { $count } actions are left out: they name no organisation that takes part, and the standard requires one.
}
iati-note-reader = The file holds what its reader sees in the portal, and what is not public is not to be passed on. What is marked with “concert:” is the portal’s own and can be passed over.
iati-note-published = The file holds what the public pages show: title, donors and implementers, beneficiaries, pillars, dates and state of public actions. Amounts and descriptions are for members; where the standard requires a description, the title stands in its place.
iati-note-status = An activity-status that is marked with concert:status="not-stated" is not stated in the record: it is the one that the dates speak for.
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
iati-loss-order = The parts stood in another order than the schema’s; they were put in its order.
iati-loss-unwrapped = The text stood there without a narrative; it was taken as one.
iati-loss-filled = It was not stated; taken is the only value that the standard knows: { $value }
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
iati-loss-text = “{ $text }” stands where no text may be; it was left out.
iati-loss-too-many = There may be one only: the first was taken, this one was left out.
iati-loss-lacks = It lacks { $part }, without which the standard cannot say it; it was left out. State it in the source.
iati-loss-missing = The standard requires it, and it is not there. State it in the source.
iati-loss-too-large = It is larger than an activity may be; it was left out. Split it.
iati-loss-too-deep = Its elements are nested deeper than an activity’s may be; it was left out.
iati-loss-not-an-activity = It is no activity; it was left out.
iati-loss-more = { $count } more like these.

iati-broken-not-xml = This is not an XML file. Export the data as IATI XML, or import the sheet as XLSX or CSV.
iati-broken-not-activities = This is not an IATI activity file: it begins with “{ $found }” where iati-activities is expected.
iati-broken-version = The file is of version { $found } of the standard. Read are 2.01, 2.02 and 2.03: export it anew in one of these.
iati-broken-not-utf8 = Line { $line }: the file is not in UTF-8. Save it in UTF-8.
iati-broken-encoding = The file is in { $found }. Save it in UTF-8.
iati-broken-declaration = Line { $line }: the file has a document type declaration, which no IATI file needs. Remove it.
iati-broken-entity = Line { $line }: the file uses “&{ $name };”, which XML does not know. Write the character itself.
iati-broken-ends = Line { $line }: the file ends before it is complete. Fetch it again.
iati-broken-form = Line { $line }: this is not well-formed XML ({ $what }).
iati-broken-deep = Line { $line }: tags are nested without end.
iati-broken-piece = Line { $line }: a tag or text is longer than any may be.
iati-broken-file = Line { $line }: the file is larger than it may be. Split it.
iati-broken-source = Line { $line }: the file cannot be read ({ $what }).

# Money of a donor that is not tied to an action yet.
envelope-title = Envelopes
envelope-one = Envelope
envelope-lead = Money that a donor has planned or promised and not yet tied to an action. It is shown on its own and never added to the money of actions.
envelope-add = Add an envelope
envelope-new-title = Add an envelope
envelope-n = { $n ->
    [one] { $count } envelope
   *[other] { $count } envelopes
}
envelope-none = No envelopes
envelope-none-filtered = No matching envelopes
envelope-none-text = Add what is planned or promised for the process and not yet tied to an action.
envelope-none-text-other = Donors enter what they have planned or promised, or the secretariat does so on their behalf.
envelope-state = State
envelope-open = Open
envelope-closed = Closed
envelope-all = All
envelope-tied = Tied to actions
envelope-tied-none = Nothing yet
envelope-tied-rule = For each action that names the envelope, the committed amounts count as tied; where it has none, those paid out, else those spent, else those planned. Only actions that you can see are counted.
envelope-left = Not tied yet
envelope-left-other = Not calculated: something is tied in another currency
envelope-years = Years
envelope-for = For
envelope-from = from { $year }
envelope-to = until { $year }
envelope-payers = Actions paid from it
envelope-payers-none = None yet. Whoever adds an amount to an action can name this envelope.
envelope-close = Close the envelope
envelope-close-text = A closed envelope is no longer offered for new amounts and no longer counted as available money. What is tied to it stays tied.
envelope-said = Last confirmed
envelope-awaits = awaiting update
envelope-confirm = Still true
envelope-confirm-text = Nothing has changed: confirm it, and the envelope shows today as the day of its last confirmation.
envelope-reopen = Open it again
envelope-address = Address
envelope-choose = Choose
envelope-field-donor = Donor
envelope-field-title = Title
envelope-field-kind = Kind
envelope-field-amount = Amount
envelope-field-currency = Currency
envelope-field-first_year = From year
envelope-field-last_year = To year
envelope-field-pillar = Pillar
envelope-field-beneficiary = Beneficiary
envelope-field-note = Note
envelope-field-handling = Who may see it
envelope-hint-title = As the donor calls it, such as a facility or a programming line.
envelope-hint-kind = Planned: foreseen. Committed: promised in writing.
envelope-hint-handling = Other partners never see it. The secretariat, the Chairmanship, leads and beneficiaries do by its level.
envelope-error-year = Write a year between 1950 and 2100.
envelope-error-years = The last year is before the first. Correct one of them.
envelope-error-nothing = Enter an amount above zero.
envelope-conflict-text = Somebody else saved the envelope at { $time }, after you had opened it. Choose which version to keep.
envelope-conflict-theirs = As it was saved
envelope-conflict-kept = Also changed in the meantime, kept as it was saved
envelope-beside = { $n ->
    [one] Not among these figures: { $count } open envelope, not tied to an action yet ({ $amounts })
   *[other] Not among these figures: { $count } open envelopes, not tied to actions yet ({ $amounts })
}
envelope-home = { $n ->
    [one] open envelope, not tied to an action: { $amounts }
   *[other] open envelopes, not tied to actions: { $amounts }
}
access-log-envelope = An envelope
refused-envelope = Envelopes are entered here by their donor, or by the secretariat on its behalf. Other partners and observers do not see them.
event-envelope-created = added the envelope
event-envelope-edited = changed the envelope
event-envelope-confirmed = confirmed that it is still true
event-envelope-closed = closed the envelope
event-envelope-opened = opened the envelope again
done-envelope-saved = The envelope was saved.
done-envelope-confirmed = The envelope was confirmed.
done-envelope-closed = The envelope was closed.
done-envelope-opened = The envelope is open again.

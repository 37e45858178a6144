# One action: its page and its form.
action-crumbs = You are here
action-yes = yes
action-optional = optional
action-unknown = something that is no longer here
action-from = from { $name }
action-to = to { $name }
action-for = for { $name }
action-person = { $name }, { $of }
action-former-member = a former member of { $of }
action-by-portal = The portal
action-by-source = the source it was taken from
action-leave = Cancel

# Fields
action-field-title = Title
action-field-reporting = Organisation that keeps this record
action-field-reporting-report = Organisation that gives or carries out the support
action-field-description = Description
action-field-pillars = Pillars
action-field-beneficiaries = Beneficiaries
action-field-themes = Themes
action-field-theme-text = Theme in the source’s words
action-field-parties = Organisations and what they do
action-field-status = Status
action-field-planned-start = Planned start
action-field-planned-end = Planned end
action-field-actual-start = Actual start
action-field-actual-end = Actual end
action-field-date-note = Note on the dates
action-field-stated-total = Stated total
action-field-contributions = Contributions
action-field-handling = Who may see it
action-field-open-to-support-group = Opened to the Support Group secretariat
action-field-disclosures = Opened to
action-field-parent = Part of the action
action-field-reference = Reference
action-field-source-url = Source
action-field-source-note = Note on the source
action-field-why = Why
action-field-note = Comment on your suggestion

# Hints
action-hint-title = As in the contract or the programme document.
action-hint-reporting = Start typing and choose from the list. It answers for this record.
action-hint-reporting-report = Start typing and choose from the list. It is asked to confirm what you report.
action-hint-parties = Whoever gives, carries out, answers for or leads the action.
action-hint-date = As precisely as it is known: 2027, March 2027 or 15 March 2027.
action-hint-actual = Only once it has happened.
action-hint-total = The whole budget as the source states it, such as 1 250 000 or 1.25 M.
action-hint-contributions = What each side plans, commits, pays out or spends. Leave empty whoever is not known; nobody’s share is guessed.
action-hint-open = Only for records at “Own organisation only”. You can close it again at any time.
action-hint-parent = Its title, or its address pasted from the browser.
action-hint-reference = The number of the contract or project, and who issued it.
action-hint-source-note = Where it was found, and what should be known about it.
action-hint-theme-text = As the source names the theme; the themes above are this process’s own.
action-hint-date-note = What should be known about the dates, such as an extension that is being discussed.

# Parts of form and page
action-part-what = What it is
action-part-where = Where it belongs
action-part-shares = Shares of the beneficiaries
action-part-shares-text = in percent, if they are known
action-part-who = Who takes part
action-part-when = When
action-money-all = All amounts, with corrections and converted
action-money-kind-count = { $n ->
    [one] { $kind }: { $count } amount
   *[other] { $kind }: { $count } amounts
}
action-part-money = Money
action-part-sees = Who may see it
action-part-open = Opening to others
action-part-parent = Larger action
action-part-source = Source and notes
action-part-glance = At a glance
action-part-family = Larger and smaller actions
action-part-suggestions = Suggested changes
action-part-remarks = Remarks
action-part-history = History
action-history-file = All of it as an Excel file
action-part-fresh = Last confirmed
action-part-missing = Not stated
action-part-contacts = Whom to ask
action-filled = { $n ->
    [0] empty
    [one] 1 field filled
   *[other] { $count } fields filled
}
action-party = Organisation
action-party-role = Role
action-party-add = Add an organisation
action-row-remove = Remove
action-currency = Currency
action-money-kind = Kind
action-money-amount = Amount
action-money-provider = Given by
action-money-receiver = Received by
action-money-date = Date
action-money-when = When
action-money-note = Note
action-money-row = contribution
action-money-add = Add a contribution
action-money-count = { $n ->
    [0] none
   *[other] { $count }
}
action-money-hidden = Amounts are not shown to observers.
money-kind-planned = Planned
money-kind-committed = Committed
money-kind-disbursed = Paid out
money-kind-spent = Spent

action-handling-public-hint = The public page shows its title, donors, implementers, beneficiaries, pillar, status, dates and source. Amounts and remarks are for members.
action-handling-members-hint = Everybody who takes part in this process.
action-handling-parties-hint = The organisations and beneficiaries named here, the leads of its pillars, the secretariat and the Chairmanship.
action-handling-restricted-hint = The organisation that keeps it, and whom it opens it to. The secretariat learns that something is here and whom to ask.
action-handling-public-text = Everybody may see its title, donors, implementers, beneficiaries, pillar, status, dates and source. The rest is for members.
action-handling-members-text = Everybody who takes part in this process.
action-handling-parties-text = Those who are named, the leads of its pillars, the Support Group secretariat and the Chairmanship.
action-handling-restricted-text = The organisation that keeps it, and whom it opened it to.
action-sees-parties = Named: { $names }. Who reads it is noted.
action-sees-keeper = Kept by { $name }. Who reads it is noted.
action-opened-to = Opened to
action-open = Open
action-close = Close
action-open-to = Open it to an organisation
action-open-secretariat = Open it to the Support Group secretariat

# The form
action-form-new = Add an action
action-form-report = Report a missing action
action-form-report-text = It is shown as not yet confirmed by its donor, until a member of an organisation that it names confirms, corrects or declines it.
action-form-edit = Edit the action
action-form-suggest = Suggest a change
action-form-suggest-text = Change what you would like to see changed. Whoever keeps the record sees the difference and answers it.
action-form-save = Save
action-form-save-new = Add the action
action-form-save-report = Report it
action-form-save-suggest = Send the suggestion
action-parent-choose = Which one is meant?
action-parent-words = Keep it in words
action-parent-words-hint = It is not an action here, or not yet.
action-parent-hidden = It is part of an action that is not open to you.
# in a history, where the title of an action would stand
action-not-open = an action that is not open to you
action-draft-from = Your draft of { $at } has been restored. It is not saved yet.
action-draft-anew = Start again
action-draft-kept = kept at {"{"}time{"}"}
action-draft-not-kept = not kept – no connection; trying again

action-clash-title = Somebody else saved in between
action-clash-text = { $by } saved this record on { $at }, after you had opened the form. Nothing of yours is saved yet.
action-clash-taken = Taken over from there, since you had not changed it: { $fields }.
action-clash-choose = You both changed the following. Choose which version to keep, then save again.
action-clash-none = Your changes do not conflict with theirs. Check them and save again.
action-clash-yours = Yours, as below
action-clash-theirs = Saved by { $by }, { $at }

action-error-organisation-unknown = There is no organisation “{ $name }” here. Please choose one from the list; a new one can be proposed in the directory.
action-error-organisation-several = Several organisations are called “{ $name }”. Please choose one from the list.
action-error-organisation-gone = An organisation that it names is no longer in the directory.
action-error-role = Please choose what this organisation does.
action-error-or-not-stated = Please choose, or say that it is not stated.
action-error-not-both = Please choose either some of these or “not stated”.
action-error-share = A share is a percentage from 0 to 100, such as 12.5.
action-error-share-of-none = This share belongs to a beneficiary that is not chosen. Choose it, or empty the share.
action-error-shares-exceed = The shares add up to { $sum }%, which is more than the whole. Please lower them to 100%.
action-error-shares-sum = The shares of all beneficiaries add up to { $sum }%; { $lacking }% is missing. Please add it, or leave the share of one empty.
action-error-too-many = There are more than { $most } rows. Please use fewer.
action-error-currency = Please choose the currency.
action-error-end-before-start = The end is before the start. Please check both dates.
action-error-parent = We did not find one action of exactly this title. Please choose below.
action-error-parent-part = That action is itself a part of this one, directly or through others. Please choose a larger one, or clear the field.
action-error-parent-address = There is no such action, or it is not open to you. An action cannot be part of itself.
action-error-field-not-yours = You may not set this field. Of an action that exists you can suggest the change.
action-error-not-own = Your own organisation keeps what you add, or is named among its organisations. For others, ask the Support Group secretariat.
action-error-report-not-own = What you report has to concern your own beneficiary: please choose it here.
action-error-would-not-see = You could then no longer see this record yourself. “Own organisation only” is for what your own organisation keeps: please choose another level.
action-error-nothing-suggested = Nothing in the form is different from the record.
action-error-refuse-word = Please say why you refuse; whoever suggested it reads this.

action-refused-remark = Only whoever wrote a remark can withdraw it.
action-refused-suggestion-others = Only whoever made a suggestion can withdraw it.
action-refused-suggestion-closed = This suggestion has been answered or withdrawn in the meantime. Go back and load the page again.
action-refused-moved-on = Somebody else saved the record at the same moment. Go back, load the page again and decide again.
action-refused-confirm-claim = What a beneficiary reported is first confirmed, corrected or declined by its donor.
action-refused-claim-answered = This has been answered in the meantime. Go back and load the page again.
action-refused-open-level = Only a record for the own organisation only can be opened to others.

# The page
action-status-not-stated = Status not stated
action-confirm = Still true
action-edit = Edit
action-suggest = Suggest a change
action-keeper = Record kept by
action-as-named = in the source: { $name }
action-estimate = shares not stated; { $share } each is an estimate: equal split
action-planned = Planned
action-actual = Actual
action-since = since { $day }
action-ended = ended { $day }
action-period = { $start } – { $end }
action-dac = DAC { $codes }
action-part-of = Part of
action-parent-not-here = not an action here
action-children = Its parts
action-siblings = Other parts of the same
action-confirmed-on = confirmed { $day }
action-confirmed-by = Confirmed on { $day } by { $by }.
action-never-confirmed = never confirmed
action-never-confirmed-text = Nobody has confirmed this record yet.
action-updated-by = Last changed on { $day } by { $by }.
action-taken-over = Taken over from its source on { $day }.
action-suggestions-open = { $n ->
    [one] One suggested change waits for an answer
   *[other] { $count } suggested changes wait for an answer
}
action-still-missing = Still not stated: { $fields }.
action-add-them = Add them
action-no-contacts = { $name } has not named a contact point yet.
action-no-remarks = No remarks yet.
action-no-history = Nothing has changed since it was entered.
action-remark = Your remark
action-remark-sees = Who may see it
action-remark-asks = I ask for a correction
action-remark-asks-hint = Those who keep the record are told, and it says so until this is settled.
action-remark-asked = asks for a correction
action-correction-asked = { $n ->
    [one] A correction is asked for
   *[other] { $count } corrections are asked for
}
action-remark-add = Add the remark
action-remark-withdraw = Withdraw
action-remark-withdrawn = Withdrawn by { $by } on { $day }
action-remark-settle = Mark as settled
action-remark-open = Open again
action-remark-settled = settled by { $by }, { $day }
action-remark-answer = Answer
action-remark-your-answer = Your answer
action-remark-answer-send = Send the answer
action-remark-named = For { $names }
action-remark-name = Name somebody
action-remark-name-hint = Whoever you choose is told. You can also write @ and a name in the text.
action-remark-name-list = Who is told
action-name-members = Members
action-name-beneficiaries = Beneficiaries
action-name-organisations = Organisations
action-error-name-ambiguous = There are several called { $names }. Please choose from the list.
action-error-too-many-named = Please name at most { $most }.
action-error-named-blind = { $names } could not see this remark. Leave the name out, or let more people see it.
action-refused-settle = A remark is settled by whoever wrote it, or by those who may change the action.
action-refused-settled-already = Somebody else was first. Go back and load the page again.
action-suggestion-answer = Reply
action-suggestion-accept = Accept
action-suggestion-refuse = Refuse
action-suggestion-withdraw = Withdraw it
action-suggested-by = suggested by { $by }
action-diff-field = Field
action-diff-was = Was
action-diff-is = Is now
action-diff-was-then = When suggested
action-diff-suggested = Suggested
action-claim-title = Not yet confirmed by its donor
action-claim-text = Reported by { $by }. A member of an organisation named here can confirm, correct or decline it.
action-claim-confirm = Confirm it
action-claim-correct = Correct it
action-claim-decline = Decline it
action-claim-reason = Reason
action-claim-reason-hint = Whoever reported it and the secretariat see it.
action-claim-declined-title = Declined by its donor
action-claim-declined-text = Reported by { $by }. It is shown to whoever reported it and to the secretariat alone.
action-accept-title = Accept a suggested change
action-accept-by = Suggested by { $by } on { $at }
action-accept-moved = The record has changed since
action-accept-moved-text = The following fields were changed after the suggestion was made. Choose which version to keep.
action-accept-now = As it is now
action-accept-suggested = As suggested
action-accept-all = The whole suggestion
action-accept-wrong = It cannot be accepted as it is
action-accept-wrong-text = Edit the record yourself, or refuse and say why.

action-missing-pillars = Pillars
action-missing-beneficiaries = Beneficiaries
action-missing-themes = Themes
action-missing-funding = Donor
action-missing-implementing = Implementer
action-missing-status = Status
action-missing-start = Start
action-missing-end = End
action-missing-stated-total = Stated total
action-missing-description = Description

# What happened, after the name of whoever did it
event-created = added the action
event-recorded = recorded the action from its source
event-reported = reported the action
event-edited = edited the record
event-imported = changed the record by an import
event-import-undone = undid an import
event-confirmed = confirmed that it is still true
event-suggested = suggested a change
event-suggestion-accepted = accepted a suggestion
event-suggestion-refused = refused a suggestion
event-suggestion-withdrawn = withdrew a suggestion
event-claim-confirmed = confirmed what was reported
event-claim-corrected = corrected what was reported, and so confirmed it
event-claim-declined = declined what was reported
event-remark-withdrawn = withdrew the remark
event-remark-settled = settled the remark
event-remark-opened = opened the remark again
event-opened = opened the record
event-closed = closed the record again

done-action-saved = Saved.
done-action-unchanged = Nothing was changed.
done-action-created = The action is added.
done-action-reported = Thank you. It is shown as not yet confirmed by its donor.
done-action-confirmed = Thank you. Confirmed today.
done-action-suggested = Your suggestion is with whoever keeps the record.
done-action-suggestion-accepted = The suggestion is accepted, and the record changed.
done-action-suggestion-refused = The suggestion is refused; your reason is in the history.
done-action-suggestion-withdrawn = The suggestion is withdrawn.
done-action-remarked = Your remark is added.
done-action-remark-withdrawn = The remark is withdrawn.
done-action-remark-settled = The remark is settled.
done-action-remark-opened = The remark is open again.
done-action-claim-confirmed = Thank you: it is confirmed.
done-action-claim-declined = It is declined. Whoever reported it and the secretariat see your reason.
done-action-opened = It is opened.
done-action-closed = It is closed again.
action-part-needs = Needs it answers
action-part-progress = Progress reported
action-progress-reported = reported on { $day }, not accepted yet
action-progress-correction = reported on { $day }; a beneficiary asks for a correction
action-progress-accepted = reported on { $day }, accepted

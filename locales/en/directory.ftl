# The directory: who takes part, and what the process says of itself.
directory-title = Directory
directory-you-are-here = You are here
directory-pages = Pages
directory-before = Previous
directory-after = Next
directory-any = any
directory-apply = Apply
directory-clear = Clear filters
directory-show-all = Clear filters
directory-edit = Edit
directory-yes = yes
directory-no = no
directory-acts = What can be done
directory-facts = Facts
directory-history = History
directory-history-none = Nothing has been changed since the record was entered.
directory-by-portal = The portal
directory-by-applicant = The applicant
directory-former-member = a former member
directory-former-member-of = a former member of { $of }
directory-open-end = no end stated
directory-in-alphabetical-order = in alphabetical order
directory-show-list = Show the list
directory-save = Save
directory-leave = Cancel
directory-optional = optional

# The entrance
directory-organisations = Organisations
directory-organisations-lower = organisations
directory-n-members-of-process = { $n ->
    [one] one member of the process
   *[other] { $count } members of the process
}
directory-beneficiaries = Beneficiaries
directory-beneficiaries-lower = beneficiaries
directory-pillars = Pillars
directory-pillars-lower = pillars
directory-n-without-lead = { $n ->
    [one] one without a lead
   *[other] { $count } without a lead
}
directory-members = Members
directory-members-lower = people
directory-n-ending = { $n ->
    [one] one term ends within 90 days
   *[other] { $count } terms end within 90 days
}
directory-themes = Themes
directory-themes-lower = themes
directory-n-unmapped = { $n ->
    [one] one without a purpose code
   *[other] { $count } without a purpose code
}
directory-requests = Requests for access
directory-log = Access log
directory-settings = Settings
directory-waits = Waiting
directory-waits-nothing = Nothing is waiting here.
directory-n-requests = { $n ->
    [one] One request for access
   *[other] { $count } requests for access
}
directory-n-overdue = { $n ->
    [one] one past its date
   *[other] { $count } past their date
}
directory-n-proposed-members = { $n ->
    [one] One member proposed by a focal point
   *[other] { $count } members proposed by focal points
}
directory-n-proposed-organisations = { $n ->
    [one] One organisation proposed
   *[other] { $count } organisations proposed
}
directory-n-memberships-ending = { $n ->
    [one] One membership ends within 90 days
   *[other] { $count } memberships end within 90 days
}

# Organisations
directory-kind-eu-body = EU institution or body
directory-kind-state = State
directory-kind-ministry = Ministry
directory-kind-agency = Agency
directory-kind-un = United Nations
directory-kind-international = International organisation
directory-kind-regional = Regional initiative
directory-kind-ngo = Civil society
directory-kind-foundation = Foundation
directory-kind-company = Company
directory-kind-other = Other
directory-level-international = International
directory-level-state = State level
directory-level-entity = Entity level
directory-level-district = District
directory-level-municipal = Municipal
directory-standing-member = Member of the process
directory-standing-former = Former member
directory-standing-named = Named in actions only
directory-organisation = Organisation
directory-organisation-add = Add an organisation
directory-organisation-propose = Propose an organisation
directory-organisations-none = No matching organisations
directory-organisations-none-yet = No organisation yet
directory-organisations-none-yet-text = Organisations appear here once the secretariat has added them or accepted a proposal.
directory-organisations-none-text = Try fewer filters, or another spelling: accents and Cyrillic make no difference.
directory-n-organisations = { $n ->
    [one] one organisation
   *[other] { $count } organisations
}
directory-filter-words = Name
directory-filter-part = In actions as
directory-filter-standing = In the process
directory-column-part-of = Part of
directory-column-in-actions = In actions
directory-donor-and-implementer = Donor and implementer
directory-as-donor = As donor
directory-as-implementer = As implementer
directory-no-actions-in-part = No action that you can see names it in this role.
directory-actions = Actions
directory-all-n-actions = { $n ->
    [one] the one action
   *[other] all { $count } actions
}
directory-n-actions = { $n ->
    [one] one action
   *[other] { $count } actions
}
directory-status-not-stated = status not stated
directory-ends = ends { $date }
directory-end-not-stated = end not stated
directory-keeps = Keeps the record of
directory-leads-of-pillars = Lead of pillars
directory-children = Parts of it
directory-membership-of-process = In the process
directory-since = member since { $date }
directory-since-not-stated = member; start date not stated
directory-until = until { $date }
directory-contacts = Contact points
directory-contacts-none = No contact point is stated.
directory-contact-add = Add a contact point
directory-contact-edit = Contact point
directory-contact-remove = Remove this contact point
directory-contact-remove-text = It disappears from the organisation’s page; the history still shows that it was there.
directory-organisation-members-none = Nobody of this organisation is a member.
directory-propose-correction = Propose a correction
directory-organisation-new-title = Add an organisation
directory-organisation-edit-title = Edit { $name }
directory-organisation-same-name = { $n ->
    [one] There is already an organisation with a very similar name
   *[other] There are already organisations with a very similar name
}
directory-organisation-same-name-text = Check whether it is the one you mean. If not, save again.
directory-organisation-really-new = It is a different one: save it
directory-section-names = Names
directory-section-kind = What it is
directory-section-process = In the process

# Proposals of organisations
directory-proposals = Proposals
directory-proposals-own = My proposals
directory-proposals-none = Nothing has been proposed
directory-proposals-none-text = If you may not edit organisations, you can propose a new one, or a correction on an organisation’s page.
directory-proposal-new = New organisation
directory-proposal-correction = Correction
directory-proposal-propose-title = Propose an organisation
directory-proposal-correct-title = Propose a correction to { $name }
directory-proposal-text = The Support Group secretariat reads it, and accepts or declines it. You find the answer under your proposals.
directory-proposal-send = Send the proposal
directory-proposal-of = Proposal: { $name }
directory-proposal-open = Open
directory-proposal-accepted = Accepted
directory-proposal-declined = Declined
directory-proposal-withdrawn = Withdrawn
directory-proposal-by = Proposed by
directory-proposal-on = Proposed on
directory-proposal-decide = Accept it, as it is or with your changes
directory-proposal-accept = Accept and save
directory-proposal-decline-title = Or decline it
directory-proposal-decided-already = This proposal has been decided already.
directory-proposal-nothing-changed = Nothing differs from what the organisation says now.
directory-proposal-was = Is now
directory-proposal-becomes = Proposed
directory-decline = Decline
directory-withdraw = Withdraw the proposal
directory-decided-by = Decided by

# Merging
directory-merge = Merge
directory-merge-title = Merge { $name } into another
directory-merge-text = Two records of one organisation become one. Everything that names this one will name the other; this one’s names can still be found. It can be undone completely.
directory-merge-find = Find the one that stays
directory-merge-find-button = Find
directory-merge-choose = Choose { $name }
directory-merge-nothing = No other organisation has a similar name. Type part of the other one’s name.
directory-merge-goes = Goes
directory-merge-stays = Stays
directory-merge-preview = What will move
directory-merge-moved = What was moved
directory-merge-other-way = The other way around
directory-merge-another = Choose another
directory-merge-do = Merge them
directory-merge-same = An organisation cannot be merged with itself.
directory-merge-gone = One of the two has already been merged.
directory-merge-changed = One of the two was changed in the meantime. Look at the preview again.
directory-merge-taken-over = Taken over, where the one that stays does not state it
directory-merged-here = { $name } was merged into this organisation on { $date }.
directory-merge-look = Look at the merge
directory-merged-record-title = { $gone }, merged into { $kept }
directory-merged-record = Merged on { $date } by { $name }.
directory-merge-was-undone = Undone on { $date }. Both are separate again.
directory-merge-undo = Undo the merge
directory-merge-undo-text = Everything that was moved goes back as it was. What was changed since then stays.
directory-merge-undone-already = This merge has been undone already.
directory-merge-newer-first = A later merge of the same organisation builds on this one. Undo that one first.
directory-move-parties = Parts in actions
directory-move-parties-double = Parts in actions that both have: kept once
directory-move-actions = Actions that it keeps
directory-move-disclosures = Actions for another organisation only that were opened to it
directory-move-contributions = Contributions as provider or receiver
directory-move-leads = Terms as lead of a pillar
directory-move-members = Members
directory-move-children = Organisations that are part of it
directory-move-aliases = Other names
directory-move-contacts = Contact points
directory-move-requests = Requests for access

# Beneficiaries
directory-beneficiary = Beneficiary
directory-n-beneficiaries = { $n ->
    [one] One beneficiary
   *[other] { $count } beneficiaries
}
directory-beneficiaries-none = No beneficiary has been entered
directory-former-names = Former names
directory-actions-by-pillar = Actions by pillar
directory-actions-by-beneficiary = Actions by beneficiary
directory-several-pillars = An action of several pillars is counted in each.
directory-several-beneficiaries = An action that names several is counted with each.
directory-pillar = Pillar
directory-ending-soon = Ending within six months
directory-ending-none = No action that you can see ends within six months.
directory-coordinators = Coordinators
directory-coordinators-none = Nobody coordinates for it in the portal yet.
directory-beneficiary-edit-title = Edit { $name }
directory-beneficiary-new-title = Add a beneficiary
directory-beneficiary-add = Add a beneficiary
directory-beneficiary-name-taken = Another beneficiary has this name. Edit that one, or enter another name.
directory-beneficiaries-none-text = Members, needs and actions name those whom the process serves. The Support Group secretariat enters them.
directory-former-name-add = Add another name
directory-remove = Remove

# Pillars
directory-pillars-none = No pillar has been entered
directory-led-by = Led by
directory-no-lead = Without a lead; the Support Group secretariat takes its place.
directory-no-lead-text = No lead is in office. The pillar works fully through the Support Group secretariat.
directory-leads-over-time = Leads over time
directory-lead-add = Add a lead
directory-lead-edit-title = { $name }, lead of { $pillar }
directory-lead-new-title = Add a lead of { $pillar }
directory-lead-stays-text = A term is never deleted: to end it, state its last day.
directory-current = in office
directory-source = Source
directory-pillar-no-actions = No action that you can see belongs to it.
directory-lead-people = People
directory-lead-people-none = No member has the role of its lead.
directory-pillar-edit-title = Edit { $name }
directory-pillar-new-title = Add a pillar
directory-pillar-add = Add a pillar
directory-pillar-name-taken = Another pillar has this name. Edit that one, or enter another name.
directory-pillars-none-text = Actions, plans and leads belong to the policy fields of the process. The Support Group secretariat enters them.

# Themes
directory-theme-add = Add a theme
directory-themes-none = There is no theme yet
directory-themes-none-text = Themes are the process’s own words for what actions are about. Each is mapped to purpose codes, so that files for others can be made.
directory-themes-text = Themes are the process’s own. Files for others use the purpose codes of the OECD-DAC beside them.
directory-theme-retired = Retired: offered to no new action
directory-theme-unmapped = no purpose code yet
directory-theme-new-title = Add a theme
directory-theme-edit-title = Edit { $name }
directory-theme-retire = Retire this theme
directory-theme-retire-text = It stays with the actions that have it and is offered to no new one.
directory-theme-restore = Restore this theme
directory-theme-name-taken = Another theme has this name.
directory-theme-code-add = Add another code

# Members
directory-member-proposed = Proposed
directory-member-invited = Invited
directory-member-active = Member
directory-member-declined = Declined
directory-member-ended = Former member
directory-member-to-come = To come
directory-member-ending = Ends soon
directory-state-current = current
directory-invite = Invite a member
directory-propose-member = Propose a member
directory-column-for = For
directory-column-marks = Marks
directory-column-term = Term
directory-ending-90 = ending within 90 days
directory-members-none = No matching members
directory-members-none-text = Try fewer filters.
directory-members-none-yet = Nobody is listed here
directory-members-none-yet-text = The people that you may see appear here once they have been invited.
directory-n-people = { $n ->
    [one] one person
   *[other] { $count } people
}
directory-speaks = speaks for it
directory-speaks-title = Speaks for it
directory-votes-title = Votes
directory-votes = votes
directory-focal-point = focal point
directory-list-confirmed = list confirmed { $date }
directory-list-never-confirmed = list not confirmed yet
directory-own-list = You keep the list of { $name }.
directory-own-list-confirmed = You confirmed it on { $date }.
directory-own-list-never = It has not been confirmed yet.
directory-own-list-due = check due since { $date }
directory-own-list-next = Next check by { $date }.
directory-still-right = Still right
directory-renew = Renew
directory-end-membership = End
directory-invite-again = Send the invitation again
directory-invite-successor = Invite a successor
directory-predecessor = Took over from
directory-successor = Succeeded by
directory-handover = What was handed over
directory-former-text = This person has left. What they did stays in the records.
directory-decide-proposal = Decide on this proposal
directory-proposed-by = Proposed by
directory-accept-text = Accepting sends the invitation to the address below.
directory-accept-member = Accept and invite
directory-edit-first = Edit first
directory-invite-title = Invite a member
directory-invite-text = An e-mail with a link is sent to the address. Nobody is told whether the person has an account elsewhere.
directory-invite-send = Send the invitation
directory-member-edit-title = Edit { $name }
directory-member-takes-over = Takes over from { $name }.
directory-section-person = The person
directory-section-role = The role
directory-section-term = Term and marks
directory-member-already = Somebody with this address is a member in this role already: { $name }.
directory-member-last-secretariat = At least one member of the Support Group secretariat has to stay. Invite another first.
directory-end-title = End the membership of { $name }
directory-end-text = From the day after, this person can no longer sign in to the process. What they did stays; others see it as done by a former member.
directory-end-at-once = At once
directory-end-at-once-hint = This person has no access from now on, and not only from tomorrow; the day above is not used then.
directory-end-button = End the membership
directory-renew-title = Renew the membership of { $name }
directory-renew-button = Renew
directory-renew-now = Its term now: { $from } – { $to }.
directory-propose-title = Propose a member
directory-propose-text = The Support Group secretariat reads it and sends the invitation. You see under Members what became of it.
directory-propose-send = Send the proposal
directory-none = none
directory-member-changed = The membership was changed in the meantime. Look at its term above, and send again.
directory-decided-already = This has been decided already.
directory-handover-title = Handed over to { $name }
directory-handover-lead = What was in your predecessor’s hands, and is in yours now.
directory-handover-hold = What we hold
directory-handover-kept = { $n ->
    [one] action that we keep
   *[other] actions that we keep
}
directory-handover-named = { $n ->
    [one] action that names us
   *[other] actions that name us
}
directory-handover-ending = { $n ->
    [one] ends within six months
   *[other] end within six months
}
directory-handover-waits = Waiting
directory-handover-waits-none = Nothing is waiting.
directory-handover-unconfirmed = { $n ->
    [one] One action has not been confirmed for six months
   *[other] { $count } actions have not been confirmed for six months
}
directory-handover-suggestions = { $n ->
    [one] One suggestion on our actions waits for an answer
   *[other] { $count } suggestions on our actions wait for an answer
}
directory-handover-claims = { $n ->
    [one] One action was reported by a beneficiary and waits for its donor
   *[other] { $count } actions were reported by beneficiaries and wait for their donor
}
directory-handover-acts = What your predecessor did last
directory-handover-acts-none = The history shows nothing done by your predecessor.
directory-handover-said = Positions and votes in its name
directory-handover-said-none = No position on a plan and no vote has been given in its name.
directory-handover-contacts = Whom to ask
directory-handover-colleague = colleague

# Requests for access
directory-request-person = Person of a member organisation
directory-request-new-member = New member
directory-request-eu-agency = EU agency
directory-request-evaluator = Evaluator
directory-request-public = Interested public
directory-request-way-person = The focal point of the organisation, or the secretariat, confirms the person. Granting leads to the invitation.
directory-request-way-new-member = A new member needs a decision of the Board. Grant it when the decision is there; granting leads to the invitation.
directory-request-way-eu-agency = The Chairmanship is told of it by a notice. Granting leads to the invitation.
directory-request-way-evaluator = The secretariat decides, for the time of the evaluation. Granting leads to the invitation.
directory-request-way-public = What is public is open without an account. Grant it only where there is a reason to.
directory-request-open = Open
directory-request-granted = Granted
directory-request-declined = Declined
directory-request-withdrawn = Withdrawn
directory-request-overdue = Past its date
directory-request-kind = Who asks
directory-request-asked = Asked on
directory-request-again = Asked again on
directory-request-again-on = asked again on { $days }
directory-request-again-text = It is one request: what is decided on it answers each time it was asked.
directory-request-due = Answer due
directory-request-reason = Reason
directory-request-typed = written as: { $name }
directory-request-no-organisation = not an organisation of the directory yet
directory-request-add-organisation = Add it to the directory
directory-organisation-of-request = A request for access names it. When it is saved, the request goes on with it.
directory-request-grant = Grant
directory-request-decline = Decline
directory-request-decision = Prepare the Board’s decision
directory-request-member = Whoever asked is in the list of members:
directory-request-first = Its organisation is not in the directory yet. Add it first: the form is filled from the request, and so is the invitation that follows.
directory-request-next = What remains is the invitation; the form is filled from the request.
directory-request-decided-already = This request has been decided already.
directory-requests-none = No matching requests
directory-requests-none-text = Requests come from the public page “Ask for access”.
directory-decide = Decide
directory-letter-request-subject = Your request for access to { $process }
directory-letter-granted =
    Dear { $name },

    your request of { $date } for access to { $process } is granted. An invitation follows in a separate e-mail, with the link to set your password. If none has come within a week, please write to us.
directory-letter-declined =
    Dear { $name },

    thank you for your request of { $date } for access to { $process }. At present it cannot be granted.

    { $answer }What is public stays open to you without an account. You are welcome to write to us if your situation changes.

# Access log
directory-log-text = Exports, and every reading of a record that is open to its parties or to its own organisation only.
directory-log-text-own = Who exported or read records that your organisation keeps, at the levels above “{ handling-members }”.
directory-log-none = Nothing has been recorded
directory-log-none-filtered = No matching entries
directory-log-none-text = An entry appears here when a record of a higher level is read, or something is exported as a file.
directory-log-read = Read
directory-log-export = Exported
directory-log-when = When
directory-log-who = Who
directory-log-what = What
directory-log-record = Record
directory-log-detail = What was asked for
directory-log-number = Rows
directory-log-keeper = Kept by
directory-log-handling = Who may see it
directory-log-hidden = a record that is not open to you
directory-log-rows = { $n ->
    [one] one row
   *[other] { $count } rows
}

# Settings
directory-settings-names = Names
directory-settings-edit-title = Settings of the process
directory-public-yes = Has public pages.
directory-public-no = Has no public pages; only members see it.
directory-public-look = Look at them
directory-footnotes-none = No name carries a note.
directory-words-none = The process uses the portal’s own words.
directory-footnote-add = Add another note
directory-words-text = Where the process has its own word for one of these, write it here. Empty: the portal’s own.

# When somebody else was first
directory-conflict-title = Somebody else saved in the meantime
directory-conflict-text = { $name } saved this record after you had opened it ({ $time }). Nothing of yours is lost: choose which version to keep.
directory-conflict-none = Their changes do not conflict with yours. Save again to keep both.
directory-conflict-mine = Yours
directory-conflict-theirs = Saved by { $name }, { $time }
directory-conflict-kept = Also changed by { $name }, kept as it is now
directory-conflict-save = Save what is chosen
directory-conflict-leave = Leave it as they saved it

# Fields
directory-field-name = Name
directory-field-short_name = Short name
directory-field-aliases = Other names
directory-field-kind = Kind
directory-field-level = Level
directory-field-parent = Part of
directory-field-seat = Seat
directory-field-iati_identifier = IATI identifier
directory-field-note = Note
directory-field-member = Member of the process
directory-field-member_from = Member since
directory-field-member_to = Member until
directory-field-why = Reason
directory-field-email = E-mail
directory-field-phone = Phone
directory-field-post = Post
directory-field-about = About
directory-field-role = Role
directory-field-organisation = Organisation
directory-field-beneficiary = Beneficiary
directory-field-pillars = Pillars
directory-field-starts_on = From
directory-field-ends_on = Until
directory-field-speaks_for_from = Speaks for it, from
directory-field-speaks_for_to = Speaks for it, until
directory-field-votes_from = Votes, from
directory-field-votes_to = Votes, until
directory-field-focal_point = Focal point
directory-field-state = State
directory-field-request_state = State
directory-field-answer = Reply
directory-field-codes = Purpose codes
directory-field-country_code = Code
directory-field-key = Short name
directory-field-source_url = Source
directory-field-former_name = Former names
directory-field-former_until = Used until
directory-field-tagline = Tagline
directory-field-address = Address
directory-field-public = Public pages
directory-field-plan_frame = Template of plans
directory-field-progress_months = Months between rounds of progress
directory-hint-progress-months = After this many months the Support Group secretariat is shown that progress is due. Empty: 12.
directory-progress-year = 12, a year
directory-error-progress-months = Write a number of months between 1 and 60, or leave it empty.
directory-field-publish_plans = Plans are published when they come into force
directory-field-footnotes = Notes of names
directory-field-footnote_mark = Mark
directory-field-footnote_text = Note
directory-field-words = Own words
directory-field-for = For
directory-field-retired = Retired
directory-field-merged_into = Merged into
directory-field-contact = Contact point
directory-field-lead = Lead

directory-hint-short_name = As people say it, such as UNODC.
directory-hint-aliases = One per line: former names, names in other languages, other spellings.
directory-hint-kind = What it is, not what it does in an action.
directory-hint-level = Where government has several levels.
directory-hint-member_to = If it has ended.
directory-hint-starts_on = Such as 1.1.2027.
directory-hint-parent = The body it belongs to, such as the state of a ministry.
directory-hint-seat = Two letters of its seat, such as AT; XK for Kosovo*.
directory-hint-iati_identifier = Such as XM-DAC-41128.
directory-hint-member_from = If it is known; such as 20.6.2022.
directory-hint-why = Read by the secretariat and kept in the history.
directory-hint-email = The invitation goes there.
directory-hint-ends_on = Leave empty if no end is stated.
directory-hint-ends_on_last = The last day.
directory-hint-marks = A mark says who may state positions and submit needs (speaks for it), and who casts a vote. Without an end it holds as long as the membership.
directory-hint-role-organisation = Needed for a partner.
directory-hint-role-beneficiary = Needed for a beneficiary, and only there.
directory-hint-role-pillars = Needed for a pillar lead.
directory-hint-focal_point = Proposes the staff of its own organisation or beneficiary, and confirms the list twice a year.
directory-hint-codes = A code such as 15210, a sector such as 152, or a name.
directory-hint-beneficiary_name = As it stands on every page and in every file; with its asterisk, where it carries one.
directory-hint-country_code = Two letters, as in ISO 3166 or in use beside it. It stands in addresses and files and cannot be changed later.
directory-hint-key = Up to 20 letters, digits and hyphens, as it stands beside actions. It cannot be changed later.
directory-hint-note = The note its asterisk carries, shown wherever the name stands.
directory-hint-note_plain = What others should know of it.
directory-hint-source_url = The address of the page or paper that says so.
directory-hint-former_name = A name that was in use until a day in the past; pages use today’s, and search finds both.
directory-hint-answer = Included in the reply to the applicant, and kept in the history; you can leave it empty.
directory-hint-about_process = Paragraphs are separated by an empty line.
directory-hint-footnotes = The mark that stands after a name, and what it means; shown at the foot of every page.
directory-hint-contact_about = What it can be asked for.
directory-hint-plan-frame = One objective per line; left empty, a plan begun from the template starts with Anticipate, Prevent, Protect, Respond.
directory-plan-frame-portal = Anticipate, Prevent, Protect, Respond (the portal’s own)
directory-error-plan-frame = Write at most 20 objectives, one per line, each of at most 200 characters.
directory-hint-publish-plans = Only the adopted text, never positions or votes; otherwise each is published by hand.
directory-hint-public = What is marked as public can then be seen without an account.

# Errors
directory-error-iati = An IATI identifier is letters, digits and hyphens, such as XM-DAC-41128.
directory-error-not-a-member = An end of membership needs a membership. Tick it, or leave the end empty.
directory-error-before-start = The end is before the start. Correct one of them.
directory-error-many-aliases = There are too many names: at most 40.
directory-error-mark-start = A mark needs a start date.
directory-error-role-organisation = This role belongs to an organisation. Please choose it.
directory-error-role-beneficiary = This role belongs to a beneficiary. Please choose it.
directory-error-role-no-beneficiary = Only the role of a beneficiary names one.
directory-error-role-pillars = This role leads a pillar. Please choose at least one.
directory-error-role-mark = This role does not carry this mark.
directory-error-role-focal = Only beneficiaries and partners have focal points.
directory-error-footnote = A note has its mark (at most 5 characters) and its text; at most ten notes.
directory-error-parent-itself = An organisation cannot be part of itself.
directory-error-code = { $code } is not a purpose code in use.
directory-error-former-ahead = This date is in the future: a former name is one that is no longer in use.
directory-error-country-code = Enter two letters from A to Z, such as AL.
directory-error-country-code-taken = A beneficiary with the code { $code } has been entered already.
directory-error-key = Use letters, digits and hyphens alone, such as CT. “New” stands for adding a pillar.
directory-error-key-taken = Another pillar has this short name, in capitals or not. Choose another one.
directory-error-former-name = A former name has its name and its last day.
directory-error-reach = Please state an e-mail address or a phone number.

# What was done
done-directory-saved = Saved.
done-directory-beneficiary-added = The beneficiary is in the directory.
done-directory-pillar-added = The pillar is in the directory. Add its lead, where there is one.
done-directory-organisation-added = The organisation is in the directory.
done-directory-proposed = The proposal is with the Support Group secretariat.
done-directory-proposal-accepted = The proposal is accepted.
done-directory-proposal-declined = The proposal is declined.
done-directory-proposal-withdrawn = The proposal is withdrawn.
done-directory-contact-saved = The contact point is saved.
done-directory-contact-removed = The contact point is removed.
done-directory-merged = The two have been merged.
done-directory-merge-undone = The merge is undone; both are as they were.
done-directory-lead-saved = The lead is saved.
done-directory-theme-saved = The theme is saved.
done-directory-theme-retired = The theme is retired.
done-directory-theme-restored = The theme is in use again.
done-directory-invited = The invitation is on its way.
done-directory-member-ended = The membership is ended.
done-directory-member-renewed = The membership is renewed.
done-directory-member-declined = The proposal is declined.
done-directory-list-confirmed = Thank you. The list is confirmed.
done-directory-request-declined = The request is declined and the reply is on its way.

# History
event-organisation-created = added the organisation
event-organisation-edited = changed the record
event-organisation-proposed = proposed a correction
event-organisation-merged = merged another organisation into this one
event-organisation-merged-away = merged this organisation into another
event-organisation-merge-undone = undid a merge
event-contact-added = added a contact point
event-contact-edited = changed a contact point
event-contact-removed = removed a contact point
event-beneficiary-created = added the beneficiary
event-pillar-created = added the pillar
event-beneficiary-edited = changed the record
event-pillar-edited = changed the record
event-lead-added = added a lead
event-lead-edited = changed a lead
event-theme-created = added the theme
event-theme-edited = changed the theme
event-theme-retired = retired the theme
event-theme-restored = restored the theme
event-member-invited = sent the invitation
event-member-invited-again = sent the invitation again
event-member-proposed = proposed this member
event-member-accepted = accepted the proposal and sent the invitation
event-member-declined = declined the proposal
event-member-withdrawn = withdrew the proposal
event-member-edited = changed the membership
event-member-ended = ended the membership
event-member-renewed = renewed the membership
event-member-list-confirmed = confirmed the list
event-settings-edited = changed the settings
event-request-granted = granted the request
event-request-declined = declined the request
event-request-organisation = added its organisation to the directory

# How the Board decides
directory-settings-board = How the Board decides
directory-settings-board-text = As set in this process; shown with every decision as such. A decision that is open keeps the rule and quorum it was opened with.
directory-board-not-set = not set
directory-board-none = no seat beside the beneficiaries
directory-field-board_commission = The Commission’s seat
directory-field-board_rule = Rule
directory-field-board_quorum = Quorum
directory-field-board_procedure = Usual procedure
directory-field-time_zone = Time zone
directory-field-board_term_days = Term of a written procedure, in days
directory-hint-board_commission = The organisation that has a vote beside the beneficiaries.
directory-hint-board_rule = Without a rule and a quorum no decision can be opened.
directory-hint-board_quorum = A number of seats such as 5, a share such as 2/3, or 0 for none.
directory-hint-board_procedure = Used where a decision does not say otherwise.
directory-settings-retention = How long things are kept
directory-settings-retention-text = In days; what is older is deleted every night. The history of what people did, and the texts that were agreed and adopted, are always kept.
directory-keep-all = as long as the process lasts
directory-keep-days = { $n ->
    [one] One day
   *[other] { $count } days
}
directory-field-keep_letters = E-mails
directory-field-keep_notices = Notices
directory-field-keep_access_log = Access log
directory-field-keep_requests = Answered requests for access
directory-field-keep_files = Files that were taken away or replaced
directory-hint-keep_letters = Whom they were sent to and what about, never their text; 30 where nothing is set, at least 7.
directory-hint-keep_notices = What people were told in the portal; at least 90. They stay where nothing is set.
directory-hint-keep_access_log = At least 365. It stays where nothing is set.
directory-hint-keep_requests = From the day of the answer, at least 30. They stay where nothing is set.
directory-hint-keep_files = From the day they were taken away or replaced, at least 30; their names stay in the history. They stay where nothing is set.
directory-error-keep = A term is between { $least } and { $most } days.
directory-hint-time_zone = For times of day in this process; a meeting can have another.
directory-hint-board_term_days = From the day of opening; also for a silence procedure.
directory-error-quorum = A quorum is a number of seats such as 5, or a share such as 2/3.
directory-error-term = A term is between 1 and 365 days.

# Rounds: asked to confirm, to report, to map; answered, confirmed, accepted, locked.
round-title = Rounds
round-one = Round
round-lead = In a round those concerned are asked to say, by a certain day, whether what is recorded here is still true, how far their actions are, or which needs and responses there are.
round-you-are-here = You are here
round-new = Open a round
round-new-progress = Open a round of progress
round-new-lead = Everybody who is asked gets one page with only their own records. They are told, and reminded a week before, two days before and on the day.
round-none = No rounds yet
round-none-text = When a round is opened, it appears here, and those who are asked are told.
round-none-text-runs = Open one to ask whether what is recorded here is still true, or how far the actions are.
round-n = { $n ->
    [one] One round
   *[other] { $count } rounds
}
round-whole = Whole process
round-period = { $first } to { $last }
round-until = until { $day }
round-of = { $n } of { $all }
round-yes = yes
round-no = no
round-go = Show
round-leave = Cancel
round-pages = Parts of the list
round-earlier = Previous
round-next = Next
round-person = { $name } ({ $of })
round-person-former = a former member of { $of }
round-own-counts = The figures count only your own pages.
round-progress-due = { $n ->
    [one] Progress in the whole process was last asked for up to { $day }; it is asked for every month.
   *[other] Progress in the whole process was last asked for up to { $day }; it is asked for every { $count } months.
}
round-progress-never = { $n ->
    [one] Progress has not been asked for in the whole process yet; it is asked for every month.
   *[other] Progress has not been asked for in the whole process yet; it is asked for every { $count } months.
}

round-kind-confirm = Confirm
round-kind-progress = Progress
round-kind-needs = Needs mapping
round-kind-responses = Response mapping
round-kind-confirm-hint = Say of each action whether it is still true, change what is not, or say why you cannot.
round-kind-progress-hint = Report on each action: how it stands, what was done, what hinders, what its indicators have reached, and the money of the period.
round-kind-needs-hint = Say of each need whether it goes on in the new mapping cycle; write new ones where needs are written.
round-kind-responses-hint = Say of each action whether the needs that it answers stand, and propose it for others.

round-state-opening = Being opened
round-state-open = Open
round-state-failed = Not opened
round-state-locked = Locked
round-state-withdrawn = Withdrawn

round-field-kind = What is asked
round-field-title = Title
round-field-pillar = Pillar
round-field-cycle = Mapping cycle
round-field-period = Period
round-field-period-start = Period from
round-field-period-end = Period to
round-field-deadline = Answers until
round-field-state = State
round-field-who = Who is asked
round-field-organisations = Organisations that keep open actions
round-field-beneficiaries = Beneficiaries
round-field-letter = Cover note
round-field-opened = Opened
round-field-ended = Ended
round-field-why = Reason
round-field-lock-why = Why it is locked now
round-field-party = Party
round-field-organisation = Organisation
round-field-keeper = Kept by
round-field-action = Action
round-field-item = What it is about
round-field-standing = How it stands
round-field-items = Asked about
round-field-answered = Answered
round-field-asked = Asked
round-field-answer = Answer
round-field-answered-on = Answered on
round-field-handed-in = Handed in
round-field-on-behalf = On behalf
round-field-answered-of = Handed in
round-field-own-answered-of = Yours handed in
round-field-word = Remark
round-field-end = End
round-end-passed = (has passed: is it over, or does it go on?)
round-field-currency = Currency
round-field-confirmed = Last confirmed
round-field-needs = Needs that it answers
round-hint-title = Such as “Progress 2026”. Those who are asked see it in e-mails and on their home page.
round-hint-deadline = The last day for answers, such as 15 December 2026.
round-hint-cycle = For the mapping of needs and responses. Cycles are opened under Needs.
round-hint-beneficiaries = In a round that confirms, a beneficiary is asked about the actions that name it; in the mapping of needs, about its needs.
round-hint-letter = Shown at the top of each page.
round-hint-extend = A later day. Those who have not handed in are told.
round-hint-lock = The deadline has passed, or everybody has answered: no reason is needed.
round-hint-lock-early = Not everybody has answered and the deadline has not passed: give a reason.
round-hint-withdraw = Those who have not answered are told. What was confirmed or changed stays.
round-cycle-none = None
round-who-everybody = Everybody whom it concerns
round-who-everybody-hint = All who keep an open action in the process or the pillar; for the mapping of needs, all beneficiaries.
round-who-chosen = Those chosen below
round-who-chosen-hint = Each of them is asked about what it keeps, or what names it.
round-choose = Choose who is asked
round-keeper = { $n ->
    [one] { $name } (one open action)
   *[other] { $name } ({ $count } open actions)
}
round-open-it = Open the round
round-error-period = The period ends before it begins. Correct one of the two.
round-error-deadline = Choose a day after today: those who are asked need some time.
round-error-deadline-far = Choose a day within a year.
round-error-cycle = Choose a mapping cycle that is open.
round-error-nobody = Choose who is asked; needs are asked of beneficiaries, progress and responses of organisations.
round-error-own-pillar = You open rounds in your own pillar: choose it.
round-error-later = Choose a day later than { $day }.
round-error-lock-why = Not everybody has answered and the deadline has not passed: give a reason for locking.
round-moved-on = The round has moved on in the meantime. Nothing was changed; check its page.
round-has-ended = This round has ended. Answers stay as they are, and nothing more can be written into it.
round-not-open-yet = This round is not open yet.
round-late-title = The round has ended
round-early-title = The round is not open yet
round-late-nothing = Nothing that you sent was saved.
round-late-typed = What you typed
round-late-typed-text = Copy it before you go on: you can send it to whoever runs the round, or use it in the next one. You can change the action itself on its own page at any time.
round-late-back = Back to the answers

round-opening = The round is being opened
round-opening-waits = It waits for its turn.
round-opening-progress = The pages of { $done } of { $total } parties are filled.
round-opening-leave = You can leave this page. Those who are asked are told as soon as all pages are filled.
round-look-again = Check again
round-failed = The round could not be opened
round-failed-text = It was tried several times. Nobody was told. Try again; if it fails again, tell whoever runs the portal.
round-try-again = Try again
round-is-locked = This round has ended: what you see here is how it was then.
round-who = Who has answered
round-who-own = You see the parties that are asked about what concerns you.
round-silence = No answer is no answer: it is neither consent nor refusal.
round-asked-none = Nobody is asked about what concerns you
round-asked-none-text = Those who are asked about your pillar, beneficiary or organisation appear here.
round-answered-n = Handed in: { $n } of { $all }
round-standing-answered = answered
round-standing-in-part = answered in part
round-standing-not-handed-in = all answered, not handed in
round-standing-not-handed-in-yet = all answered, not handed in yet
round-standing-not-yet = not answered yet
round-standing-did-not = did not answer
round-standing-early = closed early, without its answer
round-handed-in-by = handed in on { $day } by { $by }
round-handed-in-on-behalf = entered on behalf on { $day } by { $by }
round-answer-for = Answer on behalf
round-look-at = See the answers
round-page-of = Answers of { $party }
round-words = Remarks to those who run the round
round-words-text = Nothing was deleted or changed because of them: each needs somebody to follow it up.
round-run = Run the round
round-extend = Give more time
round-lock = Lock the round
round-lock-text = A locked round is frozen: nothing more can be written into it, and each action is kept as it was. It cannot be opened again.
round-withdraw = Withdraw the round

round-mine-title = Answers: { $title }
round-page-for = Whose page
round-on-behalf-of = You answer on behalf of { $party }. Your name is shown with each answer.
round-in-cycle = In the mapping cycle { $cycle }.
round-what = What you are asked about
round-open-n = { $n ->
    [0] Answered: { $all } of { $all }.
   *[other] Not answered yet: { $count } of { $all }.
}
round-was-open-n = { $n ->
    [0] Answered: { $all } of { $all }.
   *[other] Not answered: { $count } of { $all }.
}
round-nothing = Nothing is asked of you here
round-nothing-text = You keep no open action that this round is about. You can still hand in.
round-nothing-needs = No need of an earlier cycle goes on. New ones are written under Needs.
round-show-all = All
round-show-open = Not answered
round-none-open = Nothing is open in this part of the list
round-none-open-text = Show all of them, or hand in.
round-confirm-these = All that are open on this page are still true
round-these-go-on = All that are open on this page go on unchanged
round-confirm-everything = { $n ->
    [one] The one that is open is still true
   *[other] All { $count } that are open are still true
}
round-confirm-as-many = The first { $count } of the { $all } that are open are still true
round-confirmed-in-part = { $n ->
    [one] One is confirmed. Not all are taken at once: { $left } are still open.
   *[other] { $count } are confirmed. Not all are taken at once: { $left } are still open.
}
round-still-true = Still true
round-still-needed = Goes on unchanged
round-change = Change the record
round-change-text = What you do not change here is still true.
round-change-more = Change something else
round-change-save = Save
round-need-changed = It has changed: reword it
round-suggest = Suggest a change to whoever keeps it
round-otherwise = Another answer
round-otherwise-text = Nothing is deleted or changed by this: your remark goes to the Support Group secretariat.
round-cannot-say = We cannot say
round-not-ours = It is not ours
round-no-longer = It is no longer needed
round-item-open = not answered
round-item-confirmed = still true
round-item-goes-on = goes on unchanged
round-item-changed = changed
round-item-reported = reported
round-item-cannot-say = cannot say
round-item-not-ours = not ours
round-item-no-longer = no longer needed
round-answered-by = { $by }, { $day }
round-answered-on-behalf = on behalf, by { $by }, { $day }
round-never-confirmed = never
round-answers-needs = { $n ->
    [0] none yet
    [one] one need
   *[other] { $count } needs
}
round-need-of = Stated in { $cycle }
round-need-goes-on = goes on in the new cycle
round-need-drafted = a draft in the new cycle
round-hand-in = Hand in
round-hand-in-text = Your page is handed in automatically as soon as everything is answered. You can also hand it in now: what is open then stays unanswered. You can change your answers until the round is locked.
round-hand-in-all-answered = Everything that you see here is answered, and the page is not handed in yet: hand it in, so that those who wait know. You can change your answers until the round is locked.
round-handed-in = This page is handed in. Until the round is locked you can still change your answers.
round-was-handed-in = This page was handed in.
round-not-asked = You are not asked in this round
round-not-asked-text = Nobody is asked here for whom you answer.
round-to-round = To the round
round-money-disbursed = Paid out
round-money-spent = Spent
round-why-changed = Changed while answering a round
round-error-clash = Somebody has changed this in the meantime to “{ $theirs }”; you wrote “{ $mine }”. Save again to keep yours, or put theirs back.
round-error-answered-meanwhile = { $by } has answered this in the meantime, “{ $theirs }”, and you said “{ $mine }”: send it again to replace theirs with yours.
round-error-nothing-changed = You have changed nothing. If all is still true, say so above.
round-error-moved-on = The action was changed at the same moment. Nothing was saved; please save again.
round-error-merged = This action has been merged into another in the meantime.
round-error-need-gone = This need cannot be taken over: it was withdrawn, or the mapping cycle is closed.
round-error-not-confirmed = This cannot be confirmed: its donor has not confirmed it yet, it was merged or withdrawn, or the mapping cycle is closed.
round-error-none-chosen = Nothing that you can confirm is open here.

round-sheet-title = Answer in a sheet
round-sheet-text = For those who answer without the portal: download the sheet, fill it in, and upload it. You see what it would change before anything is changed.
round-sheet-get = Download the sheet (Excel)
round-sheet-file = The sheet, filled in
round-sheet-bring = Upload and preview
round-sheet-key = Key, leave as it is
round-sheet-of = { $party }: answers until { $day }
round-sheet-how = Answers: { $answers }. What is left empty is not answered.
round-sheet-first = More is asked than fits in one sheet: here are { $n } of { $open } that are not answered. Upload them, then download the next.
round-sheet-first-answered = More was asked than fits in one sheet, and all of it is answered: here are the first { $n } of { $all }.
round-sheet-shown = What the sheet says for { $party }
round-sheet-not-yet = Nothing has been saved yet.
round-sheet-n = { $n ->
    [one] One answer
   *[other] { $count } answers
}
round-sheet-wrong = { $n ->
    [one] One row that cannot be saved
   *[other] { $count } rows that cannot be saved
}
round-sheet-wrong-text = Correct them in the sheet and upload it again, or answer them on the page.
round-sheet-clashes = { $n ->
    [one] One answer that differs from one given in the meantime
   *[other] { $count } answers that differ from those given in the meantime
}
round-sheet-clashes-text = These were answered after the sheet was downloaded, or the sheet does not say what the answer was then. The answer given here stays, unless you tick that the sheet’s answer replaces it.
round-sheet-clashes-caption = The answer here, and the answer in the sheet
round-sheet-there = Answer here
round-sheet-there-by = { $by }, { $at }
round-sheet-there-at = Answered { $at }
round-sheet-says = In the sheet
round-sheet-over = Use the sheet’s answer
round-sheet-kept = Nothing was saved: the answers given in the meantime stay.
round-sheet-take = Save the answers
round-sheet-take-ticked = Save those ticked
round-sheet-back = Back to the page
round-sheet-nothing = The sheet says nothing new
round-sheet-nothing-text = Every row is empty, or says what is already here.
round-sheet-unknown = “{ $title }” is not on this page: the key of its row belongs to another row, or was changed. Download the sheet again, and leave its keys as they are.
round-sheet-answer = “{ $text }” is not one of the answers listed above the table. Write one of those, word for word.
round-sheet-health = “{ $text }” is not allowed here. Write one of: On track, At risk, Later than planned, Done.
round-sheet-word = This answer needs a remark: write one beside it.
round-sheet-not-one = This is not a sheet of a round: its headings are missing. Download the sheet again.
round-sheet-twice = The same key is in two rows of the sheet. Delete the row that was copied, or download the sheet again.
round-sheet-at = Row { $row }, column “{ $column }”: { $message }
round-sheet-value = Value of the indicator
round-sheet-disbursed = Paid out in the period, to be added
round-sheet-spent = Spent in the period, to be added
round-sheet-figures = Values of indicators are in rows below their action, one for each beneficiary; one that you empty is removed. Money is added to what is already stated: state only what is not, with its currency. If you give figures, say in the row of the action how it stands.
round-sheet-value-elsewhere = A value belongs in the row of its indicator, below the action: move it there, or leave this cell empty.
round-sheet-answer-elsewhere = This row is for an indicator, and holds only its value: write this in the row of the action above, or leave the cell empty.
round-sheet-needs-health = Figures are part of a report: say how the action stands.
round-sheet-unknown-value = This value belongs to no indicator and beneficiary of the action: the key of its row belongs to another row, or was changed. Download the sheet again, and leave its keys as they are.
round-sheet-money-moved = The money of this row would be added a second time, or to a report that was made since: download the sheet again.
round-sheet-too-long = The sheet is longer than { $most } rows. Answer the rest on the page.

progress-title = Progress reports
progress-none = No reports yet
progress-none-text = Reports on the actions that concern you appear here.
progress-none-state = No matching reports
progress-show-all = Clear filters
progress-n = { $n ->
    [one] One report
   *[other] { $count } reports
}
progress-any = Any
progress-state-reported = reported
progress-state-correction = correction asked for
progress-state-returned = referred back
progress-state-accepted = accepted
progress-health-on-track = On track
progress-health-at-risk = At risk
progress-health-late = Later than planned
progress-health-done = Done
progress-field-state = State of the report
progress-field-health = How it stands
progress-field-done = What was done
progress-field-hinders = What stands in the way
progress-field-values = Indicators
progress-field-money = Money of the period
progress-field-reported = Reported
progress-field-word = Why it is referred back
progress-field-correction = What is to be corrected
progress-hint-money = What is added to the record of the action, dated with the last day of the period. Leave it empty where nothing is added.
progress-report = Report
progress-report-again = Change the report
progress-save = Save the report
progress-all-together = All together
progress-value-of = { $of } { $value }
progress-baseline = baseline { $value }
progress-target = target { $year }: { $value }
progress-reported-by = reported by { $by }, { $day }
progress-reported-on-behalf = reported on behalf by { $by }, { $day }
progress-accepted-by = accepted by { $by }, { $day }
progress-returned-by = referred back by { $by }, { $day }
progress-returned-word = Referred back: { $word }
progress-correction-word = { $party } asks for a correction: { $word }
progress-said = What the beneficiaries say
progress-said-confirmed = { $party }: confirmed by { $by }, { $day }
progress-said-correction = { $party }: asks for a correction, { $by }, { $day }
progress-silent = { $party }: has said nothing yet
progress-accept-ticked = Accept those that are ticked
progress-accept-text = A report that was changed after you opened this page is not accepted with the others.
progress-tick = Accept
progress-return = Refer it back
progress-confirm = Confirm for { $party }
progress-correct = Ask for a correction
progress-error-number = Please write a number, such as 12 or 12.5, without a currency.
progress-error-accepted = This report was accepted. Whoever accepted it can refer it back; then it can be reported again.
progress-error-moved = It was reported again or decided on in the meantime. Nothing was saved; read it as it is now, and send yours again if it still applies.
progress-error-moved-all = All of them have changed since you read them. Read them as they are now.
progress-error-none-chosen = Tick the reports that you accept.

round-standing-title = Completeness and timeliness
round-standing-own = What your organisation keeps, and how it has answered the rounds it was asked in. Others see theirs; the Support Group secretariat sees all.
round-standing-all = All organisations in alphabetical order. Each of them sees its own line.
round-standing-none = Nothing to show
round-standing-none-text = You are not a member for an organisation that keeps actions or was asked in a round.
round-standing-n = { $n ->
    [one] One organisation
   *[other] { $count } organisations
}
round-standing-actions = Open actions
round-standing-complete = All core fields stated
round-standing-fresh = Confirmed recently
round-standing-asked = Rounds asked in
round-standing-in-time = Answered in time
round-standing-later = Answered later
round-standing-without = Did not answer
round-standing-closed = Closed early
round-standing-rule = Open actions are those that are neither completed nor cancelled, merged or unconfirmed by their donor; records that only their keeper may see are not counted for others. A round counts as answered in time when the page was handed in by its last day. A page that was not handed in when a round was locked before that day was over counts as “Closed early”, not as “Did not answer”.

round-awaited-confirm = { $n ->
    [0] Hand in the page of { $party }
    [one] Confirm one action of { $party }
   *[other] Confirm { $count } actions of { $party }
}
round-awaited-progress = { $n ->
    [0] Hand in the page of { $party }
    [one] Report on one action of { $party }
   *[other] Report on { $count } actions of { $party }
}
round-awaited-needs = { $n ->
    [0] State the needs of { $party }
    [one] Say whether one need of { $party } goes on
   *[other] Say whether { $count } needs of { $party } go on
}
round-awaited-responses = { $n ->
    [0] Hand in the page of { $party }
    [one] Say what one action of { $party } answers
   *[other] Say what { $count } actions of { $party } answer
}
round-awaited-returned = { $n ->
    [one] Correct one report: { $title }
   *[other] Correct { $count } reports: { $title }
}
round-awaited-said = { $n ->
    [one] Confirm one report for { $party }
   *[other] Confirm { $count } reports for { $party }
}
round-awaited-accept = { $n ->
    [one] Accept one report: { $title }
   *[other] Accept { $count } reports: { $title }
}
round-awaited-lock = The deadline has passed: lock the round “{ $title }”, or give more time

round-told-opened = You are asked in the round “{ $title }”. { $kind }
round-told-deadline = The round “{ $title }” waits for your answers
round-told-extended = There is more time for the round “{ $title }”
round-told-withdrawn = { $by } has withdrawn the round “{ $title }”: you need not answer any more
round-told-handed-in = { $party } has answered in the round “{ $title }”
round-told-not-ours = { $party } says that “{ $title }” is not its own (round “{ $round }”)
round-told-not-ours-one = { $party } says that something it was asked about is not its own (round “{ $round }”)
round-told-not-ours-some = { $party } says of { $n } records that they are not its own (round “{ $round }”)
round-told-correction = { $by } asks for a correction of your report on “{ $title }” (round “{ $round }”)
round-told-returned = { $by } has referred back your report on “{ $title }” (round “{ $round }”)

done-round-again = It is being tried again.
done-round-extended = There is more time. Those who have not handed in are told.
done-round-locked = The round is locked.
done-round-withdrawn = The round is withdrawn.
done-round-confirmed = Confirmed: still true.
done-round-all-confirmed = All of them are confirmed.
done-round-some-confirmed = Confirmed. What is not yours to confirm, or has moved on, is left open.
done-round-changed = Changed. The rest is confirmed as still true.
done-round-word-kept = Your remark was saved, and is seen by those who run the round.
done-round-handed-in = Handed in.
done-round-sheet-taken = All answers in the sheet were saved.
done-round-sheet-some-taken = Saved. What had moved on since, or says nothing new, is left.
done-round-not-open-yet = This round is not open yet.
done-progress-reported = The report is saved.
done-progress-accepted = Accepted.
done-progress-some-accepted = Accepted. What had moved on since you read it is left.
done-progress-returned = Referred back to its reporter.
done-progress-confirmed = Confirmed.
done-progress-correction = The reporter is asked for a correction.

event-round-begun = asked for the round
event-round-opened = opened the round
event-round-again = tried to open it again
event-round-extended = gave more time
event-round-locked = locked the round
event-round-withdrawn = withdrew the round
event-round-answered = answered in the round
event-round-handed-in = handed in
event-round-reminded = reminded those who had not answered
event-progress-reported = reported progress in a round
event-progress-accepted = accepted the report of progress
event-progress-returned = referred back the report of progress
event-progress-confirmed = confirmed the report of progress
event-progress-correction = asked for a correction of the report of progress

refused-round-see = You see of a round what concerns your pillar, beneficiary or organisation.
refused-round-run = Rounds are run by the Support Group secretariat, and by a pillar’s lead in its own pillar.
refused-round-answer = You answer for your own organisation or beneficiary.
refused-progress = Whoever keeps the action reports, its beneficiary confirms, and its pillar’s lead or the secretariat accepts.

help-rounds-title = Rounds
help-rounds-text = In a round you are asked to say, by a certain day, whether your actions are still true, how far they are, or which needs and responses there are. Your page has only your own records: say “still true” one by one or for all, change what has changed, or say why you cannot. Each row is saved by itself.
help-rounds-more = A beneficiary confirms what is reported for it or asks for a correction; the pillar’s lead accepts it or refers it back. Until the round is locked you can change your answers; then it stays as it is. Who has not answered has not answered: nobody takes that for consent.
progress-files = Files of this report

# What was done in a round
round-history = What was done
round-history-file = History as a file
round-history-none = Nothing has been done in it yet.
round-history-more = Earlier lines are in the file.
round-by-portal = The portal
round-past-on-behalf = on behalf of { $parties }
round-past-items = { $n ->
    [one] one record
   *[other] { $count } records
}

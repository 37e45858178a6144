# Consultation on a plan: positions, remarks, suggested wordings; and the discussion beside the text.
plan-tab-consultation = Consultation
plan-consultation-see = See the consultation
plan-consultation-number = Consultation { $number }
plan-consultation-runs = Answers are awaited until { $day }.
plan-consultation-over = The day for answers was { $day }. Until the consultation is closed, answers still count.
plan-consultation-agreed-on = Closed with the Support Group’s agreement on { $day }.
plan-consultation-stopped-on = Stopped on { $day }.
plan-consultation-answered = { $n ->
    [one] { $count } of { $asked } has answered.
   *[other] { $count } of { $asked } have answered.
}
plan-consultation-opened = Opened
plan-consultation-closed-by = Closed by
plan-consultation-text = What was asked about
plan-consultation-snapshot = the text as frozen, version { $number }
plan-consultation-no-letter = There was no cover note.
plan-consultation-none = No consultation yet
plan-consultation-none-text = When the lead opens one, the parties asked, their positions and all remarks appear here. Anything said before is discussion among the members.
plan-consultation-earlier = Earlier consultations
plan-consultation-not-now = The text is no longer being written; what was said about it stays as it is.
plan-consultation-not-open = No consultation is open on this plan.
plan-extend = Give more time
plan-extend-until = Answers until
plan-extend-save = Give more time and tell the parties
plan-extend-later = Choose a day after { $day }.
plan-remind = Remind
plan-remind-all = Remind all who have not answered
plan-reminded-on = reminded on { $day }
plan-remind-none = All who have not answered have already been reminded today. One reminder a day is enough.

plan-party = Party
plan-position = Position
plan-positions = Positions
plan-position-reason = Reason
plan-position-concerns = It concerns
plan-position-concerns-list = It concerns: { $nodes }
plan-position-earlier = before: { $stance } ({ $day })
plan-position-late = after the deadline
plan-position-not-yet = has not answered yet
plan-position-silent = did not answer
plan-position-state = State the position of { $party }
plan-position-change = Change the position of { $party }
plan-position-of = Consultation { $number }, answers until { $day }
plan-position-lead = You speak for this party. All members see what you state, and your name. You can change it until the consultation closes; what was stated before stays on record.
plan-position-why = Reason
plan-position-why-hint = Required for a reservation: what would have to change.
plan-position-reason-needed = Please say why: a reservation needs a reason.
plan-position-nodes = Parts of the plan that it concerns
plan-position-nodes-label = It concerns
plan-position-save = Submit position
plan-position-closed = This consultation is closed: positions can no longer be stated.
plan-position-closed-meanwhile = The consultation was closed while you were writing, so your position was not recorded. Your text is below; copy it if you want to keep it, and tell the pillar lead or the Support Group secretariat.
done-plan-position-stated = The position is stated.
done-plan-position-unchanged = Nothing was changed: the position is the same as before.
done-plan-reminded = They have been reminded.
done-plan-extended = The deadline was extended; the parties are told.

plan-remark = Remark
plan-remarks = Remarks
plan-remarks-other = Answered, and other discussion
plan-remarks-none = Nothing has been said about this part yet.
plan-remarks-none-at-all = Nothing has been said about this plan yet.
plan-remarks-whole = On the plan as a whole
plan-remarks-gone = no longer in the plan
plan-remarks-where = Remarks on one part, and suggested wordings, are made on that part’s own page.
plan-open-remarks =
    { $n ->
        [one] { $count } open remark
       *[other] { $count } open remarks
    }
plan-open-remarks-whole =
    { $n ->
        [one] { $count } open remark on the whole
       *[other] { $count } open remarks on the whole
    }
plan-remark-on-whole = Remark on the plan as a whole
plan-remark-belongs = The consultation is open and your party is asked: your remark will get an answer.
plan-remark-add = Add the remark
plan-remark-sees = Who may see it
plan-remark-members = All members
plan-remark-parties = The parties asked, and those who lead
plan-remark-restricted = Own organisation only
plan-remark-as = On behalf of
plan-remark-tell = Tell somebody
plan-remark-tell-list = To be told
plan-remark-tell-hint = Or write @ and a name in the text.
plan-remark-people = People
plan-remark-beneficiaries = Beneficiaries
plan-remark-organisations = Organisations
plan-remark-names = For { $names }
plan-remark-ambiguous = More than one is called { $names }. Please choose from the list.
plan-remark-too-many = Please name { $most } at most.
plan-remark-blind = { $names } could not see this remark. Leave the name out, or let more people see it.
plan-remark-of-consultation = consultation { $number }
plan-remark-waits = waits for an answer
plan-remark-reply = Reply
plan-remark-your-reply = Your reply
plan-remark-reply-send = Send the reply
plan-remark-withdraw = Withdraw
plan-remark-withdrawn-by = Withdrawn by { $by } on { $day }.
plan-remark-settle = Mark as settled
plan-remark-open = Open again
plan-remark-settled-by = Settled by { $by } on { $day }.
plan-remark-not-yours = Only whoever made a remark can withdraw it.
plan-remark-answered-already = It has already been answered, so it stays on record.
plan-remark-settle-refused = A remark is settled by whoever made it, the pillar lead, or the Support Group secretariat.
plan-remark-settle-not = This cannot be settled. What was said in a consultation is settled by its answer.
plan-remark-closed = This plan is closed: what was said about it stays as it is.
done-plan-remarked = Your remark was added.
done-plan-remarked-consultation = Your remark was added. It will get an answer.
done-plan-remark-withdrawn = The remark was withdrawn. It is still shown that there was one.
done-plan-remark-settled = The remark is settled.
done-plan-remark-opened = The remark is open again.

plan-answer = Outcome
plan-answer-accepted = accepted
plan-answer-partly = accepted in part
plan-answer-not = not taken up
plan-answer-pick = Answer this one
plan-answer-ticked = Answer the ticked remarks
plan-answer-give = Answer
plan-answer-change = Change the answer
plan-answer-why = Reason
plan-answer-why-hint = Required where it is taken up in part or not. The same reason is shown with each of them.
plan-answer-why-needed = Please give a reason.
plan-answer-send = Answer
plan-answer-none = Tick the remarks that you want to answer.
plan-answer-gone = One of them was withdrawn, or needs no answer. Please check again.
plan-answer-wording = A suggested wording among them changes the text: take it up with its own button, or leave it unticked.
plan-answer-taken = A wording that was taken up has already changed the text. Reword the text instead.
plan-waiting =
    { $n ->
        [one] { $count } waits for an answer
       *[other] { $count } wait for an answer
    }
plan-waiting-text = The Support Group’s agreement can be recorded once every remark made in a consultation has its answer.
done-plan-answered = Answered. Whoever made the remarks is told.

plan-wording-suggest = Suggest another wording
plan-wording-for = Suggested wording: { $field }
plan-wording-which = Which text
plan-wording-hint = Edit it as it should read. The difference is shown word by word.
plan-wording-why = Why
plan-wording-why-hint = Optional.
plan-wording-send = Suggest it
plan-wording-same = This is the same as the text now. Edit it as it should read.
plan-wording-moved = Somebody has changed this text since you opened the form. Nothing was sent yet: compare your wording with the text as it is now, and send it again.
plan-wording-against = Your wording compared with the text now
plan-wording-take = Take up this wording
plan-wording-edit = Review and edit it
plan-wording-title = A suggested wording
plan-wording-by = Suggested by { $by }, for: { $field }
plan-wording-since = What has changed since it was suggested
plan-wording-change = What it would change now
plan-wording-asked = The text has changed since this was suggested, so nothing was taken up yet. Below is what changed and what the suggestion would do to the text as it is now.
plan-wording-take-text = The text that is taken up
plan-wording-take-hint = If you take it up as suggested, it counts as accepted. If you change it, it counts as accepted in part, and a reason is required.
plan-wording-take-why = required if you change it
plan-wording-take-save = Take it up
plan-wording-unchanged = This is the text as it is now. If nothing is taken up, answer the remark instead.
plan-wording-gone = The part that it is about is no longer in the plan, or has just changed. Answer the remark instead, or reload the page.
plan-field-suggested-by = Suggested by
plan-field-party = Party
plan-field-stance = Position
plan-field-asked-parties = Parties
done-plan-suggested = Your wording was added.
done-plan-suggested-consultation = Your wording was added. It will get an answer.
done-plan-wording-taken = The text is changed and the suggestion answered.

plan-report = Report
plan-report-kept = Kept when the consultation closed on { $day }: parties, positions, parts of the plan, remarks and answers are those of that day, whatever was renamed or said later. It leaves out remarks that you may not read or that were withdrawn since, and the names of people who have left.
plan-report-as-now = The consultation is open: this is how it stands on { $day }.
plan-report-not-kept = No report was kept when this consultation closed: names and replies are those of { $day }.
plan-report-title = Report on consultation { $number }
plan-report-plan = Plan
plan-report-state = How it stands
plan-report-asked = What was asked
plan-report-asked-text = { $by } asked the parties below about the text as frozen in version { $number }.
plan-report-read-text = Read that text
plan-report-parties = Who was asked
plan-report-not-yet = Who has not answered yet
plan-report-silent = Who did not answer
plan-report-no-positions = No party has stated a position.
plan-report-remarks = Remarks and answers
plan-report-no-remarks = No remark was made.
plan-report-n-remarks =
    { $n ->
        [one] { $count } remark, by the part of the plan that it is about.
       *[other] { $count } remarks, by the part of the plan that they are about.
    }
plan-report-for = { $who }, for { $party }
plan-report-example = Example: everything in it is invented
plan-report-for-parties = It contains remarks that are not for all members. Please share it with care.

event-plan-reminded = reminded parties that had not answered
event-plan-deadline-extended = gave the parties more time
event-plan-position-stated = stated a position
event-plan-position-changed = changed a position

# What waits for somebody, on their home
plan-awaited-position = State the position of { $party }: { $title }
plan-awaited-statement = Add the statement of { $party } on its reservation: { $title }
plan-statement-state = Add the statement of { $party } on its reservation
plan-unstated = Before the adoption is recorded, a statement on its reservation is awaited from:
plan-unstated-or-back = Until then the Chair can also refer the text back: the decision and its votes are kept.
plan-awaited-own = Waiting for you:
plan-awaited-remarks =
    { $n ->
        [one] Answer { $count } remark: { $title }
       *[other] Answer { $count } remarks: { $title }
    }
plan-awaited-agree = Record the Support Group’s agreement: { $title }
plan-awaited-adopt = Record the adoption: { $title }

# What is told; $by: who, $title: the plan, $party: whose position.
plan-told-invited = { $by } asks you about “{ $title }”: please read it, remark, and state your position
plan-told-reminded = { $by } reminds you: your answer on “{ $title }” is awaited
plan-told-extended = { $by } gives more time for answers on “{ $title }”
plan-told-deadline = Your answer on “{ $title }” is awaited
plan-told-last-day = The consultation on “{ $title }” is reaching its last day, and not all have answered
plan-told-closing = “{ $title }” closes on its closing day, unless a revision replaces it first
plan-told-stopped = { $by } stopped the consultation on “{ $title }”
plan-told-agreed = { $by } recorded the Support Group’s agreement to “{ $title }”
plan-told-adopted = { $by } recorded that the Board adopted “{ $title }”
plan-told-referred-back = { $by } recorded that the Board referred “{ $title }” back
plan-told-referred-back-decided = { $by } recorded that “{ $title }” was referred back before its adoption; the Board’s decision on it is kept
plan-told-closed = { $by } closed “{ $title }”
plan-told-position = { $by } stated the position of { $party } on “{ $title }”
plan-told-named = { $by } names you in a remark on “{ $title }”
plan-told-replied = { $by } replied to your remark on “{ $title }”
plan-told-replied-too = { $by } replied where you have replied on “{ $title }”
plan-told-settled = { $by } settled your remark on “{ $title }”
plan-told-remarked = { $by } remarked on “{ $title }”
plan-told-answered = { $by } answered what you said on “{ $title }”
plan-remarks-of = Remarks of
plan-remarks-of-all = all parties
plan-remarks-none-of = Nothing has been said for { $party }.

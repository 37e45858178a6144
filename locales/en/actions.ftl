# The closed lists of an action; used by lists, pages, forms and exports.
status-pipeline = Pipeline
status-planned = Planned
status-funded = Funded
status-ongoing = Ongoing
status-suspended = Suspended
status-completed = Completed
status-cancelled = Cancelled
party-funding = Donor
party-accountable = Accountable
party-extending = Extending
party-implementing = Implementer
party-lead = Lead
claim-confirmed = Confirmed by its donor
claim-unconfirmed = Not yet confirmed by its donor
claim-declined = Declined by its donor
not-stated = not stated

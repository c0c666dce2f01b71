### Civic budget

budget-open-until = Projects can be submitted up to and including { $day }.
budget-opens = Projects can be submitted from { $day } on.
budget-closed = Projects are not taken any more.
budget-submit = Submit a project
budget-vote = The vote
budget-pools = Pools of money
budget-pool = Pool
budget-whole-town = the whole town
budget-amount = Amount (zł)
budget-most-cost = Dearest project (zł)
budget-least-support = Ballots that are needed
budget-projects = Projects
budget-no-projects = There are no projects yet
budget-map = Projects on the map
budget-estimated = estimate: { $amount }
budget-estimate = Cost according to the author
budget-cost = Cost according to the office
budget-submitted-on = Submitted
budget-state = State
budget-decided = Decided
budget-reason = What the office says
budget-where = Where (latitude, longitude): { $where }
budget-project-submitted = being checked
budget-project-accepted = goes to the vote
budget-project-refused = does not go to the vote
budget-project-withdrawn = taken back
budget-submitted = Thank you. Your project has number { $number }. The office will check it and answer.
budget-withdraw = Take the project back
budget-withdrawn = The project was taken back.
holding-budget-project-what = Projects that you submitted to the civic budget
holding-budget-project-why = To check them and tell you what came of them; the pages do not show who submitted them

## Submitting
budget-new-title = Submit a project
budget-new-lead = Point on the map where it should be, and write what and why. The page will not show who submitted it. You can submit { $n } projects at most.
budget-new-name = Name of the project
budget-new-words = What should be there, and why
budget-new-pool = From which pool
budget-new-place = Where
budget-new-estimate = What it may cost
budget-new-send = Submit the project
budget-refused-too-many = You already have as many projects as can be submitted ({ $n }).
budget-refused-outside = Point at a place in the town and, for a district's pool, in that district
budget-refused-dear = A project of this pool may cost { $amount } at most
budget-refused-pool = Choose a pool

## At the desk
budget-public = The residents' page
budget-kept = Kept.
budget-vote-heading = Form of the vote
budget-vote-make = Make the form of the vote
budget-vote-made = The form of the vote is ready. The order of new projects was drawn by lot.
budget-vote-takes = The form can be made when projects are not taken any more.
budget-vote-waits = { $n ->
    [one] 1 project still waits to be checked.
   *[other] { $n } projects still wait to be checked.
 }
budget-vote-fixed = The vote is announced; projects cannot be changed any more.
budget-vote-fault = The form cannot be made: projects are still submitted or checked, or none goes to the vote
budget-rules = Rules
budget-from = Projects from
budget-until = Projects until (included)
budget-method = How one votes
budget-method-approval = by naming projects
budget-method-points = by sharing points out
budget-method-ranking = by putting them in an order
budget-most = How many projects may be named, or how many points there are, in each pool
budget-one-district = Everybody votes in one district only (and in the pools of the whole town)
budget-rules-keep = Keep the rules
budget-days-fault = Give days, the first not after the last
budget-most-fault = Write a number from 1 to 100
budget-pool-pl = Name of the pool in Polish
budget-pool-en = Name of the pool in English
budget-district = District
budget-ties = Where ballots are equal
budget-stops = End the choosing at the first project for which the money is short
budget-pool-add = Add the pool
budget-pool-keep = Keep the pool
budget-pool-fault = Write a name; the dearest project cannot exceed the amount of the pool
budget-amount-fault = Write amounts in złoty, such as 200 000
budget-support-fault = Write a number of ballots, such as 50
budget-check = Checking a project
budget-decide = Decision
budget-decide-accept = It goes to the vote
budget-decide-refuse = It does not go to the vote
budget-decide-button = Keep it and tell the author
budget-decided-done = Kept; the author was told.
budget-cost-hint = In złoty; needed when the project goes to the vote
budget-reason-hint = Everybody will see it. Needed when the project does not go to the vote
budget-cost-fault = Write the cost, not more than the dearest project of the pool
budget-reason-fault = Write why the project does not go to the vote
budget-changed-fault = Somebody else has just decided on this project. Read it again
budget-fixed = This project cannot be changed any more.

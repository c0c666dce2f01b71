### Exchange with the finance system

desk-nav-finance = Finance system
finance-title = Finance system
finance-lead = Bookings go out as numbered files, assessments come as files that are looked at before they are applied.
finance-mapping-title = Mapping of columns and accounts
finance-no-mapping = There is no mapping yet; the treasurer enters it.
finance-said = { $who }, { $when }

## Bookings
finance-exports = Bookings for the finance system
finance-waiting = { $n ->
        [one] { $n } booking waits
       *[other] { $n } bookings wait
    }, since { $day }.
finance-nothing-waits = All bookings are in files.
finance-from = From day
finance-to = To day
finance-again = Also give bookings that another file has
finance-export = Make the file
finance-exported = The file is ready.
finance-no-exports = There are no files yet.
finance-file = File
finance-period = Period
finance-days = { $from } – { $to }
finance-entries = Bookings
finance-debit = Sum of debits
finance-was-again = with bookings of earlier files
finance-nothing = Nothing was booked within these days that no other file has.
finance-too-much = Too many postings. Choose a shorter period.
finance-bad-day = Enter a day, as 2026-11-30
finance-bad-period = The period ends before it begins

## Mapping
finance-mapping-lead = Every version is kept. A new one holds from the next file on.
finance-mapping-fields = Names in values of columns
finance-mapping-accounts = Accounts of the ledger
finance-mapping-text = Mapping (TOML)
finance-mapping-hint = Names in braces stand for what a posting says. The code of an account is given for an account of the ledger, or for account and kind of due.
finance-mapping-save = Save
finance-mapping-saved = The mapping was saved.
finance-bad-too-long = A mapping has at most { $about } bytes
finance-bad-toml = The mapping cannot be read: { $about }
finance-bad-missing = The mapping has no part [{ $about }]; the treasurer enters it
finance-bad-columns = Name 1 to { $about } columns
finance-bad-field = There is no name “{ $about }”
finance-bad-value = “{ $about }” cannot be used here
finance-bad-account = There is no account “{ $about }”
finance-bad-element = “{ $about }” cannot be the name of an element of XML
finance-bad-no-code = Account “{ $about }” has no code in [export.accounts]

## Assessments
finance-imports = Assessments from the finance system
finance-import-file = CSV file with assessments
finance-import-hint = Up to 5 MB and 20,000 rows. Nothing changes before you have looked at the differences and applied them.
finance-import-look = Show the differences
finance-no-imports = There are no files with assessments yet.
finance-state-open = to be decided
finance-state-applied = applied
finance-state-dropped = dropped by the office
finance-decided = Decided: { $who }, { $when }
finance-change-rejected = Rejected
finance-change-rejected-lead = These rows cannot be applied. The others can.
finance-change-vanished = Vanished
finance-change-vanished-lead = These assessments came earlier and are not in this file. Nothing happens to them; decide at the payer's account.
finance-change-changed = Changed
finance-change-changed-lead = Another amount is entered as a correction, a delivery with the decision.
finance-change-new = New
finance-change-new-lead = These assessments are entered.
finance-change-unchanged = Unchanged
finance-change-unchanged-lead = These assessments are the same.
finance-decision = Decision
finance-whose = Account of dues
finance-before = Is
finance-after = Will be
finance-line = line { $line }
finance-account = account { $number }, { $kind }
finance-more = and { $n } more
finance-apply = Apply new and changed ones
finance-drop = Drop the file
finance-applied = Applied.
finance-dropped = The file was dropped. Nothing has changed.
finance-stale = The dues have changed since the differences were looked at. Look at them once more.
finance-decided-before = This file was decided before.
finance-file-missing = Choose a file with assessments
finance-file-large = The file is larger than { $most } MB. Divide it, or use the command reeve finance import.
finance-file-no-column = The file has no column “{ $name }”: correct the mapping, or choose another file
finance-file-line = Line { $line } cannot be read
finance-file-long = The file has more than { $most } rows. Divide it.
finance-why-bad-account = the number of the account is no number
finance-why-bad-year = the year is none from 2000 to 2099
finance-why-bad-decision = the number of the decision is missing or too long
finance-why-bad-day = the day is no date
finance-why-bad-amount = the amount is none
finance-why-twice = the same decision stands in the file for the second time
finance-why-unknown-account = there is no such account of dues
finance-why-no-bank-account = the kind of due has no bank account
finance-why-no-terms = the kind has no terms in this year; give the term
finance-why-terms = amount or months cannot be divided into instalments
finance-why-not-correctable = the decision is not delivered, or is corrected already
finance-why-same = the amount is the same
finance-why-conflict = the delivery is known already, or before the decision

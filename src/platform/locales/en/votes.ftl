### The secret vote

holding-survey-roll-what = In which secret votes you took part, on which day and how; never how you voted
holding-survey-roll-why = So that everybody votes only once

## Refusals
vote-closed = The vote is over, or has not begun yet.
vote-on-paper = You have already taken part in this vote on paper.
vote-token-taken = The right to vote was already taken from this account in another browser. Only there can the ballot be cast.
vote-no-token = The office cannot sign what the browser sent. Reload the page and try again.
vote-handle = The browser did not send what the rules of this vote ask for. Reload the page and try again.
vote-no-ballot = This is no ballot of this vote: it is not signed by the office, or the envelope is damaged.
vote-other-ballot = For this right to vote, another ballot already lies in the urn.
vote-urn-is-open = The urn is open already, or there is none yet.
vote-no-paper = Ballots on paper are not taken in this vote.
vote-has-sheets = Ballots on paper have already been entered.
vote-name-stays = This entry cannot be taken back.
vote-sheet-other-clerk = Two different people enter a sheet, each once.

## The panel on the survey's page
vote-panel-title = The vote is secret
vote-panel-lead = The browser puts your answers into a sealed envelope before they leave this computer. The office writes down that you took part; who voted how cannot be read from its records.
vote-panel-more = How this works, and what it cannot ensure
vote-panel-no-scripts = Without scripts the browser cannot seal a ballot, so you cannot vote secretly here. Switch JavaScript on, or vote on paper at the office.
vote-panel-no-crypto = This browser is too old to seal a ballot. Use a newer one, or vote on paper at the office.
vote-panel-sending = The ballot is being sealed and sent…
vote-panel-again = There is no connection to the office. Nothing is lost: send it again from this browser.
vote-panel-pending = A sealed ballot waits in this browser that the urn has not confirmed yet. Send it now.
vote-panel-send = Send the sealed ballot
vote-panel-done = Your ballot is in the urn
vote-panel-receipt = Your receipt
vote-panel-receipt-lead = Once the results are out you will find it in the list and see that your ballot was in the urn. It tells nobody how you voted.
vote-panel-too-long = The answers are too long. Shorten texts or drawings.

## Secrecy
vote-secrecy-title = How the vote is kept secret
vote-secrecy-lead = Who took part and what was chosen are two lists that nothing joins: no number, no time, no order.
vote-secrecy-how-title = How it works
vote-secrecy-how = The browser draws a right to vote by lot and covers it. The office checks who asks, writes the name into the roll and signs the covered right without seeing it (blind signature, RFC 9474). The browser takes the cover off, puts the answers into an envelope for the urn (HPKE, RFC 9180) and casts it by another way, without account or cookies. All envelopes have one size. The urn is opened when the vote is over: answers and rights to vote leave it as two lists, each shuffled by itself, and the keys are destroyed.
vote-secrecy-who-title = Who cannot do what
vote-secrecy-who = Whoever has the whole database, its log and copies of every moment sees who took part, but cannot read an envelope or join a name with a choice. Nor can they change a ballot: the envelope is sealed with a key that only the voter has. Whoever buys votes does not learn from a receipt how somebody voted.
vote-secrecy-not-title = What it does not ensure
vote-secrecy-not = Whoever runs the server and replaces the program can give the browser another page and see the vote, or open envelopes early. Whoever stands beside a voter sees the screen. Whoever watches the network on both sides can compare the moments of connections; if that worries you, take the right to vote now and cast the ballot later, from another place, in the same browser.
vote-secrecy-paper-title = Paper
vote-secrecy-paper = On paper the part with the name is separated from the sheet. Two people enter each sheet independently.
vote-secrecy-scripts-title = Without scripts
vote-secrecy-scripts = Only a browser with JavaScript can seal a ballot. Without it, people vote on paper.
vote-rule-first = Who took part on paper and online: what came first counts. The roll does not know which ballot is whose.
vote-rule-paper = Who took part on paper and online: the paper counts, and the ballot cast online is taken out of the urn. For that the browser leaves a sealed mark of the right to vote in the roll; the office opens it only for people who took part on paper too.
vote-rule-void = Who took part on paper and online: neither counts. For that the browser leaves a sealed mark of the right to vote in the roll; the office opens it only for people who took part on paper too.
vote-fingerprint = Fingerprint of the vote's keys
vote-fingerprint-why = All voters must see the same fingerprint: that shows that nobody was given a key of their own. Compare it with the one that the office has published on paper and in its bulletin.

## Receipt and file
vote-receipt-title = Was my ballot in the urn
vote-receipt-lead = Everybody finds their own receipt in the list. No choice stands beside it, so it proves nothing.
vote-receipt-how = Receipts in this browser are compared on this computer: the whole list is fetched, and the office does not learn which one you look for. Without scripts, fetch the file and search it for the beginning of your receipt.
vote-receipt-later = The list appears once the results are out
vote-receipt-found = It is in the list
vote-receipt-missing = It is not in the list. Tell the office and show the receipt.
vote-receipt-none = This browser holds no receipt of this vote.
vote-receipt-check = Check the receipts in this browser
vote-receipts = Receipts in the list
vote-opened-on = Urn opened
vote-file-digest = Checksum of the file (SHA-256)
vote-file-link = Fetch the file with receipts and ballots
vote-recount-how = Anybody can count again: reeve recount file.jsonl. The program checks signatures, the number of ballots and the result.

## The desk
vote-desk-title = Vote: roll, paper, urn
vote-desk-back = Survey
vote-desk-no-urn = The urn appears when the vote opens
vote-roll-online = Took part online
vote-roll-paper = Took part on paper
vote-count-online = Ballots from the urn
vote-count-paper = Sheets of paper
vote-count-spoiled = Spoiled envelopes
vote-count-taken-out = Ballots taken out because of paper
vote-count-foreign = Rows that are no ballots
vote-sheets-names = There are { $sheets } sheets of paper, but { $names } names on paper.
vote-names-title = The part with the name
vote-names-lead = First compare the name with the roll, only then open the envelope with the sheet. The person sees in their account that they were looked up.
vote-names-q = Name, e-mail address or PESEL
vote-names-hint = At least three characters
vote-names-find = Find
vote-names-hit = { $name } { $email }
vote-names-enter = Enter into the roll
vote-names-leave = Take the entry back
vote-name-entered = Entered into the roll. The sheet may be opened and put with those to be entered.
vote-name-before = This person already stands in the roll as voting on paper.
vote-name-online-first = This person took part online. The sheet does not count: put the envelope aside unopened.
vote-name-put-aside = This person took part online. Put the envelope aside unopened, and enter the name again when the vote is over.
vote-name-paper-counts = The ballot cast online was taken out of the urn. The sheet counts: it may be opened.
vote-name-both-void = The ballot cast online was taken out of the urn. The sheet does not count either: do not open it.
vote-name-nowhere = This person took the right to vote, but there is no ballot in the urn to which the mark in the roll leads. The sheet does not count: do not open it.
vote-sheets-title = Sheets without names
vote-sheets-lead = Number each sheet. Two people enter it, independently; differences show here.
vote-sheets-done = Entered alike: { $done } of { $all }
vote-sheets-list = List of sheets
vote-sheet-number = Number of the sheet
vote-sheet-state = State
vote-sheet-once = once ({ $clerk })
vote-sheet-same = twice, alike
vote-sheet-differ = differs: { $questions }
vote-sheet-enter = Enter a sheet
vote-sheet-entry = Entry
vote-sheet-entry-1 = first
vote-sheet-entry-2 = second
vote-sheet-which = Sheet { $number }, { $entry } entry
vote-sheet-save = Save the sheet
vote-urn-title = The urn
vote-urn-shut = The vote is open: the urn is shut.
vote-urn-by-itself = The urn opens by itself when the vote is over.
vote-urn-by-hand = Open the urn when all names and sheets are entered. Nothing can change after that, and the keys are destroyed.
vote-urn-sure = All names and sheets are entered
vote-urn-not-sure = Confirm that everything is entered
vote-urn-open = Open the urn
vote-urn-sheets = These sheets are not entered twice alike: { $numbers }
vote-paper-taken = Ballots on paper are taken; the office opens the urn
vote-paper-save = Save
vote-refused-title = What was refused
vote-refused-not-eligible = Requests of people who may not vote
vote-refused-no-blinded-token = Requests that cannot be signed
vote-refused-second-token = Requests for a second right to vote
vote-refused-on-paper-already = Requests of people who voted on paper
vote-refused-token-too-late = Requests out of time
vote-refused-forged-token = Ballots not signed by the office
vote-refused-forged-seal = Ballots with a damaged envelope
vote-refused-no-ballot = Ballots of another size or build
vote-refused-second-ballot = Second ballots of one right
vote-refused-ballot-too-late = Ballots out of time
vote-deeds-title = What was done
vote-deeds-none = Nothing yet
vote-deed-urn-put-up = The urn was put up
vote-deed-urn-opened = The urn was opened
vote-deed-paper-taken = Ballots on paper are taken
vote-deed-paper-not-taken = Ballots on paper are not taken
vote-deed-name-entered = A name on paper was entered
vote-deed-sheet-entered = The sheet is saved
vote-deed-name-left = An entry of a name on paper was taken back
vote-deed-ballot-taken-out = A ballot left the urn because of paper
vote-deed-sheet-refused = The sheet of somebody who took part online was not taken

## The script
vote-js-missing = Answer this question
vote-js-few = Choose more
vote-js-many = That is too much
vote-js-wrong = This answer does not fit the question

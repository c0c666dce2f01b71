### privacy

## The account: what is kept
holding-account-what = E-mail address and name of the account, a hash of the password, when somebody last signed in
holding-account-why = So that you can sign in
holding-account-kept = After erasure an empty row stays, without address and name, on which the events hang.
holding-account-event-what = What happened to the account: sign-ins and changes, with a shortened network address and the browser’s name
holding-account-event-why = So that it is known who used the account, and when
holding-account-event-law = § 21 of the regulation on the National Interoperability Framework wants events kept, for two years at least. They hold neither name nor e-mail address.
holding-session-what = Sessions, open and ended: browser, shortened network address, when
holding-session-why = So that you stay signed in and see where you are
holding-passkey-what = Passkeys and their names
holding-passkey-why = So that you can sign in with one
holding-recovery-code-what = Hashes of recovery codes
holding-recovery-code-why = For the day on which the telephone is lost
holding-account-identity-what = Connections to other ways of signing in
holding-account-identity-why = So that you can sign in with the state’s login
holding-account-link-what = Links for new passwords: when they were asked for and used
holding-account-link-why = So that you can get into your account again
holding-account-email-change-what = Changes of the e-mail address
holding-account-email-change-why = So that a change can be taken back that its owner did not make
holding-account-signup-what = What the account was made of: address and name
holding-account-signup-why = To confirm the e-mail address
holding-account-challenge-what = Steps of signing in that were begun and not ended
holding-account-challenge-why = To finish signing in

# Persons and powers of attorney
holding-party-what = Name, date of birth, PESEL number (encrypted), address and how surely your identity is known
holding-party-why = So that the office knows whom it deals with and to whom it may show dues and cases
holding-party-proof-what = When and how your identity was confirmed or a confirmation taken back; the kind of document, never its number
holding-party-proof-why = So that it can be checked on which grounds somebody saw data
holding-identity-code-what = Codes for letters and for the desk: when, to which address, whether they were used
holding-identity-code-why = To confirm an address by letter or an identity at the office
holding-identity-attempt-what = How often somebody tried to confirm an address or typed a code
holding-identity-attempt-why = So that nobody guesses codes
holding-party-look-what = Who of the office looked at the data, when and what for
holding-party-look-why = So that everybody can see who looked at their data
holding-mandate-what = Powers of attorney: who acts for whom, in what and until when
holding-mandate-why = So that an attorney can act in somebody's name, and both sides see it
holding-mandate-event-what = What was done by a power of attorney, and when
holding-mandate-event-why = So that the principal knows what was done in their name
keep-proof = The proof of identity stays, since the office must be able to show to whom it opened data and on which grounds (GDPR, article 5(2)). It holds no numbers and no names.
keep-look = The record of looks stays for five years, since the office must be able to show who looked at data and what for (GDPR, article 5(2)).
keep-mandate = Powers of attorney and what was done by them stay on file, since the validity of what was done depends on them (Polish Code of Administrative Procedure, article 33; Tax Ordinance, articles 138a–138o).

# Messages

holding-message-days-what = Messages that belong to no case: about the account’s security, reminders, announcements
holding-message-days-why = So that you know what happens with your account, and what you ask for.

# Pages
privacy-link = Privacy
privacy-title = Privacy: what we keep and what for
privacy-lead = This page is made from the same definitions by which the program keeps, hands over and erases data. So it says what is really done.
privacy-controller-title = Controller
privacy-controller = The controller of the data is the commune: { $town }.
privacy-officer-title = Data protection officer
privacy-officer-unknown = The office has not stated one here yet. Ask the office who it is and how to reach them.
privacy-kept-title = What we keep
privacy-what = What
privacy-why = What for
privacy-basis = Grounds
privacy-keep = How long
privacy-at-erasure = When you erase your account
privacy-count = Records about you
privacy-basis-law = a duty by law (GDPR, article 6(1)(c))
privacy-basis-task = the commune’s public task (GDPR, article 6(1)(e))
privacy-basis-consent = your consent, which you can withdraw (GDPR, article 6(1)(a))
privacy-keep-account = As long as you have an account
privacy-keep-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
privacy-keep-years = { $n ->
    [one] { $n } year
   *[other] { $n } years
}
privacy-stays = It stays, for the same reason
privacy-erased = It goes
privacy-blanked = The data goes; an empty row stays, on which hangs what the law keeps
privacy-recipients-title = To whom we pass it on
privacy-recipients = To nobody but those by whom we send messages: the operators of mail and text messages, and your browser’s push service if you switch notices on. We sell no data and make no decisions by it without a human being.
privacy-rights-title = Your rights
privacy-rights-copy = You can see and download everything that we keep about you (GDPR, articles 15 and 20).
privacy-rights-correct = You can correct your data (GDPR, article 16).
privacy-rights-object = You can object to its use, or ask for it to be restricted (GDPR, articles 18 and 21); write to the office.
privacy-rights-consent = You can withdraw a consent at any time; what was sent before stays lawful.
privacy-rights-erase = You can erase your account. What the law keeps stays, and we say why (GDPR, article 17(3)).
privacy-rights-link = My data in my account
privacy-complaint-title = Complaints
privacy-complaint = You can complain to the President of the Personal Data Protection Office, ul. Stawki 2, 00-193 Warszawa, Poland.
privacy-cookies-title = Cookies
privacy-cookies = We use only those without which the site does not work: for signing in and for the language. We track nothing.
privacy-erasure-link = What goes, and what the law keeps
own-privacy-lead = What we keep about you, who looked at it, and how to download or erase it.
own-privacy-consents = My consents
own-privacy-kept-title = What we keep about you
own-privacy-all = What it is kept for, and on which grounds
own-privacy-looks-title = Who of the office looked at your data
own-privacy-no-looks = Nobody has looked at it.
own-privacy-erasure = You can close your account. For two weeks it can be opened again; then the data goes for ever, but for what the law keeps.
copy-button = Download my data
copy-title = A copy of your data
copy-lead = Everything that we keep about you, at the moment of the download.
copy-html = To read (HTML)
copy-html-hint = Opens in any browser, also without the internet.
copy-json = For programs (JSON)
copy-json-hint = To take it elsewhere.
copy-files = Attachments of messages are links in both files. They work while you are signed in.
copy-left-out = The PESEL number is opened in the copy. What only serves to check secrets is not in it: hashes of passwords and codes, keys of sessions and sealed secrets. Each table says what was left out.
copy-care = The file holds your data in the clear. Do not leave it on somebody else’s computer.
copy-whose = { $name }. { $town }. As of { $made }.
copy-section-left-out = Left out: { $columns }.
copy-nothing = There is nothing about you here.
copy-yes = yes
copy-no = no
erasure-title = Erasure
erasure-lead = Data is erased by closing the account. What the law keeps stays, each for the reason that is stated.
erasure-goes-title = What goes
erasure-stays-title = What stays, and why
erasure-how-title = How it is done
erasure-how = Once the account is closed, nobody can sign in. For fourteen days you can open it again by the link of a message. Then everything that is listed above as going goes at once and for ever. All that we write down is what was erased and what stayed, without your data.
erasure-close = Close the account
due-nav = Old data
due-title = Data that has been kept long enough
due-lead = What only serves the program goes by itself. The rest is for a human being to decide: look and agree.
due-rows = { $n ->
    [0] Nothing waits to be deleted
    [one] { $n } record to be deleted
   *[other] { $n } records to be deleted
}
due-oldest = The oldest is of { $date }
due-button = Delete for ever
due-done = { $n ->
    [one] { $n } record was deleted.
   *[other] { $n } records were deleted.
}
due-log = It is written down who agreed, when, and how many records went.

# Names of columns in the copy
holding-column-name = Name
holding-column-given-names = Given names
holding-column-family-name = Family name
holding-column-born = Date of birth
holding-column-pesel = PESEL
holding-column-nip = Tax number (NIP)
holding-column-street = Street
holding-column-house-number = House number
holding-column-flat-number = Flat
holding-column-flat-key = Flat, normalised
holding-column-postcode = Postcode
holding-column-place = Place
holding-column-address-point = Address point
holding-column-level = Level
holding-column-kind = Kind
holding-column-id = Record
holding-column-party = Person
holding-column-account = Account
holding-column-created-at = Made at
holding-column-expires-at = Valid until
holding-column-used-at = Used at
holding-column-ended-at = Ended at
holding-column-sent-at = Sent at
holding-column-sent-by = Sent by
holding-column-at = When
holding-column-by = By
holding-column-means = By what
holding-column-details = Details
holding-column-what = What
holding-column-who = Who
holding-column-why = Why
holding-column-purpose = Purpose
holding-column-note = Note
holding-column-staff = Account of the clerk
holding-column-staff-name = Clerk
holding-column-principal = Principal
holding-column-agent = Browser or attorney
holding-column-scopes = Scope
holding-column-valid-from = From
holding-column-valid-until = Until
holding-column-document = Document
holding-column-entered-by = Entered by
holding-column-entered-at = Entered at
holding-column-revoked-at = Revoked at
holding-column-revoked-by = Revoked by
holding-column-revoked-why = Why revoked
holding-column-email = E-mail
holding-column-email-key = E-mail, normalised
holding-column-old-email = E-mail before
holding-column-new-email = New e-mail
holding-column-email-confirmed-at = E-mail confirmed at
holding-column-password-changed-at = Password changed at
holding-column-last-sign-in-at = Last signed in
holding-column-last-used-at = Last used
holding-column-linked-at = Linked at
holding-column-confirmed-at = Confirmed at
holding-column-closed-at = Closed at
holding-column-disabled-at = Disabled at
holding-column-resident = Account of a resident
holding-column-demo = Demonstration account
holding-column-clause = Version of the information about data
holding-column-address = Address
holding-column-channel = Way
holding-column-state = State
holding-column-subject = Subject
holding-column-body = Text
holding-column-direction = Direction
holding-column-thread = Thread
holding-column-template = Template
holding-column-lang = Language
holding-column-actor = Author
holding-column-read-at = Read at
holding-column-content = What was sent
holding-column-media-type = Type of file
holding-column-bytes = Bytes
holding-column-sha256 = Checksum
holding-column-given = Given
holding-column-page = Page
holding-column-wording = Words that were read
holding-column-wording-version = Version of the words
holding-column-provider = Provider
holding-column-subject-id = Id at the provider
holding-column-issuer = Issuer
holding-column-password-hash = hash of the password
holding-column-totp-sealed = secret of the authenticator app
holding-column-totp-last-step = last step of the authenticator app
holding-column-token-hash = hash of the key
holding-column-id-token-sealed = statement of the provider of identity
holding-column-credential = public key
holding-column-credential-id = id of the key
holding-column-code-hash = hash of the code
holding-column-code-mark = mark of the code
holding-column-code-sealed = sealed code
holding-column-pesel-mark = mark by which a PESEL is found
holding-column-confirm-hash = hash of the link
holding-column-object-hash = hash of the objection’s link
holding-column-identity-sealed = sealed identity
holding-column-key = key against repetition
holding-column-sealed = sealed content to be sent
holding-column-leased-by = node that sends
holding-column-endpoint = address of the browser’s notices
own-privacy-copies-title = When copies of the data were downloaded
own-privacy-copies-hint = If it was not you, end the other sessions and change the password:
searches-title = Searches for people
searches-lead = Who searched, what for and how many they saw. What was typed is not kept.
search-by = By what
search-by-name = by name
search-by-email = by e-mail
search-by-pesel = by PESEL
search-by-nip = by NIP
search-shown = How many
search-found = { $n }
search-found-more = { $n }, there were more

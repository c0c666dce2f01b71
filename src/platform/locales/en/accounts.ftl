## The way to the desk
sign-in-title = Sign in
sign-in-lead = For staff who keep the registry. The map and the graves need no sign-in.
email-label = E-mail address
password-label = Password
sign-in-button = Sign in
sign-in-or = or
sign-in-passkey = Sign in with a passkey
sign-in-forgot = I forgot my password
sign-in-back = Sign in
sign-in-no-email = Enter your e-mail address
sign-in-no-password = Enter your password
sign-in-wrong = Address and password do not match. Check both and try again.
sign-in-wait-seconds =
    { $n ->
        [one] Too many attempts. Try again in { $n } second.
       *[other] Too many attempts. Try again in { $n } seconds.
    }
sign-in-wait-minutes =
    { $n ->
        [one] Too many attempts. Try again in { $n } minute.
       *[other] Too many attempts. Try again in { $n } minutes.
    }
sign-in-help-title = When you cannot sign in
sign-in-help-password = Forgot your password? An administrator at the office gives you a link with which you set a new one, once, within an hour.
sign-in-help-second = No telephone with the app, no key? Use a recovery code. Without one, an administrator removes the second factor from your account.
sign-in-help-administrator = Are you the only administrator? Whoever looks after the server runs: reeve user reset ADDRESS.
second-title = Second step
second-code-label = Code of the app
second-recovery-label = Recovery code
second-code-hint = Six digits of the app, or one of your recovery codes.
second-wrong = This code does not fit or was used before. Wait for the next one and enter it.
second-passkey = Use a passkey
second-lost = I have neither telephone nor key

## New password
invite-title = Welcome, set your password
reset-title = Set a new password
reset-lead = Account: { $name }. When you set the password, all open sessions of this account end.
password-new-label = New password
password-hint = At least { $n } characters; best a few words that you remember easily. Spaces and all letters are allowed.
password-set-button = Set password
password-too-short = The password is too short: enter at least { $n } characters
password-too-long = The password is too long: enter at most { $n } characters
password-common = This password is made of words or sequences that everybody tries first. Choose another.
password-context = The password must not hold the name of the town, of the service or of your address
link-gone-title = This link no longer works
link-gone-text = A link works once and for a short time. Ask an administrator for a new one.

## My account
account-title = My account
name-label = Name
name-fault = Enter a name of at most 100 characters
email-fault = Enter an e-mail address, such as anna@urzad.example
save-button = Save
roles-link = What the roles mean
password-change-link = Change password
password-change-title = Change password
password-change-lead = After the change all other sessions end.
confirm-title = Confirm with your password
confirm-lead = You are about to change something important. Enter your password once more; for ten minutes we will not ask again.
confirm-button = Continue
factors-title = Second factor
factors-lead = With a second factor the password alone does not open your account.
app-heading = Authenticator app
app-there = An app is connected.
codes-left =
    { $n ->
        [one] { $n } recovery code is left.
       *[other] { $n } recovery codes are left.
    }
codes-none = You have no recovery codes. Make some for the day on which telephone or key is missing.
app-none = No app.
app-add = Connect an app
app-remove = Disconnect the app
app-title = Connect an authenticator app
app-step-install = Install an app for one-time codes (TOTP) on your telephone.
app-step-scan = Scan the picture with it, or type the secret.
app-step-code = Enter the code that it shows.
app-qr = QR code for the app; the same stands below as text
app-secret = Secret to type:
app-code-label = Code of the app, six digits
app-button = Connect
app-wrong = This code does not fit. Check the clock of your telephone and enter the present code.
codes-title = Recovery codes
codes-lead = Each works once when you are without your telephone. Write them down or print them: we will not show them again.
codes-print = Print
codes-done = I have kept them
codes-new = New recovery codes
passkeys-heading = Passkeys
passkeys-none = No passkeys. A passkey (fingerprint, PIN of the computer, USB key) takes the place of password and code.
passkey-made = added { $when }
passkey-used = used { $when }
passkey-name-label = Name of the passkey, such as "Laptop at the office"
passkey-add = Add a passkey
passkey-unnamed = Passkey
passkey-failed = That did not work. Try again, or use your password.
passkey-unsupported = This browser or this address does not allow passkeys.
passkey-needs-script = Passkeys need scripts to be allowed.
passkey-unknown = We do not know this passkey.
remove-button = Remove
sessions-title = Open sessions
session-present = This browser
session-last = last { $when }
session-end = Sign out
session-end-others = Sign out everywhere else
session-browser = Browser
session-used = Last used
session-began = Since
events-title = Recent events
event-when = When
event-what = What
event-who = Who
event-somebody = somebody
event-signed-in = Signed in
event-sign-in-failed = Failed sign-in
event-signed-out = Signed out
event-signed-out-everywhere = Signed out everywhere
event-created = Account made
event-link-made = Link for a password given
event-password-changed = Password changed
event-renamed = Name or address changed
event-roles-changed = Roles changed
event-disabled = Account disabled
event-enabled = Account enabled
event-totp-added = App connected
event-recovery-codes-made = New recovery codes
event-recovery-code-used = Recovery code used
event-totp-removed = App disconnected
event-passkey-added = Passkey added
event-passkey-removed = Passkey removed
event-second-factors-removed = Second factor removed
event-token-made = Token made
event-token-revoked = Token revoked
done-password = The password is set.
done-name = Saved.
done-session = The session has ended.
done-others = Signed out everywhere else.
done-app-removed = The app is disconnected.
done-passkey = The passkey is added.
done-passkey-removed = The passkey is removed.
done-revoked = The token is revoked.
done-roles = The roles are saved.
done-disabled = The account is disabled, its sessions have ended.
done-enabled = The account is enabled.
done-signed-out = All sessions have ended.
done-factors = The second factor is removed.
done-out = You are signed out.

## Tokens
tokens-title = Tokens
tokens-link = Tokens for QGIS and scripts
tokens-lead = A token lets a program work in your name, within the chosen scope only. Give no program your password.
tokens-none-title = You have no tokens yet
tokens-none-text = Make a token so that QGIS or a script can save changes.
tokens-list = Your tokens
token-new = New token
token-no-scopes = Your account has no role, so a token would allow nothing.
token-name-label = Name, such as "QGIS in the field"
token-name-fault = Enter a name for the token of at most 100 characters
token-scopes-label = What it may do
token-scope-fault = Choose what the token may do
token-days-label = For how long
token-days =
    { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
token-make = Make token
token-made-title = The token is made
token-made-text = Copy it now: we will not show it again.
token-ends-at = valid until { $when }
token-revoked-at = revoked { $when }
token-used = last used { $when }
token-unused = not yet used
token-ended = No longer valid
token-revoke = Revoke

## Staff and roles
people-title = Staff
people-search = Search by name or address
people-none = There is nobody like that
people-all = Show everybody
person-new-title = Add a person
person-new-lead = You get a link as an invitation, with which the person sets their own password.
person-invite = Add and show the invitation
person-roles = Roles
person-no-roles = no role
person-only-kinds = Only some kinds of things
person-last = Last sign-in
person-never = never
person-disabled = Disabled
person-invited = No password yet
person-demo = Demo account
person-two-factors = Second factor
person-save-roles = Save roles
person-access = Access
person-invite-again = New invitation
person-reset = Link for a new password
person-sign-out = Sign out everywhere
person-remove-factors = Remove second factor
person-disable = Disable account
person-enable = Enable account
person-sessions = Sessions
person-no-sessions = This person is not signed in anywhere.
link-made-title = The link is ready
link-made-invite = Give this link to { $name } alone. It sets a password, within three days.
link-made-reset = Give this link to { $name } alone. It sets a new password, within an hour.
link-made-once = The link works once and will not be shown again. Earlier links have stopped working.
link-made-back = Back to the person
roles-title = Roles and permissions
roles-lead = Whoever holds several roles may do what any of them allows. Most roles can be limited to some kinds of things.
roles-permission = Permission
roles-whole = only for the whole
roles-yes = yes
roles-no = no
role-viewer = Viewer
role-surveyor = Surveyor
role-editor = Editor
role-planner = Planner
role-administrator = Administrator
permission-registry-read = See what is not public, and the history
permission-registry-write = Add, change and remove things
permission-registry-verify = Confirm in the field and photograph
permission-registry-export = Export what is not public
permission-kinds-manage = Make and change kinds of things
permission-accounts-manage = Manage accounts of staff
refusal-email-taken = An account with this address exists already
refusal-last-administrator = This is the last person who can manage accounts. Give the role to somebody else first.
refusal-wrong-password = The password is wrong
refusal-too-many = You have too many tokens or passkeys. Remove some first.
refusal-beyond-owner = A token may do no more than you
error-403-title = You may not do this
error-403-text = An administrator can give you the role for it. If this was a form, it was open for too long: go back, reload the page and send it again.
error-429-title = Too many attempts
error-429-text = Wait a moment and try again.
person-limit = Not for all, only for those ticked below
account-email-by-administrator = An administrator changes the address, since it stands beside every change in the history.

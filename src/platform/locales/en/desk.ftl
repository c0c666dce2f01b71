## Frame of the desk
nav-desk = Desk
sign-in-link = For staff
desk-nav-label = Desk
desk-nav-list = To do
desk-nav-map = Map editor
desk-nav-changes = Changes
desk-nav-kinds = Kinds of things
desk-nav-people = Staff
desk-nav-account = My account
desk-sign-out = Sign out
map-as-of = The map of another day
map-as-of-date = As at the end of
map-as-of-show = Show
map-as-of-said = You see the end of { $day }.
map-as-of-now = Back to today

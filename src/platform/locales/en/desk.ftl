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

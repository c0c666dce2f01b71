## Frame of the desk
nav-desk = Desk
sign-in-link = Sign in
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

## Kinds of things
kinds-title = Kinds of things
kinds-lead = What the town keeps in its registry, and what it writes down about each thing.
kinds-make = Add a kind
kinds-make-it = Make the kind
kinds-new-title = A new kind of things
kinds-back = All kinds
kinds-column-kind = Kind
kinds-column-count = Things
kinds-column-geometry = Shape
kinds-column-seen-by = Seen by
kinds-column-from = Origin
kinds-everybody = everybody
kinds-staff-only = staff only
kinds-built-in = built in
kinds-own = the town’s own
kinds-about = Name in addresses: { $slug }. In the registry: { $n }.
kinds-built-in-hint = This kind comes with the program; with the first change it becomes the town’s own, and new releases leave it alone.
kinds-saved = Saved.
kinds-open-anew = Open the present version in a new tab
kinds-names = Names
kinds-title-pl = Name of many, in Polish
kinds-title-pl-hint = For example: Hydranty
kinds-title-en = Name of many, in English
kinds-title-en-hint = For example: Hydrants
kinds-singular-pl = Name of one, in Polish
kinds-singular-pl-hint = For example: Hydrant
kinds-singular-en = Name of one, in English
kinds-singular-en-hint = For example: Hydrant
kinds-slug = Name in addresses
kinds-slug-hint = Lower case letters, digits and underscores. An empty field fills itself. It cannot be changed later.
kinds-look = Look
kinds-icon = Sign
kinds-colour = Colour
kinds-colour-hint = The sign is white, so the colour must be dark enough.
kinds-on-map = On the map
kinds-geometry = Shape
kinds-geometry-hint = It can only change to one that all existing things fit.
kinds-geometry-point = point
kinds-geometry-line = line
kinds-geometry-area = area
kinds-geometry-any = any
kinds-domain = Domain
kinds-domain-hint = Where the kind stands in the legend.
kinds-domain-inventory = assets and greenery
kinds-domain-cemetery = cemeteries
kinds-domain-network = roads and paths
kinds-domain-cadastre = land register and addresses
kinds-min-zoom = From which zoom
kinds-min-zoom-hint = From 0 (all of Poland) to 20 (one house); 14 is a district.
kinds-public = Seen by everybody
kinds-public-hint = Without this only staff see the kind: it is neither on the public map nor in the open data.
kinds-attributes = Attributes
kinds-attributes-hint = Forms and cards show them in this order.
kinds-no-attributes = There is no attribute yet.
kinds-attribute-new = A new attribute
kinds-required = required
kinds-private = not public
kinds-row-faulty = wants mending
kinds-a-title-pl = Name in Polish
kinds-a-title-en = Name in English
kinds-a-key = Name in the data
kinds-a-key-hint = An empty field fills itself. It cannot be changed later.
kinds-a-type = Type
kinds-relied-on = The search or the navigation relies on this attribute, so its type stays and it remains public.
kinds-type-text = text
kinds-type-long-text = long text
kinds-type-number = number
kinds-type-whole = whole number
kinds-type-yes-no = yes or no
kinds-type-one-of = one of a list
kinds-type-several-of = several of a list
kinds-type-date = date
kinds-type-other = another type (not changed here)
kinds-a-unit = Unit
kinds-a-minimum = At least
kinds-a-maximum = At most
kinds-a-max-length = Most letters
kinds-a-values = Values of the list
kinds-v-pl = In Polish
kinds-v-en = In English
kinds-v-value = In the data
kinds-v-up = Move up: { $name }
kinds-v-remove = Remove from the list: { $name }
kinds-v-add = Add a value
kinds-v-paste = Add many at once
kinds-v-paste-hint = One a line: Polish; English
kinds-a-help-pl = Help in Polish
kinds-a-help-en = Help in English
kinds-a-required = Required
kinds-a-private = For staff only
kinds-a-in-tiles = Needed on the map (in tiles)
kinds-up = Up
kinds-down = Down
kinds-remove = Remove attribute
kinds-add = Add an attribute
kinds-check = Check and save
kinds-cancel = Cancel
kinds-versions = Versions
kinds-version = Version { $rev }:
kinds-yes = yes
kinds-no = no
kinds-value-none = none
kinds-fault-empty = Fill in this field
kinds-fault-long = At most { $n } letters
kinds-fault-control = Write it in one line, without control characters
kinds-fault-slug = A name in addresses begins with a lower case letter; then lower case letters, digits and underscores, at most 41
kinds-fault-key = A name in the data begins with a lower case letter; then lower case letters, digits and underscores, at most 41
kinds-fault-reserved = The name “{ $name }” means something else already; choose another
kinds-fault-taken = There is a kind “{ $name }” already; choose another name in addresses
kinds-fault-icon = Choose a sign
kinds-fault-colour = Give the colour as #rrggbb
kinds-fault-contrast = This colour is too pale for a white sign: contrast { $contrast } instead of at least 3
kinds-fault-choose = Choose from the list
kinds-fault-zoom = Give a number from 0 to 20
kinds-fault-many = At most { $n } attributes
kinds-fault-unknown-key = This attribute is gone; open the kind anew
kinds-fault-twice = Two attributes have the same name in the data
kinds-fault-swapped = The greatest value is less than the least
kinds-fault-whole = Give a whole number
kinds-fault-number = Give a number
kinds-fault-length = Give a number from 1 to { $n }
kinds-fault-too-short = A long text has at least { $n } letters; a shorter one is a plain text
kinds-fault-too-much = A text has fewer than { $n } letters; choose the type “long text”
kinds-fault-many-values = At most { $n } values
kinds-fault-no-values = Give at least one value
kinds-fault-value-twice = This value stands in the list already
kinds-fault-relied-on = The search or the navigation relies on this kind, so this cannot be changed
kinds-fault-relied-on-public = Public pages (the search for graves or the navigation) read this kind, so it has to stay public
kinds-fault-relied-on-private = Public pages (the search for graves or the navigation) show “{ $name }”, so it has to stay public
kinds-fault-relied-on-gone = The search or the navigation relies on “{ $name }”, so it cannot be removed; go back and open the form anew
kinds-fault-relied-on-type = The search or the navigation relies on “{ $name }”, so its type stays
kinds-fault-shapes = { $n ->
    [one] One thing has
   *[other] { $n } things have
  } another shape; mend that first
kinds-fault-stale = Somebody else saved this kind meanwhile ({ $who }, { $when }). Nothing was saved, and what you typed still stands here. Open the present version and make your changes in it.
kinds-fault-no-version = It is not known which version was opened. Open the kind anew.
kinds-check-title = What changes in the things
kinds-check-lead = The change of the kind “{ $kind }” touches existing data. Choose what becomes of it.
kinds-check-choose = Choose for each attribute what becomes of the values
kinds-check-history = Present values stay in the history of the things.
kinds-save = Save the change
kinds-edit-more = Back to the form
kinds-note-public = Everybody will see the kind (things: { $n }).
kinds-note-private = The kind leaves the public map and the open data (things: { $n }).
kinds-note-attribute-public = Everybody will see the attribute “{ $name }”, with what is written in it already.
kinds-note-labels = Labels of things that equal the hidden value will be cleared ({ $n }); the history keeps them.
kinds-note-attribute-private = The attribute “{ $name }” will no longer be public.
kinds-breaks-removed = The attribute goes. It is filled in for { $n ->
    [one] one thing
   *[other] { $n } things
  }.
kinds-breaks-readable = Of another type, but can be read without loss: { $n ->
    [one] one value
   *[other] { $n } values
  }.
kinds-breaks-required = A required value is missing: { $n ->
    [one] one thing
   *[other] { $n } things
  }.
kinds-breaks-value = The value “{ $value }” is not in the list; { $n ->
    [one] one thing has it
   *[other] { $n } things have it
  }.
kinds-breaks-values = Not in the list: { $n ->
    [one] one value
   *[other] { $n } other values
  }.
kinds-breaks-range = Outside the limits: { $n ->
    [one] one value
   *[other] { $n } values
  }.
kinds-breaks-long = Too long: { $n ->
    [one] one value
   *[other] { $n } values
  }.
kinds-breaks-date = Not a date: { $n ->
    [one] one value
   *[other] { $n } values
  }.
kinds-breaks-number = Not such a number: { $n ->
    [one] one value
   *[other] { $n } values
  }.
kinds-breaks-type = Does not fit the new type: { $n ->
    [one] one value
   *[other] { $n } values
  }.
kinds-mend-convert = Read them as values of the new type
kinds-mend-leave = Leave them; the things go on the list of what wants mending
kinds-mend-leave-missing = Leave it empty; the things go on the list of what wants filling in
kinds-mend-set = Write this value everywhere:
kinds-mend-clear = Take the values out (the history keeps them)
kinds-mend-removed = The values leave the things, but stay in their history.
kinds-mend-value = Value of “{ $name }”
kinds-mend-choose = choose…
kinds-mend-set-empty = Give a value
kinds-mend-set-wrong = This value does not fit the new type or its limits
kinds-icon-lamp = lamp
kinds-icon-bench = bench
kinds-icon-bin = bin
kinds-icon-tree = tree
kinds-icon-green = green
kinds-icon-barrier = fence
kinds-icon-path = path
kinds-icon-gate = gate
kinds-icon-cemetery = cemetery
kinds-icon-sector = section
kinds-icon-grave = grave
kinds-icon-pin = pin
kinds-icon-hydrant = hydrant
kinds-icon-sign = sign
kinds-icon-playground = playground
kinds-icon-bicycles = bicycle
kinds-icon-stop = bus stop
kinds-icon-manhole = manhole
kinds-icon-fountain = fountain
kinds-icon-monument = monument
kinds-icon-parking = parking
kinds-icon-toilet = toilet
kinds-icon-picnic = table
kinds-icon-flag = flag
kinds-icon-cabinet = cabinet
kinds-icon-pole = pole
kinds-icon-shelter = shelter
kinds-icon-bridge = bridge
kinds-icon-building = building
kinds-icon-water = water

## To do
desk-title = To do
desk-walk = Walk the register
desk-drafts-title = My open drafts
desk-draft-untitled = Draft without a name
desk-draft-detail = { $n ->
    [one] { $n } thing
   *[other] { $n } things
  }, last on { $when }
desk-nothing-for-you = Your account does not see into the registry. If it should, ask an administrator.
desk-faulty-title = To be mended
desk-faulty-hint = Attributes that do not fit the description of their kind, or that are missing.
desk-faulty-none = All things fit the descriptions of their kinds.
desk-outside-title = Outside the town
desk-outside-hint = Things that lie outside the town’s area: mostly a slip in the coordinates.
desk-outside-none = Nothing lies outside the town.
desk-outside-detail = outside the town’s area
desk-stacked-title = On top of each other
desk-stacked-hint = Things of the same kind less than 30 cm apart: mostly entered twice.
desk-stacked-none = No two things lie on top of each other.
desk-stacked-detail = at the same place as
desk-stacked-other = another thing
desk-unseen-title = Not seen
desk-unseen-hint = Things that nobody has checked on the spot, and behind them those seen longest ago.
desk-unseen-none = Somebody has seen each thing on the spot.
desk-mine-title = My latest changes
desk-mine-hint = Things that this account changed within 30 days.
desk-mine-none = This account changed nothing within 30 days.
desk-counting = They are being counted. Open the list, or reload in a moment.
desk-never-seen = Nobody has checked this on the spot yet.
desk-seen-on = last seen on { $date }
desk-on-map = On the map
desk-show-all = Show all
desk-all-kinds = all kinds
desk-filter-kind = Kind
desk-filter-sort = Order
desk-filter = Filter
desk-sort-usual = usual
desk-sort-number = by number
desk-sort-changed = changed last
desk-found = { $n ->
    [one] { $n } thing
   *[other] { $n } things
  }
desk-open-chosen = Open the chosen ones in the editor
desk-pages-previous = Previous page
desk-in-service = in use
desk-geometry-new = place entered
desk-geometry-gone = place taken out
desk-geometry-moved = moved by { $metres } m
desk-geometry-shape = shape changed

## Changes
changes-title = Changes
changes-lead = Everything that was saved in the registry: who, when and what. Each change can be undone.
changes-who = Who
changes-everybody = everybody
changes-from = From day
changes-to = To day
changes-bad-date = Give a date such as 2026-11-24
changes-none = Nobody has changed anything yet.
changes-none-filtered = No change meets the filter.
changes-all = Show all changes
changes-number = Change { $number }
changes-new = { $n } new
changes-changed = { $n } changed
changes-removed = { $n } removed
changes-origin-editor = map editor
changes-origin-api = API
changes-origin-field = in the field
changes-origin-kinds = changed kind
changes-origin-undo = undo
changes-origin-import = import
changes-undone = undone
changes-undoes = Undoes:
changes-undone-by = Undone by:
changes-map = Map of moves: change { $number }
changes-things = Things
changes-thing-new = new
changes-thing-removed = removed
changes-since = changed again later
changes-not-shown = And { $n } more things that are not shown here.
changes-undo-all = Undo the whole change
changes-undo-some = Undo the chosen ones

## The life of a thing
life-edit = Edit on the map
life-public = Public page
life-facts = Data
life-source = Source
life-removed = Removed from the registry: { $who }, { $when }.
life-sightings = On the spot
life-seen-seen = It is there
life-seen-moved = Moved
life-seen-gone = Gone
life-versions = History
life-back = brought back
life-before = was:
life-after = is:
life-map = Map of the move, version { $rev }
life-sketch-caption = Dashed: before. Solid: after. North is up.
life-all-fields = All fields: { $n }
life-undo = Undo this change
life-undone = Undone.

## An undo that clashes with a later change
clash-title = Not undone
clash-lead = Somebody changed the same later on. Choose what shall stay.
clash-faults = What was before cannot be saved today:
clash-back = Back
clash-said = Changed later by { $who }, { $when }.
clash-keep = Leave it as it is:
clash-undo = Undo to:
clash-nothing = (empty)
clash-whole = Thing
clash-bring-back = bring the removed thing back
clash-stay-removed = leave it removed
clash-remove = remove the thing
clash-stay = leave the thing
clash-as-before = bring back what was before
clash-save = Save the choice

## Walking the register
walk-title = Walk the register
walk-choose = Choose
walk-all-kinds = all assets
walk-today = Checked today: { $n }
walk-noted = Noted.
walk-seen = It is here
walk-moved = Moved to here
walk-gone = Gone
walk-photo = Photo
walk-skip = Skip
walk-note = Note (optional)
walk-none = Everything around here is checked.
walk-none-hint = What was seen within a year does not come back to the list.
walk-not-a-point = Only points are moved on the spot. Mend lines and areas in the map editor.
walk-locating = Looking for your position…
walk-no-position = Your position is not known. Things from the last known place are shown.
walk-accuracy = Position within %n% m
walk-away = %n% m away
walk-inaccurate = The position is too vague (%n% m) to move a thing. Step away from buildings and wait.
walk-confirm-moved = Really move the thing by %n% m?
walk-confirm-gone = Is the thing really gone? It will be removed from the registry.
walk-yes = Yes
walk-no = No
walk-waiting = Waiting to be sent: %n%
walk-refused = Not taken: %label%. %why%
walk-clash = Needs a look: %label%. %who% changed the thing after what you saw (%when%). The report was not recorded.
walk-look = Open the page of the thing: %label%
walk-drop = Drop
walk-expired = Your session has ended. Sign in again; nothing is lost.
walk-sign-in = Sign in
walk-load-failed = The things could not be loaded. It will be tried again when the network is back.
walk-counted = Checked today: %n%
walk-sketch = Sketch of the surroundings: north is up
walk-undo-last = Undo the last one

## The registry as a table
register-title = The registry as a table
register-as-of = As of the end of the day
register-show = Show
register-past = This is how the registry was at the end of { $day }.
register-files = The same as a file:
register-lines = GeoJSON by lines
register-none = There are no things here.
list-download = Download { $format }

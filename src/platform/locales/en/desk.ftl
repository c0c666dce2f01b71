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
kinds-relied-on = The search or the navigation relies on this attribute, so its type stays.
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

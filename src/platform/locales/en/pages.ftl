## The shell
town-unnamed = Our town
service-name = The town on a map
skip-to-content = Skip to main content
nav-label = Main pages
nav-map = Map
nav-graves = Graves
nav-help = Help
accessibility-link = Accessibility statement
open-data-link = Open data
map-data-from = Data:
made-up-label = Please note
made-up-notice = A made-up town: none of its graves and people exist.
close = Close
drawn-caption = Mercator projection, north is up.
form-faults = There is a problem
form-fault = Error:
pages-label = Pages of results
pages-first = Start of the list
pages-next = Next page

## Search
search-label = Name of the person who died
search-button = Search
search-hint = For example: Anna Kowalska. Typing errors and missing Polish letters do not matter.

## First page
home-title = Find a grave and the way to it
home-lead = Type a name. We show the place in the cemetery and the way from the right gate.
home-ways = What you can do here
home-map-title = Map of the town
home-map-text = Lamps, benches, bins, trees and paths on one map.
home-graves-title = Graves and cemeteries
home-graves-text = Search the people buried here, by cemetery and by year.
home-data-title = Open data
home-data-text = Everything on the map, to download as GeoJSON and through OGC API.
home-stock = In the register
home-empty-title = The register is still empty
home-empty-text = Once the town has loaded its data, it shows here and on the map.
home-cemeteries = Cemeteries
graves-count = { $n ->
    [one] { $n } grave
   *[other] { $n } graves
}

## Map
map-title = Map of the town
map-layers = Layers
map-list = What is on the map
map-list-short = List
map-list-kind = Kind
map-list-what = Name and description
map-list-empty = Nothing is chosen, or the register is empty.
map-list-part = { $shown } of { $n }
map-show = show
map-hide = hide
map-share = Copy a link to this view
map-share-short = Link
map-tools = Tools of the map
map-card = Card of a thing
map-label-town = Map of the whole town
map-label-results = Map of the graves found, numbered as in the list
map-label-of = Map: { $what }
map-label-way = Map of the way: { $what }
legend-paths = Signs of paths
legend-step-free = step-free, checked
legend-unknown = not known whether step-free
legend-steps = steps or another obstacle

## A thing's own page
asset-back = Map
asset-number = Number in the register
asset-status = Status
status-planned = planned
status-out-of-service = out of service
asset-on-map = Show on the town's map
asset-source = Source: { $source }. Last changed: { $updated }.

## Graves
graves-title = Search the buried
graves-cemetery = Cemetery
graves-all-cemeteries = All cemeteries
graves-from = Died from year
graves-to = Died until year
graves-bad-year = Enter the year with four digits, for example 1987.
graves-too-long = Enter a shorter name: 120 letters at most.
graves-years-swapped = The last year cannot be before the first.
graves-start-title = Type a surname, a given name, or both
graves-start-typos = Order, capitals and missing accents do not matter, and small typing errors are forgiven.
graves-start-forms = Kowalski also finds Kowalska. A maiden name works too.
graves-start-years = Years of death and the cemetery narrow the results.
graves-none-title = Nobody matches: { $q }
graves-none-less = Type the surname alone, or how it begins.
graves-none-wider = Remove the years, or choose all cemeteries.
graves-none-book = Not every grave is in the register. The cemetery's office also keeps paper books.
graves-results = Results
graves-found = { $n ->
    [one] { $n } person found.
   *[other] { $n } people found.
}
graves-too-many = That is a lot: add a given name, a year or the cemetery.
person-maiden = née { $name }
person-born = born { $date }
person-died = died { $date }
person-buried = buried { $date }
person-no-dates = Dates are not known.
place-sector = section { $value }
place-row = row { $value }
place-number = grave { $value }
place-unknown = Place unknown
person-unnamed = A person whose name is not known
plot-cemetery = Cemetery
plot-sector = Section
plot-row = Row
plot-number = Number
grave-title = Grave { $label }
grave-title-number = Grave no. { $n } of the register
grave-back = Search for somebody else
grave-where = Where it is
grave-people = Buried here
grave-nobody = The register has no people buried in this grave.
grave-facts = About the grave
grave-photos = Photographs
grave-on-map = Show on the town's map
grave-dues = Fees for this grave
grave-source = Source of the data: { $source }.
source-demo = made-up data for show

## The way
guide-title = Lead me there
guide-from = From
guide-best-gate = The best gate
guide-profile = How you go
guide-walk = on foot
guide-step-free = without steps: wheelchair, pram, difficulty in walking
guide-go = Show the way
guide-from-here = From where I am
guide-no-gates = The register has no gate of this cemetery. The way can be worked out from where you stand.
gate-numbered = Gate no. { $n } of the register
gate-closed = { $name } (closed)
gate-unnamed = without a name
route-title = The way to the grave
route-distance = Distance
route-duration = Time
route-gate = Gate
route-steps = Step by step
route-print = Print
route-gpx = Save as GPX for navigation
route-none = We cannot show a way
verdict-verified = Step-free: the whole way has been checked.
verdict-unknown = Partly unknown: nobody has checked { $length }.
verdict-impossible = There are steps or another obstacle on this way.
warning-last-leg = The last { $length } lead beside the path, between graves.
warning-gate-off-street = No street of the register leads to this gate. We do not know how to get to it.
advice-with-steps = Show a way that has steps
advice-best-gate = Show the way from the best gate
advice-grave = Go back to the grave and choose another gate
route-advice = What you can do
route-again = Another way

## Errors
error-404-title = There is no such page
error-404-text = The address may have changed, or it was copied wrongly.
error-400-title = We do not understand this address
error-400-text = Something in the address makes no sense. Mend it, or start again.
error-500-title = Something broke on our side
error-500-text = It is not your fault. Please try again in a moment.
error-503-title = The service is busy
error-503-text = Too many people at once, or an update is running. Please try again in a moment.
error-home = First page
error-search = Search for a grave
error-request = Error { $status }, request number { $id }. Please give it when you write to the office.

## Help
help-title = Help
help-lead = How to find a grave, walk to it, read the map and deal with the office.
help-search-title = Searching
help-search-1 = The field on the first page takes given names and surnames in any order.
help-route-title = The way to a grave
help-route-1 = On a grave's page choose a gate, or let us choose the best one. You may also start from where you stand; we do not keep your position.
help-route-2 = The way follows paths of the register. The last part, from the path to the grave, is dotted on the map, because nobody has surveyed it.
help-route-3 = For step-free ways we say plainly: checked, partly unknown, or impossible. We do not guess.
help-map-title = The map
help-map-1 = Switch layers on and off in the list. A dot with a number stands for many things; zoom in to see them apart.
help-map-2 = The list beside the map shows the same as the map and works with the keyboard and with screen readers.
help-keys-title = Keys on the map
help-keys-arrows = Arrows
help-keys-arrows-do = move the map
help-keys-plus = Plus and minus
help-keys-plus-do = zoom in and out
help-keys-enter-do = opens the card of the thing under the crosshair
help-keys-escape-do = closes the card
help-account-title = Your account
help-account-1 = You make an account yourself: an e-mail address and a password are enough, or a passkey in your telephone. The map, graves and data work without one.
help-account-2 = Some matters need a proof of who you are. We know residents by name and address, or by a code from a letter. What you owe is shown only after signing in with the state's login, or after showing a document in the office.
help-account-new = Make an account
help-account-lost = You cannot sign in?
help-messages-title = Messages
help-messages-1 = Everything that the office writes to you waits in your account. An e-mail, a text message or a notice on your telephone comes only if you agree to it; you can take that back at any time.
help-messages-2 = You can write to the office from your account. The matter gets a number, and you see what becomes of it.
help-access-title = Accessibility
help-access-1 = If something on this site is in your way, write or call. We answer within 7 days. You can also ask for information in another way.
help-office-title = Office
help-data-title = Data
help-data-1 = Public data may be downloaded and used on the terms that stand with each collection.

## QGIS
qgis-link = How to open the register in QGIS
qgis-title = The register in QGIS
qgis-lead = Open the layers of the register in QGIS with the signs, colours and field names that you see here. The data is always current, for QGIS fetches it from the server.
qgis-project-title = A ready project
qgis-project-1 = Download the file and open it in QGIS 3.22 or later. Layers stand in groups and appear at the scale at which they can be seen.
qgis-project-get = Download the QGIS project
qgis-project-2 = The file holds only addresses and looks of layers. There is no data and no password in it, so you may pass it on.
qgis-layers = Layers of the project
qgis-layers-none = The register is still empty. The project will show only the background map.
qgis-layers-what = Layer
qgis-layers-count = Things
qgis-layers-name = Name in addresses
qgis-layers-alone = This layer alone
qgis-layers-get = Download project
qgis-connect-title = A connection of your own
qgis-connect-1 = In QGIS choose “Layer”, “Add Layer”, “Add WFS / OGC API – Features Layer”, then “New”.
qgis-connect-2 = Type any name, and in the field “URL” this address:
qgis-connect-3 = As version choose “OGC API – Features”.
qgis-connect-4 = Tick that QGIS shall only request features overlapping the view. With thousands of trees the map then opens at once.
qgis-connect-5 = Connect, select layers and add them to the map.
qgis-token-title = Data that is not public
qgis-token-1 = Without signing in, QGIS sees what every resident sees. Staff who may export or change data see more when QGIS shows a token.
qgis-token-2 = Make a token for reading and exporting.
qgis-token-make = My tokens
qgis-token-3 = In QGIS add an authentication configuration of the type “Basic”. The user name may be anything; the password is the token. QGIS keeps it in its own store, not in the project.
qgis-token-4 = Type the id of that configuration below: the seven small letters and digits beside its name. The downloaded project will refer to it.
qgis-authcfg = Id of the configuration in QGIS
qgis-authcfg-hint = For example: a1b2c3d. This is no token and no password.
qgis-collections = Layers (optional)
qgis-collections-hint = Names in addresses with commas between them, for example: trees,lamps. This also adds layers that are not public. Empty means all public ones.
qgis-edit-title = What can be changed
qgis-edit-1 = QGIS from 3.22 to 3.30 only reads layers of OGC API – Features. For changes there is the map editor at the desk.
qgis-edit-2 = QGIS from 3.32 on can write too, if it shows a token that may change data. A project that was downloaded without that right has layers that are read-only.
qgis-edit-3 = The server checks each change. If somebody else changed the same thing meanwhile, saving is refused and nothing is lost: refresh the layer and change the thing once more.
qgis-crs-title = Coordinates
qgis-crs-1 = The project opens in PL-1992 (EPSG:2180). Data comes as longitude and latitude, and QGIS transforms it by itself.
qgis-crs-2 = Mind the order of axes: when a program asks the server for EPSG:2180, the northing (x) comes first, then the easting (y), as the standard says. QGIS and GDAL show it the other way round: the easting first.
qgis-gdal-title = GDAL on the command line
qgis-gdal-1 = A whole layer into a GeoPackage in PL-1992:
qgis-gdal-2 = Only what is in service, into a CSV file with coordinates:
qgis-gdal-3 = The same with data that is not public, with the token in the place of the word TOKEN:

## Accessibility
accessibility-title = Accessibility statement
accessibility-done-keyboard = Everything can be done with the keyboard alone, and the focus is always visible.
accessibility-done-scripts = Search, grave pages and ways work without scripts; the map is then a drawing.
accessibility-done-list = The list beside the map says the same as the map.
accessibility-done-route = We describe ways in words and check separately whether they are step-free.
accessibility-done-zoom = Pages fit in one column from a width of 320 pixels.
accessibility-done-motion = Where the system asks for less motion, the map does not animate.
accessibility-gaps-survey = Not every path has been surveyed for surface, slope and steps. Such a stretch is marked as unknown.

## Months
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-of-1 = January
month-of-2 = February
month-of-3 = March
month-of-4 = April
month-of-5 = May
month-of-6 = June
month-of-7 = July
month-of-8 = August
month-of-9 = September
month-of-10 = October
month-of-11 = November
month-of-12 = December

## Texts of the scripts; %name% is a place for a value
js-map-label = Map of the town. Arrows move it, plus and minus zoom, Enter opens the card of the thing under the crosshair.
js-zoom-in = Zoom in
js-zoom-out = Zoom out
js-locate = Show where I am
js-locating = Looking for your position…
js-locate-failed = The browser gave no position. Choose a gate from the list.
js-credits = Sources of the map
js-gesture-ctrl = Hold Ctrl and scroll to zoom the map
js-gesture-cmd = Hold ⌘ and scroll to zoom the map
js-gesture-fingers = Move the map with two fingers
js-map-failed = This browser cannot show the map. Everything is in the list as well.
js-in-sight = In sight: %n%
js-in-sight-part = Showing %shown% of %n%. Zoom in to see the rest.
js-nothing-in-sight = There is nothing here. Move the map or zoom out.
js-no-layers = Switch on at least one layer.
js-list-failed = The list did not load. Move the map to try again.
js-card-failed-title = That did not work
js-card-failed = The card did not load. Please try again.
js-card-grave = Who lies here, and how to get there
js-card-all = All data
js-card-no-facts = Nothing more is known about this.
js-card-source = Source: %source%
js-source-demo = made-up data for show
js-copied = Link copied
js-copy-this = Copy this link:

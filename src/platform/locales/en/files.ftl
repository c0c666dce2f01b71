# Files with data: downloads and sheets to be edited.
data-title = Download data
data-lead = All public collections of the town in formats that spreadsheets, QGIS, navigation devices and map viewers open. Each file says where the data come from, under which licence, of which day they are and how to make it again.
data-none = There is no data to download yet.
data-count = { $n ->
    [one] { $n } thing
   *[other] { $n } things
}
data-xlsx = Excel (XLSX)
data-csv = CSV
data-csv-excel = CSV for Polish Excel
data-which = Which format to choose?
data-which-xlsx = For reading and counting: Excel (XLSX). LibreOffice opens it too.
data-which-csv = CSV for Polish Excel has semicolons, decimal commas and Polish letters that Excel knows. Plain CSV is for programs.
data-which-gis = For QGIS and other GIS programs: GeoPackage. FlatGeobuf is quick over the web, Shapefile is for older programs: it cuts names of columns to 10 characters.
data-which-gps = For navigation devices: GPX. For Google Earth: KML.
data-which-geojson = For web pages: GeoJSON. GeoJSON Lines has one thing a line.
data-part = Only a part of the data
data-part-text = Area, columns and coordinate system can be added to a file’s address:
data-part-bbox = box: west, south, east, north in degrees
data-part-crs = the system PL-1992; also 2176–2179 (PL-2000) and 3857. Easting (x) comes first in files
data-part-properties = only these columns
data-part-filter = only things with this value; any column can be named
data-link = Download data
workbook-title = Editing in a spreadsheet
workbook-lead = Download the registry as a workbook, mend it in Excel or LibreOffice and send it back. You will see every difference before anything is saved.
workbook-step-1 = 1. Download a workbook
workbook-download = A workbook for editing has lists to choose from and notes at its columns. It also holds fields that the public does not see.
workbook-step-2 = 2. Edit it
workbook-rule-lists = Choose values of a list from the list. Separate several values in one cell by semicolons.
workbook-rule-new = A new thing: add a row at the end and say where it is in the columns lon and lat (degrees). Lines and areas are added on the map.
workbook-rule-remove = Removal: write “yes” in the column “remove”. Deleting a row removes nothing.
workbook-rule-hidden = Leave the hidden columns id and rev: by them the registry knows the thing and its version.
workbook-step-3 = 3. Send it
workbook-file = The edited workbook
workbook-file-hint = XLSX or ODS, at most 50 MB
workbook-send = Show the difference
workbook-same = The workbook changes nothing. { $n ->
    [one] { $n } row was checked.
   *[other] { $n } rows were checked.
}
workbook-fault-title = Nothing was saved
workbook-fault-file = This file cannot be read. { $why }
workbook-fault-not-ours = This is no workbook that was downloaded to be edited, or its sheet “About” or its columns id and rev are gone. Download one again and bring your changes into it.
workbook-fault-too-many = Too many changes at once: at most 20,000. Divide the workbook.
workbook-fault-too-large = The file is too large: at most 50 MB.
workbook-fault-nothing = Choose a file.
workbook-refused = { $n ->
    [one] Mend { $n } cell and send the workbook again.
   *[other] Mend { $n } cells and send the workbook again.
}
workbook-refused-table = Cells to mend
workbook-where = Place
workbook-column = Column
workbook-found = Found
workbook-expected = Expected
workbook-place = Sheet { $sheet }, row { $row }
workbook-nothing = nothing
workbook-remove = remove
workbook-expects-integer = a whole number
workbook-expects-number = a number such as 12.5
workbook-expects-bool = yes or no
workbook-expects-date = a date such as 2026-11-24
workbook-expects-one-of = one of: { $list }
workbook-expects-as-it-was = what was there: the registry fills this column
workbook-expects-no-place = no change: this thing is no point, its shape is edited on the map
workbook-expects-place = where the new thing is: longitude and latitude in degrees
workbook-expects-degrees = degrees, such as 21.0061 in lon and 52.2318 in lat
workbook-expects-id = the thing’s id together with its version in the column rev; leave the id of a new row empty
workbook-expects-known = the id of a thing of this kind with a version that exists; leave the id of a new row empty
workbook-expects-once = each thing only once; leave the id of a copied row empty
workbook-difference-title = Difference
workbook-clash-title = Somebody changed the same
workbook-clash-lead = Since the workbook was downloaded, other people changed these fields. Choose for each what shall stay. Changes of other fields are merged.
workbook-keep-theirs = Keep what is there:
workbook-take-mine = Take from the workbook:
workbook-comment = Comment on the change (optional)
workbook-save = Save the changes
workbook-give-up = Give up, save nothing

# Pliki z danymi: pobieranie i arkusze do poprawiania.
data-title = Pobierz dane
data-lead = Wszystkie publiczne zbiory gminy w formatach, które otwierają arkusze kalkulacyjne, QGIS, nawigacje i przeglądarki map. Każdy plik mówi, skąd są dane, na jakiej są licencji, z którego dnia i jak utworzyć go ponownie.
data-none = Nie ma jeszcze danych do pobrania.
data-count = { $n ->
    [one] { $n } obiekt
    [few] { $n } obiekty
   *[other] { $n } obiektów
}
data-xlsx = Excel (XLSX)
data-csv = CSV
data-csv-excel = CSV dla polskiego Excela
data-which = Który format wybrać?
data-which-xlsx = Do oglądania i liczenia: Excel (XLSX). Otwiera go też LibreOffice.
data-which-csv = CSV dla polskiego Excela ma średniki, przecinki dziesiętne i polskie litery, które Excel rozpoznaje. Zwykły CSV jest dla programów.
data-which-gis = Do QGIS i innych programów GIS: GeoPackage. FlatGeobuf jest szybki w sieci, Shapefile potrzebny starszym programom: skraca nazwy kolumn do 10 znaków.
data-which-gps = Do nawigacji: GPX. Do Google Earth: KML.
data-which-geojson = Do stron internetowych: GeoJSON. GeoJSON Lines ma jeden obiekt w wierszu.
data-part = Tylko część danych
data-part-text = Do adresu pliku można dopisać zakres, kolumny i układ współrzędnych:
data-part-bbox = prostokąt: zachód, południe, wschód, północ w stopniach
data-part-crs = układ PL-1992; także 2176–2179 (PL-2000) i 3857. W plikach najpierw jest współrzędna wschodnia (x)
data-part-properties = tylko te kolumny
data-part-filter = tylko obiekty o tej wartości; nazwą może być każda kolumna
data-link = Pobierz dane
workbook-title = Poprawianie w arkuszu
workbook-lead = Pobierz rejestr jako arkusz, popraw go w Excelu lub LibreOffice i wyślij z powrotem. Zanim cokolwiek się zapisze, zobaczysz wszystkie różnice.
workbook-step-1 = 1. Pobierz arkusz
workbook-download = Arkusz do poprawiania ma listy wyboru i uwagi przy kolumnach. Zawiera też pola, których nie widzi publiczność.
workbook-step-2 = 2. Popraw
workbook-rule-lists = Wartości z listy wybieraj z listy. Kilka wartości w jednej komórce oddziel średnikiem.
workbook-rule-new = Nowy obiekt: dopisz wiersz na końcu i podaj jego położenie w kolumnach lon i lat (stopnie). Obiekty liniowe i obszary dodaje się na mapie.
workbook-rule-remove = Usunięcie: wpisz „tak” w kolumnie „usuń”. Skasowanie wiersza niczego nie usuwa.
workbook-rule-hidden = Nie usuwaj ukrytych kolumn id i rev: po nich rejestr poznaje obiekt i jego wersję.
workbook-step-3 = 3. Wyślij
workbook-file = Poprawiony arkusz
workbook-file-hint = Plik XLSX lub ODS, najwyżej 50 MB
workbook-send = Pokaż różnice
workbook-same = Arkusz niczego nie zmienia. Sprawdzono { $n ->
    [one] { $n } wiersz.
    [few] { $n } wiersze.
   *[other] { $n } wierszy.
}
workbook-fault-title = Nic nie zapisano
workbook-fault-file = Tego pliku nie da się odczytać. { $why }
workbook-fault-not-ours = To nie jest arkusz pobrany do poprawiania albo nie ma już arkusza „Opis” i kolumn id i rev. Pobierz arkusz jeszcze raz i przenieś do niego poprawki.
workbook-fault-too-many = Za dużo zmian naraz: najwyżej 20 000. Podziel arkusz na części.
workbook-fault-too-large = Plik jest za duży: najwyżej 50 MB.
workbook-fault-nothing = Wybierz plik.
workbook-refused = { $n ->
    [one] Popraw { $n } komórkę i wyślij arkusz jeszcze raz.
    [few] Popraw { $n } komórki i wyślij arkusz jeszcze raz.
   *[other] Popraw { $n } komórek i wyślij arkusz jeszcze raz.
}
workbook-refused-table = Komórki do poprawienia
workbook-where = Miejsce
workbook-column = Kolumna
workbook-found = Jest
workbook-expected = Powinno być
workbook-place = Arkusz { $sheet }, wiersz { $row }
workbook-nothing = nic
workbook-remove = usuń
workbook-expects-integer = liczba całkowita
workbook-expects-number = liczba, np. 12,5
workbook-expects-bool = tak lub nie
workbook-expects-date = data, np. 2026-11-24
workbook-expects-one-of = jedna z wartości: { $list }
workbook-expects-as-it-was = to, co było: tę kolumnę wypełnia rejestr
workbook-expects-no-place = bez zmian: ten obiekt nie jest punktem, jego kształt poprawia się na mapie
workbook-expects-place = położenie nowego obiektu: długość i szerokość geograficzna w stopniach
workbook-expects-degrees = stopnie, np. 21,0061 w lon i 52,2318 w lat
workbook-expects-id = id obiektu razem z jego wersją w kolumnie rev; w nowym wierszu zostaw id puste
workbook-expects-known = id obiektu tego rodzaju z wersją, która istnieje; w nowym wierszu zostaw id puste
workbook-expects-once = każdy obiekt tylko raz; w kopii wiersza zostaw id puste
workbook-difference-title = Różnice
workbook-clash-title = Ktoś zmienił to samo
workbook-clash-lead = Od pobrania arkusza inne osoby zmieniły te pola. Przy każdym wybierz, co ma zostać. Zmiany w innych polach łączą się same.
workbook-keep-theirs = Zostaw, co jest:
workbook-take-mine = Weź z arkusza:
workbook-comment = Komentarz do zmian (nieobowiązkowy)
workbook-save = Zapisz zmiany
workbook-give-up = Porzuć, nic nie zapisuj

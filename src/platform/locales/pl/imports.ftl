desk-nav-imports = Wczytywanie
imports-title = Wczytywanie danych
imports-lead = Arkusz, shapefile, GML lub plik z GPS staje się częścią rejestru: najpierw widać, co się zmieni, potem wszystko wchodzi jako jedna zmiana, którą można cofnąć.
imports-begin = Nowe wczytanie
imports-history = Historia
imports-none = Nic jeszcze nie wczytano.
imports-none-hint = Zacznij od arkusza, który prowadzisz dzisiaj: CSV, XLSX lub ODS wystarczy.
imports-unnamed = Bez nazwy
imports-number = Wczytanie { $number }
imports-change-title = Wczytanie { $number }: { $name }
imports-see-change = Pokaż zmianę
imports-see-undo = Pokaż cofnięcie

imports-state-uploading = pliki
imports-state-inspected = pliki przejrzane
imports-state-mapped = kolumny opisane
imports-state-reviewed = czeka na decyzję
imports-state-applied = wczytane
imports-state-undone = cofnięte
imports-state-failed = nieudane
imports-state-abandoned = porzucone

imports-count-new = { $n ->
    [one] { $n } nowy
    [few] { $n } nowe
   *[many] { $n } nowych
}
imports-count-changed = { $n ->
    [one] { $n } zmieniony
    [few] { $n } zmienione
   *[many] { $n } zmienionych
}
imports-count-unchanged = { $n } bez zmian
imports-count-vanished = { $n ->
    [one] { $n } zniknął
    [few] { $n } zniknęły
   *[many] { $n } zniknęło
}
imports-count-doubtful = { $n ->
    [one] { $n } wątpliwy
    [few] { $n } wątpliwe
   *[many] { $n } wątpliwych
}
imports-count-near = { $n ->
    [one] { $n } prawie powtórzony
    [few] { $n } prawie powtórzone
   *[many] { $n } prawie powtórzonych
}
imports-count-rejected = { $n ->
    [one] { $n } odrzucony
    [few] { $n } odrzucone
   *[many] { $n } odrzuconych
}
imports-count-skipped = { $n ->
    [one] { $n } pominięty celowo
    [few] { $n } pominięte celowo
   *[many] { $n } pominiętych celowo
}

imports-steps = Kroki wczytania
imports-step-files = Pliki
imports-step-position = Położenie
imports-step-columns = Kolumny
imports-step-review = Przegląd
imports-step-done = Gotowe
imports-step-behind = za nami
imports-failed = Nie udało się
imports-task-inspect = Przeglądam pliki
imports-task-compare = Porównuję z rejestrem
imports-task-apply = Wczytuję do rejestru
imports-task-undo = Cofam
imports-running-waiting = Czeka na koniec innego wczytania.
imports-running-percent = W toku, { $percent }%.
imports-running-dead = Serwer, który to robił, został wyłączony. Nic nie jest zapisane w połowie; zacznij to jeszcze raz.
imports-running-reload = Strona odświeża się sama. Możesz ją zamknąć i wrócić później.
imports-again = Zacznij jeszcze raz
imports-abandon = Porzuć to wczytanie
imports-abandon-hint = Pliki zostaną usunięte, rejestr się nie zmieni.
imports-abandon-do = Porzuć wczytanie

imports-files-add = Dodaj pliki
imports-formats = CSV, XLSX, ODS, XLS, GeoJSON, GeoPackage, Shapefile, FlatGeobuf, KML, GPX, GML (EGiB, PRG). Mogą być spakowane w ZIP albo GZ; z Shapefile dodaj wszystkie części.
imports-limits = Największy plik ma { $file } MB; bez skryptów w przeglądarce wszystkie razem { $form } MB. Pliki usuwamy po 7 dniach bez pracy nad nimi, a wczytane po 30 dniach.
imports-files-choose = Wybierz pliki
imports-files-send = Wyślij pliki
imports-files-refused = Tych plików nie przyjęto
imports-files-there = Pliki
imports-file-part = dotarło { $percent }%
imports-file-remove = Usuń plik { $name }
imports-inspect = Dalej: przejrzyj pliki
imports-nothing-chosen = Wybierz przynajmniej jeden plik.
imports-no-files = Najpierw dodaj przynajmniej jeden plik.
imports-file-half = Plik { $name } nie dotarł w całości. Wyślij go do końca albo usuń.
imports-file-too-large = Plik może mieć najwyżej { $most } MB. Podziel go albo spakuj (ZIP, GZ).
imports-import-too-large = Wszystkie pliki razem mogą mieć najwyżej 2 GB.
imports-too-many-files = Jedno wczytanie może mieć najwyżej { $most } plików.
imports-piece-too-large = Jedna część pliku może mieć najwyżej { $most } MB.
imports-form-too-large = Bez skryptów pliki mogą mieć razem najwyżej { $most } MB. Włącz skrypty w przeglądarce albo wyślij mniej naraz.
imports-wrong-offset = Ta część pliku zaczyna się w innym miejscu niż koniec tego, co dotarło.
imports-beyond-length = Plik miał mieć { $bytes } bajtów, a ta część sięga dalej.
imports-busy = To wczytanie właśnie pracuje; poczekaj, aż skończy.
imports-not-now = Na tym etapie wczytania nie można tego zrobić.
imports-rows = { $n ->
    [one] { $n } wiersz
    [few] { $n } wiersze
   *[many] { $n } wierszy
}

imports-fault-io = Pliku { $name } nie można odczytać: { $more }
imports-fault-format = { $name }: nie znamy takiego pliku. Czytamy CSV, XLSX, ODS, XLS, GeoJSON, GeoPackage, Shapefile (ZIP), FlatGeobuf, KML, GPX i GML. Zapisz dane w jednym z tych formatów.
imports-fault-empty = Plik { $name } jest pusty. Sprawdź, czy został zapisany, i wyślij go jeszcze raz.
imports-fault-encrypted = Plik { $name } jest zabezpieczony hasłem. Otwórz go, zdejmij hasło, zapisz i wyślij jeszcze raz.
imports-fault-part = { $name }: brakuje { $more }. Wyślij wszystkie części, najlepiej w jednym archiwum ZIP.
imports-fault-corrupt = Plik { $name } jest uszkodzony albo nie jest plikiem { $format }: { $more }. Otwórz go w programie, w którym powstał, zapisz i wyślij jeszcze raz.
imports-fault-too-large = Plik { $name } jest za duży: { $more }. Podziel go na mniejsze.
imports-fault-layer = Plik { $name } nie ma warstwy „{ $layer }”; ma: { $known }.
imports-fault-encoding = { $name }: nie ma kodowania „{ $more }”; użyj utf-8, windows-1250 albo iso-8859-2.
imports-fault-nothing = W plikach nie ma nic, co dałoby się odczytać.
imports-fault-ours = Coś poszło nie tak po naszej stronie. Rejestr jest taki, jaki był. Spróbuj jeszcze raz, a jeśli to się powtórzy, podaj administratorowi numer { $number }.
imports-fault-attribute = Rodzaj „{ $kind }” nie ma cechy „{ $attribute }”; ma: { $known }. Popraw opis kolumn.
imports-fault-column = { $name }, { $layer }: nie ma kolumny „{ $column }”, której potrzebuje opis; są: { $known }.
imports-fault-nothing-fits = Żaden plik nie pasuje do opisu kolumn: czyta on { $wanted }, a w plikach jest { $found }.
imports-fault-twice = Ta sama rzecz jest w plikach dwa razy: { $more }. Wybierz inny klucz w kroku „Kolumny”.
imports-fault-place = Położenia nie da się przeliczyć: { $more }. Wybierz inny układ w kroku „Położenie”.
imports-fault-not-allowed = Nie masz uprawnień do zmiany rodzajów, które wypełniają te pliki.
imports-unknown-kind = W tym mieście nie ma rodzaju „{ $kind }”.
imports-bad-mapping = Opisu kolumn nie da się odczytać: { $detail }
imports-mapping-too-long = Opis kolumn jest za długi.
imports-no-mapping = Najpierw opisz kolumny.
imports-nothing-accepted = Zaznacz przynajmniej jedną grupę.
imports-bad-name = Podaj nazwę: od 1 do 100 znaków.
imports-name-taken = Nazwa „{ $name }” należy do opisu, który jest częścią programu. Wybierz inną.

imports-position-lead = Sprawdź na mapie, czy obiekty stoją tam, gdzie powinny. Dopiero potwierdzone położenie jest używane.
imports-position-none = Nic w tych plikach nie ma własnego położenia.
imports-position-no-guess = Nie znaleźliśmy kolumn z położeniem. Opisz je w kroku „Kolumny”, w tekście opisu.
imports-position-certain = pewne
imports-position-likely = prawdopodobne
imports-position-other = Inny układ albo kolejność osi
imports-position-system = Układ współrzędnych
imports-position-swap = Zamień osie: północ i wschód są odwrotnie
imports-position-samples = Przykładowe punkty
imports-position-look = Numery na mapie to przykładowe punkty z plików.
imports-position-map = Mapa z przykładowymi punktami
imports-position-confirm = Potwierdź położenie
imports-position-show = Pokaż na mapie
imports-position-no-system = Wybierz układ współrzędnych.
imports-position-nowhere = W tym układzie punkty nie leżą nigdzie na mapie. Wybierz inny układ albo zamień osie.
imports-position-unknown-system = układ nieznany
imports-position-columns = Kolumny { $x } i { $y }
imports-position-pair = Kolumna { $column } z parą liczb
imports-position-wkt = Kolumna { $column } z geometrią (WKT)
imports-position-ring = Kolumna { $column } z obrysem
imports-position-own = Geometria z pliku
imports-position-missing = { $n ->
    [one] { $n } z { $rows } wierszy nie ma położenia.
    [few] { $n } z { $rows } wierszy nie mają położenia.
   *[many] { $n } z { $rows } wierszy nie ma położenia.
}
imports-position-zeros = { $n ->
    [one] { $n } wiersz leży w punkcie 0, 0 i nie trafi na mapę.
    [few] { $n } wiersze leżą w punkcie 0, 0 i nie trafią na mapę.
   *[many] { $n } wierszy leży w punkcie 0, 0 i nie trafi na mapę.
}
imports-system-as-read = jak w wybranym odczycie
imports-system-2000 = PL-2000 strefa { $zone } (EPSG:{ $srid })
imports-system-2180 = PL-1992 (EPSG:2180)
imports-system-4326 = WGS 84, stopnie (EPSG:4326)
imports-system-3857 = Web Mercator (EPSG:3857)

imports-columns-lead = Powiedz, co znaczą kolumny. Zaproponowaliśmy to, co wynika z nazw i wartości; niczego nie zgadujemy po cichu.
imports-columns-faults = Zanim porównamy z rejestrem
imports-said-used = Użyto zapisanego opisu „{ $name }”.
imports-said-saved = Zapisano opis „{ $name }”. Następnym razem zaproponujemy go sami.
imports-saved = Zapisane opisy kolumn
imports-saved-use = Użyj opisu
imports-into = Czym są wiersze
imports-into-change = Zmień
imports-people = Pochowani (osoby w grobach)
imports-key = Po czym poznać ten sam obiekt następnym razem
imports-key-hint = Drugie wczytanie tego samego pliku niczego wtedy nie powtórzy.
imports-key-id = po identyfikatorze z pliku
imports-key-position = po położeniu
imports-key-columns = po zaznaczonych kolumnach
imports-label = Jak ludzie nazywają obiekt
imports-label-none = bez własnej nazwy
imports-dates = Kolejność w datach
imports-dates-auto = według jednoznacznych dat pliku
imports-dates-dmy = dzień, miesiąc, rok
imports-dates-mdy = miesiąc, dzień, rok
imports-dates-ymd = rok, miesiąc, dzień
imports-dates-mixed = różna, według znaku (w tekście opisu)
imports-date-column = { $column }: { $said }
imports-date-evidence = „{ $sign }”: { $mdy } tylko m/d, { $dmy } tylko d/m, { $both } w obie strony
imports-join-broken = Wiersz może być złamany na dwa
imports-wanted = Nic nie wypełnia wymaganych cech:
imports-filled = wypełniona w { $n } z { $rows }
imports-from-to = od { $least } do { $most }
imports-looks-empty = pusta
imports-looks-integers = liczby całkowite
imports-looks-numbers = liczby
imports-looks-years = lata
imports-looks-dates = daty
imports-looks-booleans = tak lub nie
imports-looks-wkt = geometria (WKT)
imports-looks-pairs = pary liczb
imports-looks-ring = obrysy
imports-looks-number-lists = kilka liczb w komórce
imports-looks-latin = łacińskie nazwy gatunków
imports-looks-polish = polskie nazwy gatunków
imports-looks-text = tekst
imports-column-position = Mówi, gdzie stoi obiekt
imports-column-to = Wypełnia
imports-column-nothing = nic (nie wczytuj)
imports-column-unit = Jednostka w pliku
imports-unit-as-registry = jak w rejestrze ({ $unit })
imports-column-key = klucz
imports-column-fill = puste jak wyżej
imports-column-values = Zamiana wartości
imports-column-values-hint = W każdym wierszu: wartość z pliku = wartość rejestru
imports-column-known = Rejestr zna:
imports-targets-attributes = Cechy
imports-targets-person = Osoba
imports-targets-other = Z tekstu opisu
imports-person = Osoba
imports-person-grave = Numer grobu
imports-person-given-names = Imiona
imports-person-surname = Nazwisko
imports-person-full-name = Imiona i nazwisko razem
imports-person-maiden-name = Nazwisko rodowe
imports-person-born = Data urodzenia
imports-person-died = Data śmierci
imports-person-buried = Data pochówku
imports-no-such-layer = Nie ma takich plików: { $files }
imports-and-more = { $first } i { $n ->
    [one] { $n } podobna warstwa
    [few] { $n } podobne warstwy
   *[many] { $n } podobnych warstw
}
imports-table-remove = Nie czytaj tej tabeli
imports-unread = Tego nie czytamy
imports-unread-add = Czytaj też to
imports-save = Zapisz opis na przyszłość
imports-save-hint = Zapisany opis sam się zaproponuje, gdy przyjdzie plik z tymi samymi kolumnami.
imports-save-name = Nazwa
imports-save-do = Zapisz opis
imports-toml = Opis jako tekst (TOML)
imports-toml-label = Tekst opisu, taki sam, jakiego używa polecenie reeve import
imports-toml-use = Użyj tekstu
imports-compare = Dalej: porównaj z rejestrem
imports-keep = Zapamiętaj i zostań
imports-compare-hint = Porównanie niczego nie zmienia w rejestrze.
imports-missing-position = Powiedz, gdzie stoją obiekty (krok „Położenie”).
imports-missing-grave = Wskaż kolumnę z numerem grobu.
imports-missing-name = Wskaż kolumnę z nazwiskiem.
imports-missing-table = Wybierz, co czytać z plików.

imports-review-lead = Tak zmieni się rejestr. Nic jeszcze nie jest zapisane.
imports-read = { $n ->
    [one] { $n } wiersz w plikach
    [few] { $n } wiersze w plikach
   *[many] { $n } wierszy w plikach
}
imports-unchanged = { $n } bez zmian
imports-skipped = { $n } pominięto celowo
imports-review-accept = Co wczytać
imports-group-new = Nowe
imports-group-changed = Zmienione
imports-group-doubtful = Wątpliwe
imports-group-near-duplicate = Prawie powtórzone
imports-group-vanished = Zniknęły z pliku
imports-hint-new = Nie ma ich jeszcze w rejestrze.
imports-hint-changed = Są w rejestrze, a plik mówi co innego.
imports-hint-doubtful = Ktoś powinien na nie spojrzeć, zanim wejdą.
imports-hint-near-duplicate = Obiekt tego rodzaju stoi bliżej niż 2 m albo ta osoba już leży w tym grobie.
imports-hint-vanished = Poprzednia dostawa je miała, ta już nie. Zaznaczone zostaną oznaczone jako usunięte.
imports-left-out = { $n ->
    [one] { $n } pominięty ręcznie.
    [few] { $n } pominięte ręcznie.
   *[many] { $n } pominiętych ręcznie.
}
imports-review-see = Pokaż
imports-review-nothing = Plik zgadza się z rejestrem: nie ma czego wczytywać.
imports-review-map = Mapa obiektów z plików
imports-review-lost = Wyniki porównania przepadły przy awarii bazy. Porównaj pliki z rejestrem jeszcze raz (krok „Kolumny”).
imports-apply = Wczytaj zaznaczone
imports-apply-hint = Wszystko wejdzie jako jedna zmiana, którą można cofnąć także jutro.
imports-leave-out = Pomiń
imports-leave-out-do = Zapamiętaj pominięte
imports-at = { $file }, wiersz { $row }
imports-near = { $metres } m od podobnego
imports-near-person = Ta osoba już leży w tym grobie
imports-field-geometry = położenie
imports-status-removed = usunięty
imports-status-in-service = w użyciu
imports-doubt-key-twice = ten sam klucz po raz drugi
imports-doubt-broken-row = wiersz złożony z dwóch
imports-doubt-ambiguous-grave = numer grobu pasuje do kilku
imports-doubt-position-twice = to samo miejsce po raz drugi
imports-doubt-outside = poza miastem
imports-doubt-repaired-date = poprawiona data
imports-doubt-invalid-geometry = błędny kształt
imports-doubt-grave-held-back = grób tej osoby nie wchodzi

imports-rejected = Odrzucone
imports-rejected-said = Odrzucono: wiersze – { $rows }, pojedyncze wartości – { $values }.
imports-rejected-see = Pokaż odrzucone
imports-rejected-file = Plik
imports-rejected-row = Wiersz
imports-rejected-column = Kolumna
imports-rejected-found = Znaleziono
imports-rejected-expected = Oczekiwano
imports-rejected-what = Skutek
imports-rejected-whole-row = wiersz odrzucony
imports-rejected-value = wartość pominięta
imports-reason-no-position = brak położenia
imports-reason-zero-position = położenie 0, 0
imports-reason-outside = położenie poza dopuszczalnym obszarem
imports-reason-not-a-number = to nie jest liczba
imports-reason-out-of-range = liczba poza zakresem
imports-reason-not-in-list = nie ma takiej wartości na liście
imports-reason-bad-date = to nie jest data
imports-reason-ambiguous-date = data w dwóch odczytaniach
imports-reason-no-name = brak nazwiska
imports-reason-no-grave = nie ma takiego grobu
imports-reason-no-key = brak klucza
imports-reason-bad-geometry = błędna geometria
imports-reason-not-a-boolean = to nie jest tak ani nie
imports-reason-required = brak wymaganej cechy
imports-reason-too-many = za dużo wartości
imports-reason-not-text = tekst w innym kodowaniu
imports-reason-no-system = nieznany układ współrzędnych
imports-reason-empty-row = pusty wiersz
imports-reason-too-long = za długi tekst
imports-report = Pobierz odrzucone jako XLSX
imports-report-hint = Błędne komórki są zaznaczone i opisane; popraw je i wczytaj ten plik.
imports-report-list = Lista błędów
imports-report-note = { $why }. Oczekiwano: { $expected }
imports-report-cut = Pokazano pierwszych { $most } odrzuconych; jest ich więcej.

imports-applied = Wczytane.
imports-undone = Wczytanie cofnięte.
imports-done-when = { $when }, { $who }
imports-no-change = Rejestr już się zgadzał: nic się nie zmieniło.
imports-undo-title = Cofnięcie
imports-undo-hint = Wszystko, co zmieniło to wczytanie, wróci do poprzedniego stanu; to, co ktoś zmienił później, najpierw pokażemy.
imports-undo = Cofnij całe wczytanie
imports-clash-title = Ktoś zmienił to później
imports-clash-lead = Te obiekty zmieniono po wczytaniu. Możesz cofnąć resztę, a te zmiany zostawić.
imports-clash-said = { $who }, { $when }
imports-clash-more = { $n ->
    [one] I jeszcze { $n } obiekt.
    [few] I jeszcze { $n } obiekty.
   *[many] I jeszcze { $n } obiektów.
}
imports-clash-rest = Cofnij resztę, te zmiany zostaw
imports-clash-cancel = Nie cofaj
imports-clash-faults = Tego nie można cofnąć

imports-js-drop = albo upuść pliki lub folder tutaj
imports-js-folder = Wybierz folder
imports-js-sending = %percent%% z %size%, %speed%/s
imports-js-waiting = czeka
imports-js-paused = wstrzymane, dotarło %percent%%
imports-js-done = dotarł w całości
imports-js-failed = Nie udało się: %why%
imports-js-offline = Brak połączenia. Wysyłanie ruszy dalej, gdy wróci.
imports-js-signed-out = Sesja wygasła. Zaloguj się w innej karcie i wznów.
imports-js-too-large = Plik jest większy niż %most% MB. Podziel go albo spakuj.
imports-js-pause = Wstrzymaj
imports-js-resume = Wznów
imports-js-pause-file = Wstrzymaj plik %name%
imports-js-resume-file = Wznów plik %name%
imports-js-progress = Wysyłanie pliku %name%
imports-js-continue = Tego pliku dotarła część. Wybierz go jeszcze raz, a wyślemy resztę: %name%
imports-js-all = Wszystkie pliki dotarły.
imports-js-server = serwer odpowiedział %status%
imports-js-map-shown = Na mapie: %n%
imports-js-map-more = Na mapie pierwsze %n%; przybliż, aby zobaczyć resztę.
imports-js-running = W toku, %percent%%.
imports-js-queue = Czeka na koniec innego wczytania.

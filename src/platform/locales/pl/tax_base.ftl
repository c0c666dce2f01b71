### tax base

desk-nav-tax-base = Podstawa opodatkowania
permission-tax-base-manage = Prowadzić deklaracje gruntów i budynków, porównywać je z ewidencją
holding-tax-declaration-what = Co zadeklarowano o Twoich gruntach i budynkach
holding-tax-declaration-why = Do wymiaru podatków od nieruchomości, rolnego i leśnego
holding-tax-declaration-item-what = Grunty i budynki z tych deklaracji, z powierzchnią i sposobem użytkowania
holding-tax-declaration-item-why = Do wymiaru podatków od nieruchomości, rolnego i leśnego
holding-tax-declaration-law = Deklaracje są dokumentami podatkowymi: przechowuje się je do przedawnienia podatku (art. 86 § 1 Ordynacji podatkowej).

## First page
tax-base-title = Ewidencja a deklaracje
tax-base-lead = Działki i budynki z ewidencji gruntów obok tego, co zadeklarowali podatnicy. Lista wskazuje, co trzeba wyjaśnić; o niczym nie rozstrzyga.
tax-base-compared = Porównanie gotowe.
tax-base-under-way = Trwa porównanie na dzień { $day }.
tax-base-look-again = Sprawdź, czy jest gotowe
tax-base-day = Na dzień
tax-base-day-hint = Nie późniejszy niż dzisiejszy.
tax-base-day-fault = Podaj dzień, nie późniejszy niż dzisiejszy
tax-base-compare = Porównaj
tax-base-never = Nie ma jeszcze porównania
tax-base-never-hint = Wczytaj ewidencję gruntów (EGiB) i deklaracje, a potem porównaj je na wybrany dzień.
tax-base-run-of = Porównanie na dzień { $day } ({ $who }, { $when })
tax-base-run-interrupted = Ostatnie porównanie zostało przerwane. Zacznij je od nowa.
tax-base-run-failed = Ostatnie porównanie się nie powiodło. Zacznij je od nowa; jeśli to nie pomoże, powiadom administratora.
tax-base-run-too-much = Działek, budynków albo deklaracji jest więcej niż milion. Tylu ten program nie porównuje.
tax-base-run-too-many-findings = Różnic jest więcej niż 200 000. Sprawdź, czy deklaracje wczytano z identyfikatorami działek w postaci z ewidencji.
tax-base-kinds = Rodzaje różnic
tax-base-all = Wszystkie
tax-base-findings = Różnice
tax-base-open = W tym jeszcze nie sprawdzone
tax-base-difference-sum = Suma różnic powierzchni
tax-base-tax-sum = Szacowany podatek roczny do wyjaśnienia
tax-base-no-rates = brak stawek na rok { $year }
tax-base-count-parcels = Działki w ewidencji
tax-base-count-in-order = Działki bez różnic
tax-base-count-exempt = Działki zwolnione albo niepodlegające podatkowi
tax-base-count-unclear = Działki, których nie da się porównać
tax-base-count-buildings = Budynki w ewidencji
tax-base-count-astray = Budynki poza działkami
tax-base-count-declarations = Deklaracje
tax-base-rates = Stawki
tax-base-count-twice = Działki, które ewidencja ma dwa razy
tax-base-any-mark = wszystkie
tax-base-sort = Kolejność
tax-base-sort-parcel = według działki
tax-base-sort-difference = największa różnica powierzchni
tax-base-sort-tax = największa różnica podatku
tax-base-filter = Pokaż
tax-base-map = Mapa różnic; to samo mówi tabela pod nią
tax-base-none = Niczego takiego nie ma

## Kinds of findings
tax-base-kind = Rodzaj różnicy
tax-base-undeclared-parcel = Działka bez deklaracji
tax-base-undeclared-parcel-hint = Ewidencja ma tę działkę, a nikt jej nie deklaruje. Ustal właściciela w ewidencji i wezwij go do złożenia deklaracji albo dopisz zwolnienie.
tax-base-unknown-parcel = Deklarowana działka, której nie ma
tax-base-unknown-parcel-hint = Ktoś deklaruje działkę, której ewidencja nie ma i nie miała. Najczęściej to błąd w numerze.
tax-base-changed-parcel = Działka podzielona albo scalona
tax-base-changed-parcel-hint = Ktoś deklaruje działkę, która przestała istnieć. Nowe działki powinny trafić do deklaracji.
tax-base-area = Inna powierzchnia gruntu
tax-base-area-hint = Powierzchnia gruntu w deklaracjach różni się od pola ewidencyjnego o więcej, niż dopuszczają reguły.
tax-base-use = Inny podatek, niż wynika z użytku
tax-base-use-hint = Powierzchnia się zgadza, ale część gruntu zadeklarowano do innego podatku, niż wynika z użytku w ewidencji. Wymiar opiera się na ewidencji (art. 21 ust. 1 Prawa geodezyjnego i kartograficznego).
tax-base-undeclared-building = Budynek bez deklaracji
tax-base-undeclared-building-hint = Na działce stoi budynek, a w deklaracjach tej działki nie ma żadnego.
tax-base-building-area = Inna powierzchnia budynków
tax-base-building-area-hint = Zadeklarowana powierzchnia użytkowa różni się od szacowanej (powierzchnia zabudowy × kondygnacje × współczynnik z reguł) o więcej, niż dopuszczają reguły. To tylko oszacowanie: powierzchnię użytkową mierzy się po wewnętrznej długości ścian.
tax-base-unknown-building = Deklarowany budynek, którego nie ma
tax-base-unknown-building-hint = Ktoś deklaruje budynek na działce, na której ewidencja nie ma żadnego: może go rozebrano albo jeszcze nie wpisano.

## Marks
tax-base-mark = Stan sprawy
tax-base-mark-open = niesprawdzona
tax-base-mark-in-order = sprawdzona, w porządku
tax-base-mark-called = podatnik wezwany
tax-base-mark-corrected = skorygowana
tax-base-mark-stale = zmieniło się
tax-base-mark-stale-hint = Od ostatniej adnotacji zmieniła się ewidencja albo deklaracja. Sprawdź jeszcze raz.
tax-base-mark-button = Zapisz
tax-base-marked = Zapisane. Adnotacja zostaje przy następnych porównaniach.
tax-base-note = Uwagi
tax-base-note-hint = Na przykład numer wezwania. Bez nazwisk: podatnika widać na karcie kontowej.
tax-base-said = Adnotacje
tax-base-when = Kiedy

## One finding
tax-base-parcel = Działka
tax-base-registered = W ewidencji
tax-base-declared = W deklaracjach
tax-base-difference = Różnica
tax-base-tax-difference = Podatek roczny
tax-base-registered-m2 = W ewidencji (m²)
tax-base-declared-m2 = W deklaracjach (m²)
tax-base-difference-m2 = Różnica (m²)
tax-base-tax-pln = Szacowany podatek roczny (zł)
tax-base-what = Co
tax-base-became = Co z nią
tax-base-successors = teraz: { $parcels }
tax-base-thing = Pokaż w rejestrze
tax-base-in-register = Co mówi ewidencja
tax-base-in-declarations = Co zadeklarowano
tax-base-by-tax = { $tax }: w ewidencji { $registered }, w deklaracjach { $declared }
tax-base-building = budynek { $reference }
tax-base-built = zabudowa { $area }
tax-base-storeys = { $n ->
    [one] { $n } kondygnacja
    [few] { $n } kondygnacje
   *[many] { $n } kondygnacji
}
tax-base-expected = szacowana powierzchnia użytkowa { $area }
tax-base-who = Kto deklaruje
tax-base-nobody = Nikt nie deklaruje tej działki.
tax-base-history = Historia deklaracji tej działki
tax-base-payer-column = Podatnik
tax-base-payer = Karta kontowa podatnika
tax-base-payer-number = nr { $number } w systemie finansowym
tax-base-valid-from = Od dnia
tax-base-origin = Skąd
tax-base-origin-desk = wpisano
tax-base-origin-file = plik { $file }
tax-base-origin-demo = zmyślone
tax-base-ended = już nie deklaruje
tax-base-tax-property = podatek od nieruchomości
tax-base-tax-agricultural = podatek rolny
tax-base-tax-forest = podatek leśny
tax-base-tax-exempt = bez podatku
tax-base-tax-unknown = użytek spoza reguł
tax-base-use-residential = mieszkalny
tax-base-use-business = działalność gospodarcza
tax-base-use-other = pozostały
tax-base-part-land = grunt
tax-base-part-building = budynek

## Declarations
tax-base-declarations = Deklaracje
tax-base-declarations-lead = Co podatnicy deklarują o swoich gruntach i budynkach. Wpisów się nie zmienia: liczy się ostatni do danego dnia.
tax-base-parcel-search = Historia działki
tax-base-parcel-hint = Identyfikator z ewidencji, na przykład 061304_5.0012.809/1.
tax-base-history-of = Deklaracje działki { $parcel }
tax-base-declare-title = Nowa deklaracja
tax-base-account = Numer konta podatnika
tax-base-account-hint = Numer konta z działu Należności. Zostaw puste, jeśli podatnik nie ma tu konta.
tax-base-number = Numer podatnika w systemie finansowym
tax-base-number-hint = Zamiast numeru konta.
tax-base-lines = Grunty i budynki
tax-base-lines-hint = Każdy w osobnym wierszu: grunt; użytek; klasa; powierzchnia. Na przykład „grunt; R; IIIa; 0,1200 ha”, „grunt; Bi; ; 843 m²”, „budynek; mieszkalny; ; 120 m²”. Piąta pozycja to podatek, jeśli inny niż wynika z użytku.
tax-base-ended-check = Podatnik już nie deklaruje tej działki (na przykład ją sprzedał)
tax-base-declare = Zapisz deklarację
tax-base-declared-done = Deklaracja zapisana.
tax-base-line-fault = Wiersz { $n }: { $what }
tax-base-wrong-part = Napisz „grunt” albo „budynek”
tax-base-wrong-use = Podaj użytek z ewidencji (na przykład R, Bi, Ls), a przy budynku: mieszkalny, działalność albo pozostały
tax-base-wrong-class = Klasa ma najwyżej 10 znaków
tax-base-wrong-area = Podaj powierzchnię większą od zera, na przykład 843 m² albo 0,0843 ha
tax-base-wrong-tax = Podatek to: od nieruchomości, rolny, leśny albo zwolniony
tax-base-wrong-parcel = Podaj identyfikator działki
tax-base-wrong-day = Podaj dzień, na przykład 2026-01-01
tax-base-wrong-payer = Podaj istniejący numer konta albo numer podatnika w systemie finansowym

## Files
tax-base-upload = Wczytaj plik z deklaracjami
tax-base-file-label = Plik CSV albo XLSX
tax-base-file-hint = Do 10 MB. W każdym wierszu jeden grunt albo budynek, z numerem podatnika i identyfikatorem działki. Najpierw zobaczysz, co się zmieni.
tax-base-upload-button = Obejrzyj plik
tax-base-file-missing = Wybierz plik
tax-base-file-large = Plik jest za duży. Podziel go na części do 10 MB
tax-base-file-empty = Plik jest pusty
tax-base-file-locked = Plik jest zabezpieczony hasłem. Usuń hasło i spróbuj ponownie
tax-base-file-unknown = Tego pliku nie da się odczytać. Zapisz go jako CSV albo XLSX
tax-base-files = Pliki
tax-base-file = Plik
tax-base-file-state = Stan
tax-base-file-taken = przyjęty
tax-base-file-open = czeka
tax-base-file-title = Plik z deklaracjami
tax-base-taken = Plik przyjęty.
tax-base-take = Przyjmij nowe i zmienione
tax-base-missing = Wskaż jeszcze: { $columns }.
tax-base-columns = Co jest w kolumnach
tax-base-no-column = nie ma w pliku
tax-base-column-part = Grunt czy budynek
tax-base-column-use = Użytek albo sposób użytkowania
tax-base-column-class = Klasa
tax-base-column-area = Powierzchnia
tax-base-column-tax = Podatek
tax-base-default-from = Od dnia, jeśli nie ma go w wierszu
tax-base-default-from-hint = Na przykład 1 stycznia roku deklaracji.
tax-base-in-ha = Powierzchnie bez jednostki są w hektarach
tax-base-map-button = Obejrzyj jeszcze raz
tax-base-rows = Wiersze
tax-base-new = Nowe deklaracje
tax-base-changed = Zmienione
tax-base-unchanged = Bez zmian
tax-base-rejected = Wiersze, których nie da się przyjąć
tax-base-rejected-hint = Deklaracji, w której choć jeden wiersz jest zły, nie przyjmuje się wcale.
tax-base-held-back = Deklaracje wstrzymane przez zły wiersz
tax-base-nothing-new = W pliku nie ma nic nowego.

## Exemptions
tax-base-exemptions = Zwolnienia
tax-base-exemptions-lead = Działki, od których właściciel nie płaci podatku: gminy, Skarbu Państwa, kościoła. Porównanie je pomija i podaje ich liczbę.
tax-base-exempt-parcels = Identyfikatory działek
tax-base-exempt-parcels-hint = Każdy w osobnym wierszu, najwyżej 2000.
tax-base-reason = Podstawa
tax-base-reason-hint = Na przykład: własność gminy, art. 7 ust. 1 ustawy o podatkach i opłatach lokalnych.
tax-base-reason-fault = Napisz, z czego wynika zwolnienie
tax-base-exempt-ended = Zwolnienie się skończyło
tax-base-exempt-button = Zapisz
tax-base-exempt-over = zakończone: { $reason }
tax-base-exempted = Zapisane. Liczy się od następnego porównania.

## Rules
tax-base-rules = Reguły porównania
tax-base-rules-lead = Progi, podatki według użytków i stawki z uchwały rady. Bez stawek na dany rok porównanie nie szacuje podatku.
tax-base-rules-own = Reguły gminy; wpisał(a) { $who }, { $when }.
tax-base-rules-built-in = Reguły wbudowane w program. Zastąpią je reguły zapisane niżej.
tax-base-rules-text = Reguły (TOML)
tax-base-rules-hint = Całe reguły; poprzednie pozostają w historii.
tax-base-rules-button = Zapisz reguły
tax-base-rules-set = Reguły zapisane. Liczą się od następnego porównania.
tax-base-rules-fault = Reguł nie zapisano: { $why }

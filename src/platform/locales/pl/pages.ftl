## Rama strony
town-unnamed = Nasze miasto
service-name = Miasto na mapie
skip-to-content = Przejdź do treści
nav-label = Główne strony
nav-map = Mapa
nav-graves = Groby
nav-help = Pomoc
accessibility-link = Deklaracja dostępności
open-data-link = Otwarte dane
map-data-from = Dane:
made-up-label = Uwaga
made-up-notice = Miasto zmyślone: ulice, groby i ludzie nie istnieją.
close = Zamknij
drawn-caption = Mapa w rzucie Merkatora, północ u góry.
form-faults = Popraw, proszę
form-fault = Błąd:
pages-label = Strony wyników
pages-first = Początek listy
pages-next = Następna strona

## Wyszukiwarka
search-label = Imię i nazwisko zmarłej osoby
search-button = Szukaj
search-hint = Na przykład: Anna Kowalska. Literówki i brak polskich znaków nie przeszkadzają.

## Strona główna
home-title = Znajdź grób i drogę do niego
home-lead = Wpisz nazwisko, a pokażemy miejsce na cmentarzu i drogę od właściwej bramy.
home-ways = Co można tu zrobić
home-map-title = Mapa miasta
home-map-text = Latarnie, ławki, kosze, drzewa i ścieżki na jednej mapie.
home-graves-title = Groby i cmentarze
home-graves-text = Wyszukiwarka pochowanych osób z podziałem na cmentarze i lata.
home-data-title = Otwarte dane
home-data-text = Wszystko, co widać na mapie, do pobrania jako GeoJSON i przez OGC API.
home-stock = W rejestrze
home-empty-title = Rejestr jest jeszcze pusty
home-empty-text = Gdy miasto wczyta dane, pojawią się tutaj i na mapie.
home-cemeteries = Cmentarze
graves-count = { $n ->
    [one] { $n } grób
    [few] { $n } groby
   *[many] { $n } grobów
}

## Mapa
map-title = Mapa miasta
map-layers = Warstwy
map-list = Co widać na mapie
map-list-short = Lista
map-list-kind = Rodzaj
map-list-what = Nazwa i opis
map-list-empty = Nic nie jest wybrane albo rejestr jest pusty.
map-list-part = { $shown } z { $n }
map-show = pokaż
map-hide = ukryj
map-share = Skopiuj link do tego widoku
map-share-short = Link
map-tools = Narzędzia mapy
map-card = Karta obiektu
map-label-town = Mapa całego miasta
map-label-results = Mapa ze znalezionymi grobami, ponumerowanymi jak na liście
map-label-of = Mapa: { $what }
map-label-way = Mapa drogi: { $what }
legend-paths = Znaki ścieżek
legend-step-free = bez stopni, sprawdzone
legend-unknown = nie wiadomo, czy bez stopni
legend-steps = stopnie lub inna przeszkoda

## Karta obiektu jako strona
asset-back = Mapa
asset-number = Numer w rejestrze
asset-status = Stan
status-planned = planowane
status-out-of-service = wyłączone z użytku
asset-on-map = Pokaż na mapie miasta
asset-source = Źródło: { $source }. Ostatnia zmiana: { $updated }.

## Groby
graves-title = Szukaj pochowanych osób
graves-cemetery = Cmentarz
graves-all-cemeteries = Wszystkie cmentarze
graves-from = Zmarli od roku
graves-to = Zmarli do roku
graves-bad-year = Wpisz rok czterema cyframi, na przykład 1987.
graves-too-long = Wpisz krótsze nazwisko: najwyżej 120 znaków.
graves-years-swapped = Rok końcowy nie może być wcześniejszy niż początkowy.
graves-start-title = Wpisz nazwisko, imię albo jedno i drugie
graves-start-typos = Kolejność, wielkość liter i brakujące ogonki nie mają znaczenia, a drobne literówki wybaczamy.
graves-start-forms = Kowalski znajdzie też Kowalską. Można podać nazwisko rodowe.
graves-start-years = Lata śmierci i cmentarz zawężają wyniki.
graves-none-title = Nie ma nikogo, kto pasuje do: { $q }
graves-none-less = Wpisz samo nazwisko albo jego początek.
graves-none-wider = Usuń lata albo wybierz wszystkie cmentarze.
graves-none-book = Nie każdy grób jest w rejestrze. Zarząd cmentarza ma także księgi papierowe.
graves-results = Wyniki
graves-found = { $n ->
    [one] Znaleziono { $n } osobę.
    [few] Znaleziono { $n } osoby.
   *[many] Znaleziono { $n } osób.
}
graves-too-many = To dużo: dodaj imię, rok lub cmentarz.
person-maiden = z domu { $name }
person-born = ur. { $date }
person-died = zm. { $date }
person-buried = pochówek { $date }
person-no-dates = Daty nie są znane.
place-sector = kwatera { $value }
place-row = rząd { $value }
place-number = grób { $value }
place-unknown = Położenie nieznane
person-unnamed = Osoba nieznana z nazwiska
plot-cemetery = Cmentarz
plot-sector = Kwatera
plot-row = Rząd
plot-number = Numer
grave-title = Grób { $label }
grave-title-number = Grób nr { $n } w rejestrze
grave-back = Szukaj innej osoby
grave-where = Położenie
grave-people = Pochowani
grave-nobody = W rejestrze nie ma osób pochowanych w tym grobie.
grave-facts = O grobie
grave-photos = Zdjęcia
grave-on-map = Pokaż na mapie miasta
grave-dues = Opłaty za ten grób
grave-source = Źródło danych: { $source }.
source-demo = zmyślone dane pokazowe

## Droga
guide-title = Prowadź mnie
guide-from = Skąd
guide-best-gate = Najlepsza brama
guide-profile = Jak idziesz
guide-walk = pieszo
guide-step-free = bez stopni: wózek, trudności w chodzeniu
guide-go = Pokaż drogę
guide-from-here = Z mojego miejsca
guide-no-gates = Ten cmentarz nie ma w rejestrze żadnej bramy. Drogę można policzyć z miejsca, w którym stoisz.
gate-numbered = Brama nr { $n } w rejestrze
gate-closed = { $name } (zamknięta)
gate-unnamed = bez nazwy
route-title = Droga do grobu
route-distance = Odległość
route-duration = Czas
route-gate = Brama
route-steps = Krok po kroku
route-print = Drukuj
route-gpx = Zapisz jako GPX do nawigacji
route-none = Nie umiemy wskazać drogi
verdict-verified = Bez stopni: cała droga jest sprawdzona.
verdict-unknown = Częściowo nieznane: nikt nie sprawdził { $length }.
verdict-impossible = Na tej drodze są stopnie lub inna przeszkoda.
warning-last-leg = Ostatnie { $length } prowadzi obok ścieżki, między grobami.
warning-gate-off-street = Do tej bramy nie prowadzi żadna ulica z rejestru. Nie wiemy, jak do niej dojść.
advice-with-steps = Pokaż drogę, na której są stopnie
advice-best-gate = Pokaż drogę od najlepszej bramy
advice-grave = Wróć na stronę grobu i wybierz inną bramę
route-advice = Co można zrobić
route-again = Inna droga

## Błędy
error-404-title = Nie ma takiej strony
error-404-text = Adres mógł się zmienić albo ktoś go źle przepisał.
error-400-title = Nie rozumiemy tego adresu
error-400-text = Coś w adresie strony nie ma sensu. Popraw to albo zacznij od początku.
error-500-title = Coś się u nas zepsuło
error-500-text = To nie Twoja wina. Spróbuj za chwilę.
error-503-title = Strona jest zajęta
error-503-text = Zbyt wiele osób naraz albo trwa aktualizacja. Spróbuj za chwilę.
error-home = Strona główna
error-search = Szukaj grobu
error-request = Błąd { $status }, numer zapytania { $id }. Podaj go, jeśli piszesz do urzędu.

## Pomoc
help-title = Pomoc
help-lead = Jak znaleźć grób, dojść do niego, czytać mapę i załatwić sprawę z urzędem.
help-search-title = Szukanie
help-search-1 = Pole na stronie głównej przyjmuje imiona i nazwiska w dowolnej kolejności.
help-route-title = Droga do grobu
help-route-1 = Na stronie grobu wybierz bramę albo pozwól wybrać najlepszą. Możesz też zacząć tam, gdzie stoisz; położenia nie zapisujemy.
help-route-2 = Droga prowadzi po ścieżkach z rejestru. Ostatni odcinek, od ścieżki do grobu, jest na mapie kropkowany, bo nikt go nie mierzył.
help-route-3 = Przy drodze bez stopni mówimy wprost: sprawdzone, częściowo nieznane albo niemożliwe. Nie zgadujemy.
help-map-title = Mapa
help-map-1 = Warstwy włączasz i wyłączasz na liście. Kropka z liczbą oznacza wiele obiektów; przybliż, aby je rozdzielić.
help-map-2 = Lista obok mapy pokazuje to samo co mapa i działa z klawiaturą oraz czytnikiem ekranu.
help-keys-title = Klawisze na mapie
help-keys-arrows = Strzałki
help-keys-arrows-do = przesuwają mapę
help-keys-plus = Plus i minus
help-keys-plus-do = przybliżają i oddalają
help-keys-enter-do = otwiera kartę obiektu pod celownikiem
help-keys-escape-do = zamyka kartę
help-account-title = Konto mieszkańca
help-account-1 = Konto zakładasz sam: wystarczy e-mail i hasło albo klucz dostępu w telefonie. Mapa, groby i dane działają bez konta.
help-account-2 = Niektóre sprawy wymagają potwierdzenia, kim jesteś. Mieszkańca rozpoznajemy po imieniu, nazwisku i adresie albo po kodzie z listu. Należności pokazujemy dopiero po logowaniu państwowym albo po okazaniu dokumentu w urzędzie.
help-account-new = Załóż konto
help-account-lost = Nie możesz się zalogować?
help-messages-title = Wiadomości
help-messages-1 = Wszystko, co urząd do Ciebie pisze, czeka na koncie. E-mail, SMS albo powiadomienie w telefonie dostaniesz tylko wtedy, gdy się na nie zgodzisz; zgodę możesz wycofać w każdej chwili.
help-messages-2 = Do urzędu możesz napisać z konta. Sprawa dostaje numer i widzisz, co się z nią dzieje.
help-access-title = Dostępność
help-access-1 = Jeśli coś na tej stronie Ci przeszkadza, napisz albo zadzwoń. Odpowiadamy w ciągu 7 dni. Możesz też poprosić o informację w inny sposób.
help-office-title = Urząd
help-data-title = Dane
help-data-1 = Dane publiczne można pobrać i używać na warunkach podanych przy każdym zbiorze.

## QGIS
qgis-link = Jak otworzyć rejestr w QGIS
qgis-title = Rejestr w QGIS
qgis-lead = Warstwy rejestru otworzysz w QGIS ze znakami, kolorami i nazwami pól takimi jak tutaj. Dane są zawsze aktualne, bo QGIS pobiera je z serwera.
qgis-project-title = Gotowy projekt
qgis-project-1 = Pobierz plik i otwórz go w QGIS 3.22 lub nowszym. Warstwy są w grupach i włączają się w skali, w której je widać.
qgis-project-get = Pobierz projekt QGIS
qgis-project-2 = W pliku są tylko adresy i wygląd warstw. Nie ma w nim danych ani haseł, więc możesz go wysłać dalej.
qgis-layers = Warstwy w projekcie
qgis-layers-none = Rejestr jest jeszcze pusty. Projekt pokaże samą mapę podkładową.
qgis-layers-what = Warstwa
qgis-layers-count = Obiektów
qgis-layers-name = Nazwa w adresach
qgis-layers-alone = Sama warstwa
qgis-layers-get = Pobierz projekt
qgis-connect-title = Własne połączenie
qgis-connect-1 = W QGIS wybierz „Warstwa”, „Dodaj warstwę”, „Dodaj warstwę WFS / OGC API – Features”, a potem „Nowy”.
qgis-connect-2 = Wpisz dowolną nazwę, a w polu „URL” ten adres:
qgis-connect-3 = Jako wersję wybierz „OGC API – Features”.
qgis-connect-4 = Zaznacz, że QGIS ma pobierać tylko obiekty z widocznego obszaru. Przy tysiącach drzew mapa otworzy się wtedy od razu.
qgis-connect-5 = Połącz się, zaznacz warstwy i dodaj je do mapy.
qgis-token-title = Dane niepubliczne
qgis-token-1 = Bez logowania QGIS widzi to samo co każdy mieszkaniec. Pracownicy z uprawnieniem do eksportu albo zmiany danych widzą więcej, gdy QGIS przedstawi się tokenem.
qgis-token-2 = Utwórz token z uprawnieniem do odczytu i do eksportu.
qgis-token-make = Moje tokeny
qgis-token-3 = W QGIS dodaj konfigurację uwierzytelniania typu „Podstawowe”. Nazwa użytkownika może być dowolna, hasłem jest token. QGIS zapisze go w swoim sejfie, a nie w projekcie.
qgis-token-4 = Wpisz niżej identyfikator tej konfiguracji: siedem małych liter i cyfr obok jej nazwy. Pobrany projekt będzie się na nią powoływał.
qgis-authcfg = Identyfikator konfiguracji w QGIS
qgis-authcfg-hint = Na przykład: a1b2c3d. To nie jest token ani hasło.
qgis-collections = Warstwy (nieobowiązkowe)
qgis-collections-hint = Nazwy z adresów, po przecinku, na przykład: trees,lamps. Tak dodasz też warstwy, których nie widać publicznie. Puste pole oznacza wszystkie publiczne.
qgis-edit-title = Co można zmieniać
qgis-edit-1 = QGIS od 3.22 do 3.30 tylko czyta warstwy OGC API – Features. Do zmian służy wtedy edytor mapy na pulpicie.
qgis-edit-2 = QGIS od wersji 3.32 potrafi też zapisywać, jeśli przedstawi się tokenem z prawem zmiany danych. Projekt pobrany bez tego prawa ma warstwy tylko do odczytu.
qgis-edit-3 = Każdą zmianę sprawdza serwer. Jeśli ktoś w międzyczasie zmienił ten sam obiekt, zapis zostanie odrzucony i nic nie zginie: odśwież warstwę i zmień obiekt jeszcze raz.
qgis-crs-title = Układ współrzędnych
qgis-crs-1 = Projekt otwiera się w układzie PL-1992 (EPSG:2180). Dane przychodzą jako długość i szerokość geograficzna, a QGIS przelicza je sam.
qgis-crs-2 = Uwaga na kolejność osi: gdy program prosi serwer o EPSG:2180, pierwsza jest współrzędna północna (x), potem wschodnia (y), jak każe standard. QGIS i GDAL pokazują odwrotnie: najpierw wschodnią.
qgis-gdal-title = GDAL w wierszu poleceń
qgis-gdal-1 = Cała warstwa do pliku GeoPackage w układzie PL-1992:
qgis-gdal-2 = Tylko obiekty w użyciu do pliku CSV ze współrzędnymi:
qgis-gdal-3 = To samo z danymi niepublicznymi, z tokenem w miejscu słowa TOKEN:

## Dostępność
accessibility-title = Deklaracja dostępności
accessibility-done-keyboard = Wszystko da się zrobić samą klawiaturą, a fokus jest zawsze widoczny.
accessibility-done-scripts = Szukanie, strona grobu i droga działają bez skryptów; mapa jest wtedy rysunkiem.
accessibility-done-list = Lista obok mapy mówi to samo co mapa.
accessibility-done-route = Drogę opisujemy słowami i osobno sprawdzamy, czy jest bez stopni.
accessibility-done-zoom = Treść układa się w jednej kolumnie już przy szerokości 320 pikseli.
accessibility-done-motion = Gdy system prosi o mniej ruchu, mapa nie animuje przejść.
accessibility-gaps-survey = Nie każda ścieżka ma sprawdzone nawierzchnię, nachylenie i stopnie. Taki odcinek oznaczamy jako nieznany.

## Miesiące
month-1 = styczeń
month-2 = luty
month-3 = marzec
month-4 = kwiecień
month-5 = maj
month-6 = czerwiec
month-7 = lipiec
month-8 = sierpień
month-9 = wrzesień
month-10 = październik
month-11 = listopad
month-12 = grudzień
month-of-1 = stycznia
month-of-2 = lutego
month-of-3 = marca
month-of-4 = kwietnia
month-of-5 = maja
month-of-6 = czerwca
month-of-7 = lipca
month-of-8 = sierpnia
month-of-9 = września
month-of-10 = października
month-of-11 = listopada
month-of-12 = grudnia

## Teksty skryptów; %nazwa% to miejsce na wartość
js-map-label = Mapa miasta. Strzałki przesuwają, plus i minus przybliżają, Enter otwiera kartę obiektu pod celownikiem.
js-zoom-in = Przybliż
js-zoom-out = Oddal
js-locate = Pokaż, gdzie jestem
js-locating = Sprawdzam położenie…
js-locate-failed = Przeglądarka nie podała położenia. Wybierz bramę z listy.
js-credits = Źródła mapy
js-gesture-ctrl = Przytrzymaj Ctrl i przewijaj, aby przybliżyć mapę
js-gesture-cmd = Przytrzymaj ⌘ i przewijaj, aby przybliżyć mapę
js-gesture-fingers = Przesuwaj mapę dwoma palcami
js-map-failed = Ta przeglądarka nie umie pokazać mapy. Wszystko jest też na liście.
js-in-sight = W widoku: %n%
js-in-sight-part = Pokazujemy %shown% z %n%. Przybliż mapę, aby zobaczyć resztę.
js-nothing-in-sight = W tym miejscu nic nie ma. Przesuń lub oddal mapę.
js-no-layers = Włącz choć jedną warstwę.
js-list-failed = Lista się nie wczytała. Przesuń mapę, aby spróbować jeszcze raz.
js-card-failed-title = Nie udało się
js-card-failed = Karta się nie wczytała. Spróbuj jeszcze raz.
js-card-grave = Kto tu leży i jak dojść
js-card-all = Wszystkie dane
js-card-no-facts = O tym obiekcie nic więcej nie wiadomo.
js-card-source = Źródło: %source%
js-source-demo = zmyślone dane pokazowe
js-copied = Link skopiowany
js-copy-this = Skopiuj ten link:

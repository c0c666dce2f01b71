## Rama pulpitu
nav-desk = Pulpit
sign-in-link = Zaloguj się
desk-nav-label = Pulpit
desk-nav-list = Do zrobienia
desk-nav-map = Edytor mapy
desk-nav-changes = Zmiany
desk-nav-kinds = Rodzaje obiektów
desk-nav-people = Pracownicy
desk-nav-account = Moje konto
desk-sign-out = Wyloguj się
map-as-of = Mapa z dawnego dnia
map-as-of-date = Stan na koniec dnia
map-as-of-show = Pokaż
map-as-of-said = Widać stan na koniec dnia { $day }.
map-as-of-now = Wróć do dzisiaj

## Rodzaje obiektów
kinds-title = Rodzaje obiektów
kinds-lead = Co gmina prowadzi w rejestrze i co o każdym obiekcie zapisuje.
kinds-make = Dodaj rodzaj
kinds-make-it = Utwórz rodzaj
kinds-new-title = Nowy rodzaj obiektów
kinds-back = Wszystkie rodzaje
kinds-column-kind = Rodzaj
kinds-column-count = Obiektów
kinds-column-geometry = Kształt
kinds-column-seen-by = Kto widzi
kinds-column-from = Pochodzenie
kinds-everybody = wszyscy
kinds-staff-only = tylko pracownicy
kinds-built-in = wbudowany
kinds-own = własny
kinds-about = Nazwa w adresach: { $slug }. W rejestrze: { $n }.
kinds-built-in-hint = To rodzaj wbudowany; po pierwszej zmianie staje się własnym rodzajem gminy i nowe wydania programu już go nie zmienią.
kinds-saved = Zapisano.
kinds-open-anew = Otwórz aktualną wersję w nowej karcie
kinds-names = Nazwy
kinds-title-pl = Nazwa, liczba mnoga, po polsku
kinds-title-pl-hint = Na przykład: Hydranty
kinds-title-en = Nazwa, liczba mnoga, po angielsku
kinds-title-en-hint = Na przykład: Hydrants
kinds-singular-pl = Nazwa jednego obiektu po polsku
kinds-singular-pl-hint = Na przykład: Hydrant
kinds-singular-en = Nazwa jednego obiektu po angielsku
kinds-singular-en-hint = Na przykład: Hydrant
kinds-slug = Nazwa w adresach
kinds-slug-hint = Małe litery bez ogonków, cyfry i podkreślniki. Puste pole wypełni się samo. Później nie da się jej zmienić.
kinds-look = Wygląd
kinds-icon = Znak
kinds-colour = Kolor
kinds-colour-hint = Znak jest biały, więc kolor musi być dość ciemny.
kinds-on-map = Na mapie
kinds-geometry = Kształt
kinds-geometry-hint = Zmienić można tylko na taki, do którego pasują wszystkie istniejące obiekty.
kinds-geometry-point = punkt
kinds-geometry-line = linia
kinds-geometry-area = obszar
kinds-geometry-any = dowolny
kinds-domain = Dział
kinds-domain-hint = Gdzie rodzaj stoi w legendzie.
kinds-domain-inventory = majątek i zieleń
kinds-domain-cemetery = cmentarze
kinds-domain-network = drogi i ścieżki
kinds-domain-cadastre = ewidencja gruntów i adresy
kinds-min-zoom = Od jakiego powiększenia
kinds-min-zoom-hint = Od 0 (cała Polska) do 20 (jeden dom); 14 to dzielnica.
kinds-public = Widoczny dla wszystkich
kinds-public-hint = Bez tego rodzaj widzą tylko pracownicy: nie ma go na mapie publicznej ani w danych otwartych.
kinds-attributes = Cechy
kinds-attributes-hint = W tej kolejności stoją w formularzu i na kartach obiektów.
kinds-no-attributes = Nie ma jeszcze żadnej cechy.
kinds-attribute-new = Nowa cecha
kinds-required = wymagana
kinds-private = niepubliczna
kinds-row-faulty = do poprawy
kinds-a-title-pl = Nazwa po polsku
kinds-a-title-en = Nazwa po angielsku
kinds-a-key = Nazwa w danych
kinds-a-key-hint = Puste pole wypełni się samo. Później nie da się jej zmienić.
kinds-a-type = Typ
kinds-relied-on = Na tej cesze opiera się wyszukiwarka lub nawigacja, więc jej typ się nie zmienia i pozostaje publiczna.
kinds-type-text = tekst
kinds-type-long-text = długi tekst
kinds-type-number = liczba
kinds-type-whole = liczba całkowita
kinds-type-yes-no = tak lub nie
kinds-type-one-of = jedno z listy
kinds-type-several-of = kilka z listy
kinds-type-date = data
kinds-type-other = inny typ (nie zmienia się tutaj)
kinds-a-unit = Jednostka
kinds-a-minimum = Najmniej
kinds-a-maximum = Najwięcej
kinds-a-max-length = Najwięcej znaków
kinds-a-values = Wartości listy
kinds-v-pl = Po polsku
kinds-v-en = Po angielsku
kinds-v-value = W danych
kinds-v-up = Przesuń wyżej: { $name }
kinds-v-remove = Usuń z listy: { $name }
kinds-v-add = Dodaj wartość
kinds-v-paste = Dodaj wiele naraz
kinds-v-paste-hint = Po jednej w wierszu: polski; angielski
kinds-a-help-pl = Podpowiedź po polsku
kinds-a-help-en = Podpowiedź po angielsku
kinds-a-required = Wymagana
kinds-a-private = Tylko dla pracowników
kinds-a-in-tiles = Potrzebna na mapie (w kafelkach)
kinds-up = Wyżej
kinds-down = Niżej
kinds-remove = Usuń cechę
kinds-add = Dodaj cechę
kinds-check = Sprawdź i zapisz
kinds-cancel = Anuluj
kinds-versions = Wersje
kinds-version = Wersja { $rev }:
kinds-yes = tak
kinds-no = nie
kinds-value-none = brak
kinds-fault-empty = Wypełnij to pole
kinds-fault-long = Najwyżej { $n } znaków
kinds-fault-control = Wpisz w jednym wierszu, bez znaków sterujących
kinds-fault-slug = Nazwa w adresach zaczyna się od małej litery; dalej małe litery bez ogonków, cyfry i podkreślniki, najwyżej 41 znaków
kinds-fault-key = Nazwa w danych zaczyna się od małej litery; dalej małe litery bez ogonków, cyfry i podkreślniki, najwyżej 41 znaków
kinds-fault-reserved = Nazwa „{ $name }” ma już inne znaczenie; wybierz inną
kinds-fault-taken = Rodzaj „{ $name }” już istnieje; wybierz inną nazwę w adresach
kinds-fault-icon = Wybierz znak
kinds-fault-colour = Podaj kolor jako #rrggbb
kinds-fault-contrast = Ten kolor jest za jasny dla białego znaku: kontrast { $contrast } zamiast co najmniej 3
kinds-fault-choose = Wybierz z listy
kinds-fault-zoom = Podaj liczbę od 0 do 20
kinds-fault-many = Najwyżej { $n } cech
kinds-fault-unknown-key = Tej cechy już nie ma; otwórz rodzaj na nowo
kinds-fault-twice = Dwie cechy mają tę samą nazwę w danych
kinds-fault-swapped = Największa wartość jest mniejsza niż najmniejsza
kinds-fault-whole = Podaj liczbę całkowitą
kinds-fault-number = Podaj liczbę
kinds-fault-length = Podaj liczbę od 1 do { $n }
kinds-fault-too-short = Długi tekst ma co najmniej { $n } znaków; krótszy jest zwykłym tekstem
kinds-fault-too-much = Tekst ma mniej niż { $n } znaków; wybierz typ „długi tekst”
kinds-fault-many-values = Najwyżej { $n } wartości
kinds-fault-no-values = Podaj co najmniej jedną wartość
kinds-fault-value-twice = Ta wartość już stoi na liście
kinds-fault-relied-on = Na tym rodzaju opiera się wyszukiwarka lub nawigacja, więc tego nie można zmienić
kinds-fault-relied-on-public = Ten rodzaj czytają strony publiczne (wyszukiwarka grobów lub nawigacja), więc musi pozostać publiczny
kinds-fault-relied-on-private = Cechę „{ $name }” pokazują strony publiczne (wyszukiwarka grobów lub nawigacja), więc musi pozostać publiczna
kinds-fault-relied-on-gone = Na cesze „{ $name }” opiera się wyszukiwarka lub nawigacja, więc nie można jej usunąć; wróć i otwórz formularz na nowo
kinds-fault-relied-on-type = Na cesze „{ $name }” opiera się wyszukiwarka lub nawigacja, więc jej typ się nie zmienia
kinds-fault-shapes = Inny kształt ma { $n ->
    [one] jeden obiekt
    [few] { $n } obiekty
   *[other] { $n } obiektów
  }; najpierw je popraw
kinds-fault-stale = Ktoś inny zapisał ten rodzaj w międzyczasie ({ $who }, { $when }). Nic nie zapisano, a wpisane dane nadal tu stoją. Otwórz aktualną wersję i wprowadź w niej swoje zmiany.
kinds-fault-no-version = Nie wiadomo, którą wersję otwarto. Otwórz rodzaj na nowo.
kinds-check-title = Co zmieni się w obiektach
kinds-check-lead = Zmiana rodzaju „{ $kind }” dotyka istniejących danych. Wybierz, co się z nimi stanie.
kinds-check-choose = Wybierz przy każdej cesze, co się stanie z wartościami
kinds-check-history = Dotychczasowe wartości zostają w historii obiektów.
kinds-save = Zapisz zmianę
kinds-edit-more = Wróć do formularza
kinds-note-public = Rodzaj stanie się widoczny dla wszystkich (obiektów: { $n }).
kinds-note-private = Rodzaj zniknie z mapy publicznej i danych otwartych (obiektów: { $n }).
kinds-note-attribute-public = Cecha „{ $name }” stanie się widoczna dla wszystkich, razem z tym, co już wpisano.
kinds-note-labels = Nazwy obiektów równe ukrywanej wartości zostaną usunięte ({ $n }); zachowa je historia.
kinds-note-attribute-private = Cecha „{ $name }” przestanie być publiczna.
kinds-breaks-removed = Cecha zostanie usunięta. Wypełniona jest w { $n ->
    [one] jednym obiekcie
   *[other] { $n } obiektach
  }.
kinds-breaks-readable = Ma inny typ, ale da się odczytać bez straty: { $n ->
    [one] jedna wartość
    [few] { $n } wartości
   *[other] { $n } wartości
  }.
kinds-breaks-required = Brakuje wartości wymaganej: { $n ->
    [one] jeden obiekt
    [few] { $n } obiekty
   *[other] { $n } obiektów
  }.
kinds-breaks-value = Wartości „{ $value }” nie ma na liście; ma ją { $n ->
    [one] jeden obiekt
    [few] { $n } obiekty
   *[other] { $n } obiektów
  }.
kinds-breaks-values = Spoza listy: { $n ->
    [one] jedna wartość
   *[other] { $n } innych wartości
  }.
kinds-breaks-range = Poza granicami: { $n ->
    [one] jedna wartość
    [few] { $n } wartości
   *[other] { $n } wartości
  }.
kinds-breaks-long = Za długi tekst: { $n ->
    [one] jedna wartość
   *[other] { $n } wartości
  }.
kinds-breaks-date = Nie jest datą: { $n ->
    [one] jedna wartość
   *[other] { $n } wartości
  }.
kinds-breaks-number = Nie jest taką liczbą: { $n ->
    [one] jedna wartość
   *[other] { $n } wartości
  }.
kinds-breaks-type = Nie pasuje do nowego typu: { $n ->
    [one] jedna wartość
   *[other] { $n } wartości
  }.
kinds-mend-convert = Odczytaj jako wartości nowego typu
kinds-mend-leave = Zostaw; obiekty staną na liście do poprawy
kinds-mend-leave-missing = Zostaw puste; obiekty staną na liście do uzupełnienia
kinds-mend-set = Wpisz wszędzie tę wartość:
kinds-mend-clear = Usuń wartości (zostają w historii)
kinds-mend-removed = Wartości znikną z obiektów, ale zostaną w ich historii.
kinds-mend-value = Wartość cechy „{ $name }”
kinds-mend-choose = wybierz…
kinds-mend-set-empty = Podaj wartość
kinds-mend-set-wrong = Ta wartość nie pasuje do nowego typu lub granic
kinds-icon-lamp = latarnia
kinds-icon-bench = ławka
kinds-icon-bin = kosz
kinds-icon-tree = drzewo
kinds-icon-green = zieleń
kinds-icon-barrier = ogrodzenie
kinds-icon-path = ścieżka
kinds-icon-gate = brama
kinds-icon-cemetery = cmentarz
kinds-icon-sector = kwatera
kinds-icon-grave = grób
kinds-icon-pin = pinezka
kinds-icon-hydrant = hydrant
kinds-icon-sign = znak
kinds-icon-playground = plac zabaw
kinds-icon-bicycles = rower
kinds-icon-stop = przystanek
kinds-icon-manhole = studzienka
kinds-icon-fountain = fontanna
kinds-icon-monument = pomnik
kinds-icon-parking = parking
kinds-icon-toilet = toaleta
kinds-icon-picnic = stół
kinds-icon-flag = flaga
kinds-icon-cabinet = szafka
kinds-icon-pole = słup
kinds-icon-shelter = wiata
kinds-icon-bridge = most
kinds-icon-building = budynek
kinds-icon-water = woda

## Do zrobienia
desk-title = Do zrobienia
desk-walk = Obchód w terenie
desk-drafts-title = Moje otwarte szkice
desk-draft-untitled = Szkic bez nazwy
desk-draft-detail = { $n ->
    [one] { $n } obiekt
    [few] { $n } obiekty
   *[other] { $n } obiektów
  }, ostatnio { $when }
desk-nothing-for-you = Twoje konto nie ma wglądu w rejestr. Jeśli ma go mieć, poproś administratora.
desk-faulty-title = Do poprawy
desk-faulty-hint = Cechy, które nie pasują do opisu rodzaju albo których brakuje.
desk-faulty-none = Wszystkie obiekty pasują do opisów swoich rodzajów.
desk-outside-title = Poza miastem
desk-outside-hint = Obiekty, które leżą poza obszarem miasta: zwykle pomyłka we współrzędnych.
desk-outside-none = Żaden obiekt nie leży poza miastem.
desk-outside-detail = poza obszarem miasta
desk-stacked-title = Jeden na drugim
desk-stacked-hint = Obiekty tego samego rodzaju bliżej niż 30 cm od siebie: zwykle wpisane dwa razy.
desk-stacked-none = Żadne dwa obiekty nie leżą na sobie.
desk-stacked-detail = w tym samym miejscu co
desk-stacked-other = inny obiekt
desk-unseen-title = Nie widziane
desk-unseen-hint = Obiekty, których nikt nie sprawdził na miejscu, a dalej te, które widziano najdawniej.
desk-unseen-none = Każdy obiekt ktoś już widział na miejscu.
desk-mine-title = Moje ostatnie zmiany
desk-mine-hint = Obiekty, które zmieniono z tego konta w ostatnich 30 dniach.
desk-mine-none = W ostatnich 30 dniach nic nie zmieniono z tego konta.
desk-counting = Trwa liczenie. Otwórz listę albo odśwież stronę za chwilę.
desk-never-seen = Nikt jeszcze tego nie sprawdził na miejscu.
desk-seen-on = ostatnio widziano { $date }
desk-on-map = Na mapie
desk-show-all = Pokaż wszystkie
desk-all-kinds = wszystkie rodzaje
desk-filter-kind = Rodzaj
desk-filter-sort = Kolejność
desk-filter = Filtruj
desk-sort-usual = zwykła
desk-sort-number = według numeru
desk-sort-changed = ostatnio zmienione
desk-found = { $n ->
    [one] { $n } obiekt
    [few] { $n } obiekty
   *[other] { $n } obiektów
  }
desk-open-chosen = Otwórz zaznaczone w edytorze
desk-pages-previous = Poprzednia strona
desk-in-service = w użyciu
desk-geometry-new = wpisano położenie
desk-geometry-gone = położenie usunięte
desk-geometry-moved = przesunięto o { $metres } m
desk-geometry-shape = zmieniono kształt

## Zmiany
changes-title = Zmiany
changes-lead = Wszystko, co zapisano w rejestrze: kto, kiedy i co. Każdą zmianę można cofnąć.
changes-who = Kto
changes-everybody = wszyscy
changes-from = Od dnia
changes-to = Do dnia
changes-bad-date = Podaj datę, na przykład 2026-11-24
changes-none = Nikt jeszcze niczego nie zmienił.
changes-none-filtered = Żadna zmiana nie pasuje do filtra.
changes-all = Pokaż wszystkie zmiany
changes-number = Zmiana { $number }
changes-new = { $n ->
    [one] { $n } nowy
    [few] { $n } nowe
   *[other] { $n } nowych
  }
changes-changed = { $n ->
    [one] { $n } zmieniony
    [few] { $n } zmienione
   *[other] { $n } zmienionych
  }
changes-removed = { $n ->
    [one] { $n } usunięty
    [few] { $n } usunięte
   *[other] { $n } usuniętych
  }
changes-origin-editor = edytor mapy
changes-origin-api = API
changes-origin-field = w terenie
changes-origin-kinds = zmiana rodzaju
changes-origin-undo = cofnięcie
changes-origin-import = import
changes-undone = cofnięta
changes-undoes = Cofa:
changes-undone-by = Cofnięta przez:
changes-map = Mapa przesunięć: zmiana { $number }
changes-things = Obiekty
changes-thing-new = nowy
changes-thing-removed = usunięty
changes-since = zmieniony także później
changes-not-shown = I jeszcze { $n } obiektów, których tu nie pokazano.
changes-undo-all = Cofnij całą zmianę
changes-undo-some = Cofnij zaznaczone

## Życie obiektu
life-edit = Edytuj na mapie
life-public = Strona publiczna
life-facts = Dane
life-source = Źródło
life-removed = Usunięty z rejestru: { $who }, { $when }.
life-sightings = Na miejscu
life-seen-seen = Jest na miejscu
life-seen-moved = Przesunięty
life-seen-gone = Nie ma
life-versions = Historia
life-back = przywrócony
life-before = było:
life-after = jest:
life-map = Mapa przesunięcia, wersja { $rev }
life-sketch-caption = Linia przerywana: przedtem. Linia ciągła: potem. Północ u góry.
life-all-fields = Wszystkie pola: { $n }
life-undo = Cofnij tę zmianę
life-undone = Cofnięto.

## Cofanie, które zderza się z późniejszą zmianą
clash-title = Nie cofnięto
clash-lead = Ktoś zmienił to samo także później. Wybierz, co ma zostać.
clash-faults = Tego, co było przedtem, nie da się dziś zapisać:
clash-back = Wróć
clash-said = Później zmienił(a) to { $who }, { $when }.
clash-keep = Zostaw, jak jest:
clash-undo = Cofnij do:
clash-nothing = (puste)
clash-whole = Obiekt
clash-bring-back = przywróć usunięty obiekt
clash-stay-removed = zostaw usunięty
clash-remove = usuń obiekt
clash-stay = zostaw obiekt
clash-as-before = przywróć stan sprzed zmiany
clash-save = Zapisz wybór

## Obchód w terenie
walk-title = Obchód w terenie
walk-choose = Wybierz
walk-all-kinds = cały majątek
walk-today = Dziś sprawdzono: { $n }
walk-noted = Zapisano.
walk-seen = Jest
walk-moved = Przenieś tu
walk-gone = Nie ma
walk-photo = Zdjęcie
walk-skip = Pomiń
walk-note = Uwaga (nieobowiązkowa)
walk-none = Wszystko w tej okolicy sprawdzono.
walk-none-hint = Rzeczy widziane w ostatnim roku nie wracają na listę.
walk-not-a-point = Na miejscu przesuwa się tylko punkty. Linie i obszary popraw w edytorze mapy.
walk-locating = Szukam położenia…
walk-no-position = Nie znam położenia. Pokazuję obiekty od ostatnio znanego miejsca.
walk-accuracy = Położenie z dokładnością do %n% m
walk-away = %n% m stąd
walk-inaccurate = Położenie jest zbyt niedokładne (%n% m), żeby przesunąć obiekt. Odejdź od budynków i poczekaj.
walk-confirm-moved = Na pewno przesunąć obiekt o %n% m?
walk-confirm-gone = Na pewno obiektu już nie ma? Zostanie usunięty z rejestru.
walk-yes = Tak
walk-no = Nie
walk-waiting = Czeka na wysłanie: %n%
walk-refused = Nie przyjęto: %label%. %why%
walk-clash = Do sprawdzenia: %label%. Po tym, co widać było w terenie, obiekt zmienił(a) %who% (%when%). Zgłoszenia nie zapisano.
walk-look = Otwórz stronę obiektu: %label%
walk-drop = Odrzuć
walk-expired = Sesja wygasła. Zaloguj się ponownie; nic nie zginęło.
walk-sign-in = Zaloguj się
walk-load-failed = Nie udało się wczytać obiektów. Spróbuję ponownie, gdy wróci sieć.
walk-counted = Dziś sprawdzono: %n%
walk-sketch = Szkic okolicy: północ u góry
walk-undo-last = Cofnij ostatnie

## Rejestr jako tabela
register-title = Rejestr w tabeli
register-as-of = Stan na koniec dnia
register-show = Pokaż
register-past = Tak wyglądał rejestr na koniec dnia { $day }.
register-files = To samo jako plik:
register-lines = GeoJSON wierszami
register-none = Nie ma tu żadnych obiektów.
list-download = Pobierz { $format }

### Tajne głosowanie

holding-survey-roll-what = W których tajnych głosowaniach wzięto udział, którego dnia i w jaki sposób; nigdy jak zagłosowano
holding-survey-roll-why = Aby każdy zagłosował tylko raz

## Odmowy
vote-closed = Głosowanie jest zakończone albo jeszcze się nie zaczęło.
vote-on-paper = W tym głosowaniu wzięto już udział na papierze.
vote-token-taken = Z tego konta pobrano już prawo do głosu w innej przeglądarce. Głos można oddać tylko w niej.
vote-no-token = Urząd nie może podpisać tego, co przysłała przeglądarka. Odśwież stronę i spróbuj ponownie.
vote-handle = Przeglądarka nie przysłała tego, czego wymagają zasady tego głosowania. Odśwież stronę i spróbuj ponownie.
vote-no-ballot = To nie jest głos tego głosowania: nie ma na nim podpisu urzędu albo koperta jest naruszona.
vote-other-ballot = Do tego prawa do głosu w urnie leży już inny głos.
vote-urn-is-open = Urna jest już otwarta albo jeszcze jej nie ma.
vote-no-paper = W tym głosowaniu nie przyjmuje się kart papierowych.
vote-has-sheets = Wprowadzono już karty papierowe.
vote-name-stays = Tego wpisu nie można cofnąć.
vote-sheet-other-clerk = Kartę wprowadzają dwie różne osoby, każda raz.

## Panel na stronie ankiety
vote-panel-title = Głos jest tajny
vote-panel-lead = Przeglądarka zakleja odpowiedzi w kopercie, zanim opuszczą ten komputer. Urząd odnotowuje, że wzięto udział; kto jak zagłosował, nie da się odczytać z zapisów urzędu.
vote-panel-more = Jak to działa i czego nie może zapewnić
vote-panel-no-scripts = Bez skryptów przeglądarka nie może zakleić głosu, więc tutaj nie da się zagłosować tajnie. Włącz JavaScript albo zagłosuj na papierze w urzędzie.
vote-panel-no-crypto = Ta przeglądarka jest zbyt stara, aby zakleić głos. Użyj nowszej albo zagłosuj na papierze w urzędzie.
vote-panel-sending = Głos jest zaklejany i wysyłany…
vote-panel-again = Nie ma połączenia z urzędem. Nic nie przepadło: wyślij jeszcze raz, z tej samej przeglądarki.
vote-panel-pending = W tej przeglądarce czeka zaklejony głos, którego urna jeszcze nie potwierdziła. Wyślij go teraz.
vote-panel-send = Wyślij zaklejony głos
vote-panel-done = Głos jest w urnie
vote-panel-receipt = Twoje potwierdzenie
vote-panel-receipt-lead = Po ogłoszeniu wyników znajdziesz je na liście i zobaczysz, że głos był w urnie. Nikomu nie powie, jak zagłosowano.
vote-panel-too-long = Odpowiedzi są zbyt długie. Skróć teksty lub rysunki.

## Tajność
vote-secrecy-title = Jak zachowana jest tajność
vote-secrecy-lead = Kto wziął udział i co wybrano, to dwa spisy, których nic nie łączy: ani numer, ani czas, ani kolejność.
vote-secrecy-how-title = Jak to działa
vote-secrecy-how = Przeglądarka losuje jednorazowe prawo do głosu i zakrywa je. Urząd sprawdza, kto pyta, wpisuje do spisu nazwisko i podpisuje zakryte prawo, nie widząc go (ślepy podpis, RFC 9474). Przeglądarka zdejmuje zakrycie, zakleja odpowiedzi w kopercie dla urny (HPKE, RFC 9180) i wrzuca ją osobną drogą, bez konta i bez ciasteczek. Koperty są jednej wielkości. Urna jest otwierana po zakończeniu: odpowiedzi i prawa do głosu wychodzą z niej jako dwie osobno potasowane listy, a klucze są niszczone.
vote-secrecy-who-title = Kto czego nie może
vote-secrecy-who = Kto ma całą bazę danych, jej dziennik i kopie z każdej chwili, widzi, kto wziął udział, ale nie odczyta koperty i nie połączy nazwiska z wyborem. Nie może też zmienić głosu: koperta jest opieczętowana kluczem, który ma tylko głosujący. Kupujący głosy nie dowie się z potwierdzenia, jak zagłosowano.
vote-secrecy-not-title = Czego to nie zapewnia
vote-secrecy-not = Kto prowadzi serwer i podmieni program, może podać przeglądarce inną stronę i zobaczyć głos albo otworzyć koperty przed czasem. Kto stoi obok głosującego, widzi jego ekran. Kto widzi sieć po obu stronach, może zestawić chwile połączeń; kto się tego obawia, może pobrać prawo do głosu i oddać głos później, z innego miejsca, w tej samej przeglądarce.
vote-secrecy-paper-title = Papier
vote-secrecy-paper = Na papierze część z nazwiskiem jest oddzielona od karty. Kartę wprowadzają niezależnie dwie osoby.
vote-secrecy-scripts-title = Bez skryptów
vote-secrecy-scripts = Zakleić głos może tylko przeglądarka, w której działa JavaScript. Bez niego głosuje się na papierze.
vote-rule-first = Kto wziął udział na papierze i przez internet: liczy się to, co było pierwsze. Spis nie wie, który głos jest czyj.
vote-rule-paper = Kto wziął udział na papierze i przez internet: liczy się papier, a głos z internetu jest wyjmowany z urny. W tym celu przeglądarka zostawia w spisie zaklejony znak prawa do głosu; urząd otwiera go tylko dla osób, które wzięły udział także na papierze.
vote-rule-void = Kto wziął udział na papierze i przez internet: nie liczy się nic. W tym celu przeglądarka zostawia w spisie zaklejony znak prawa do głosu; urząd otwiera go tylko dla osób, które wzięły udział także na papierze.
vote-fingerprint = Odcisk kluczy głosowania
vote-fingerprint-why = Wszyscy głosujący muszą widzieć ten sam odcisk: po tym poznać, że nikt nie dostał osobnego klucza. Porównaj go z tym, który urząd ogłosił na papierze i w BIP.

## Potwierdzenie i plik
vote-receipt-title = Czy mój głos był w urnie
vote-receipt-lead = Każdy znajdzie na liście swoje potwierdzenie. Nie ma przy nim wyboru, więc niczego nie można nim udowodnić.
vote-receipt-how = Potwierdzenia z tej przeglądarki są porównywane na tym komputerze: cała lista jest pobierana, urząd nie dowie się, o które chodzi. Bez skryptów pobierz plik i wyszukaj w nim początek potwierdzenia.
vote-receipt-later = Lista pojawi się po ogłoszeniu wyników
vote-receipt-found = Jest na liście
vote-receipt-missing = Nie ma go na liście. Zgłoś to w urzędzie i pokaż potwierdzenie.
vote-receipt-none = W tej przeglądarce nie ma potwierdzenia z tego głosowania.
vote-receipt-check = Sprawdź potwierdzenia z tej przeglądarki
vote-receipts = Potwierdzenia na liście
vote-opened-on = Urna otwarta
vote-file-digest = Suma kontrolna pliku (SHA-256)
vote-file-link = Pobierz plik z potwierdzeniami i głosami
vote-recount-how = Każdy może przeliczyć głosy sam: reeve recount plik.jsonl. Program sprawdza podpisy, liczbę głosów i wynik.

## Biurko
vote-desk-title = Głosowanie: spis, papier, urna
vote-desk-back = Ankieta
vote-desk-no-urn = Urna pojawi się z chwilą otwarcia głosowania
vote-roll-online = Wzięli udział przez internet
vote-roll-paper = Wzięli udział na papierze
vote-count-online = Głosy z urny
vote-count-paper = Karty papierowe
vote-count-spoiled = Nieważne koperty
vote-count-taken-out = Głosy wyjęte z powodu papieru
vote-count-foreign = Wpisy, które nie są głosami
vote-sheets-names = Kart papierowych jest { $sheets }, a nazwisk na papierze { $names }.
vote-names-title = Część z nazwiskiem
vote-names-lead = Najpierw porównaj nazwisko ze spisem, dopiero potem otwórz kopertę z kartą. Osoba zobaczy na swoim koncie, że ją wyszukano.
vote-names-q = Nazwisko, adres e-mail lub PESEL
vote-names-hint = Co najmniej trzy znaki
vote-names-find = Szukaj
vote-names-hit = { $name } { $email }
vote-names-enter = Wpisz do spisu
vote-names-leave = Cofnij wpis
vote-name-entered = Wpisano do spisu. Kartę można otworzyć i odłożyć do wprowadzenia.
vote-name-before = Ta osoba jest już w spisie jako głosująca na papierze.
vote-name-online-first = Ta osoba wzięła udział przez internet. Karta się nie liczy: odłóż kopertę bez otwierania.
vote-name-put-aside = Ta osoba wzięła udział przez internet. Odłóż kopertę bez otwierania i wpisz nazwisko ponownie po zakończeniu głosowania.
vote-name-paper-counts = Głos z internetu wyjęto z urny. Karta się liczy: można ją otworzyć.
vote-name-both-void = Głos z internetu wyjęto z urny. Karta też się nie liczy: nie otwieraj jej.
vote-name-nowhere = Ta osoba pobrała prawo do głosu, ale w urnie nie ma głosu, na który wskazuje znak w spisie. Karta się nie liczy: nie otwieraj jej.
vote-sheets-title = Karty bez nazwisk
vote-sheets-lead = Każdą kartę oznacz numerem. Wprowadzają ją dwie osoby, niezależnie od siebie; różnice widać tutaj.
vote-sheets-done = Zgodnie wprowadzone: { $done } z { $all }
vote-sheets-list = Lista kart
vote-sheet-number = Numer karty
vote-sheet-state = Stan
vote-sheet-once = raz ({ $clerk })
vote-sheet-same = dwa razy, zgodnie
vote-sheet-differ = różni się: { $questions }
vote-sheet-enter = Wprowadź kartę
vote-sheet-entry = Wprowadzenie
vote-sheet-entry-1 = pierwsze
vote-sheet-entry-2 = drugie
vote-sheet-which = Karta { $number }, wprowadzenie { $entry }
vote-sheet-save = Zapisz kartę
vote-urn-title = Urna
vote-urn-shut = Głosowanie trwa: urna jest zamknięta.
vote-urn-by-itself = Urna otwiera się sama po zakończeniu głosowania.
vote-urn-by-hand = Otwórz urnę, gdy wszystkie nazwiska i karty są wprowadzone. Potem nic się już nie zmieni, a klucze zostaną zniszczone.
vote-urn-sure = Wszystkie nazwiska i karty są wprowadzone
vote-urn-not-sure = Potwierdź, że wszystko jest wprowadzone
vote-urn-open = Otwórz urnę
vote-urn-sheets = Tych kart nie wprowadzono zgodnie dwa razy: { $numbers }
vote-paper-taken = Przyjmujemy karty papierowe; urnę otwiera urząd
vote-paper-save = Zapisz
vote-refused-title = Czego nie przyjęto
vote-refused-not-eligible = Prośby osób, które nie mogą głosować
vote-refused-no-blinded-token = Prośby, których nie można podpisać
vote-refused-second-token = Prośby o drugie prawo do głosu
vote-refused-on-paper-already = Prośby osób, które głosowały na papierze
vote-refused-token-too-late = Prośby nie w porę
vote-refused-forged-token = Głosy bez podpisu urzędu
vote-refused-forged-seal = Głosy z naruszoną kopertą
vote-refused-no-ballot = Głosy innej wielkości lub budowy
vote-refused-second-ballot = Drugie głosy tego samego prawa
vote-refused-ballot-too-late = Głosy nie w porę
vote-deeds-title = Co zrobiono
vote-deeds-none = Jeszcze nic
vote-deed-urn-put-up = Wystawiono urnę
vote-deed-urn-opened = Otwarto urnę
vote-deed-paper-taken = Postanowiono przyjmować karty papierowe
vote-deed-paper-not-taken = Postanowiono nie przyjmować kart papierowych
vote-deed-name-entered = Wpisano nazwisko z papieru
vote-deed-sheet-entered = Kartę zapisano
vote-deed-name-left = Cofnięto wpis nazwiska z papieru
vote-deed-ballot-taken-out = Wyjęto głos z urny z powodu papieru
vote-deed-sheet-refused = Nie przyjęto karty osoby, która wzięła udział przez internet

## Skrypt
vote-js-missing = Odpowiedz na to pytanie
vote-js-few = Wybierz więcej
vote-js-many = To za dużo
vote-js-wrong = Ta odpowiedź nie pasuje do pytania

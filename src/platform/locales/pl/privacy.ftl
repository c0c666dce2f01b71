### privacy

## Konto: co przechowujemy
holding-account-what = Adres e-mail, imię i nazwisko konta, skrót hasła, kiedy ostatnio się zalogowano
holding-account-why = Żeby móc się zalogować
holding-account-kept = Po usunięciu zostaje pusty wiersz bez adresu i nazwiska, na którym wisi zapis zdarzeń.
holding-account-event-what = Co działo się z kontem: logowania i zmiany, ze skróconym adresem sieciowym i nazwą przeglądarki
holding-account-event-why = Żeby było wiadomo, kto i kiedy korzystał z konta
holding-account-event-law = Zapis zdarzeń każe prowadzić § 21 rozporządzenia o Krajowych Ramach Interoperacyjności, co najmniej przez dwa lata. Nie ma w nim imienia ani adresu e-mail.
holding-session-what = Otwarte i zakończone sesje: przeglądarka, skrócony adres sieciowy, kiedy
holding-session-why = Żeby pozostać zalogowanym i widzieć, gdzie się jest zalogowanym
holding-passkey-what = Klucze dostępu i ich nazwy
holding-passkey-why = Żeby móc się zalogować kluczem
holding-recovery-code-what = Skróty kodów zapasowych
holding-recovery-code-why = Na wypadek utraty telefonu
holding-account-identity-what = Połączenia z innymi sposobami logowania
holding-account-identity-why = Żeby móc się zalogować loginem państwowym
holding-account-link-what = Odnośniki do nowych haseł: kiedy o nie poproszono i kiedy ich użyto
holding-account-link-why = Żeby odzyskać dostęp do konta
holding-account-email-change-what = Zmiany adresu e-mail
holding-account-email-change-why = Żeby dało się cofnąć zmianę, której nie zrobił właściciel
holding-account-signup-what = Z czego powstało konto: adres, imię i nazwisko
holding-account-signup-why = Żeby potwierdzić adres e-mail
holding-account-challenge-what = Rozpoczęte i niedokończone kroki logowania
holding-account-challenge-why = Żeby dokończyć logowanie

# Osoby i pełnomocnictwa
holding-party-what = Imię i nazwisko, data urodzenia, PESEL (zaszyfrowany), adres i poziom potwierdzenia tożsamości
holding-party-why = Żeby urząd wiedział, z kim ma do czynienia i komu może pokazać opłaty i sprawy
holding-party-proof-what = Kiedy i jak potwierdzono tożsamość albo cofnięto potwierdzenie; rodzaj dokumentu, nigdy jego numer
holding-party-proof-why = Żeby dało się sprawdzić, na jakiej podstawie ktoś zobaczył dane
holding-identity-code-what = Kody do listu i do okienka: kiedy i pod jaki adres, czy zostały użyte
holding-identity-code-why = Żeby potwierdzić adres listem albo tożsamość w urzędzie
holding-identity-attempt-what = Ile razy próbowano potwierdzić adres lub wpisać kod
holding-identity-attempt-why = Żeby nikt nie zgadywał kodów
holding-party-look-what = Kto z urzędu oglądał dane, kiedy i w jakim celu
holding-party-look-why = Żeby każdy mógł sprawdzić, kto patrzył na jego dane
holding-mandate-what = Pełnomocnictwa: kto, za kogo, w jakim zakresie i do kiedy działa
holding-mandate-why = Żeby pełnomocnik mógł działać w czyimś imieniu, a obie strony to widziały
holding-mandate-event-what = Co zrobiono na podstawie pełnomocnictwa i kiedy
holding-mandate-event-why = Żeby mocodawca wiedział, co zrobiono w jego imieniu
keep-proof = Dowód potwierdzenia tożsamości zostaje, bo urząd musi umieć wykazać, komu i na jakiej podstawie udostępnił dane (art. 5 ust. 2 RODO). Nie zawiera numerów ani nazwisk.
keep-look = Zapis o oglądaniu danych zostaje pięć lat, bo urząd musi umieć wykazać, kto i po co je oglądał (art. 5 ust. 2 RODO).
keep-mandate = Pełnomocnictwo i czynności pełnomocnika zostają w aktach, bo od nich zależy ważność tego, co zrobiono (art. 33 KPA, art. 138a–138o Ordynacji podatkowej).

# Wiadomości

holding-message-days-what = Wiadomości spoza spraw: o bezpieczeństwie konta, przypomnienia, ogłoszenia
holding-message-days-why = Żebyś wiedział o tym, co dzieje się z kontem i o co prosisz.

# Strony
privacy-link = Prywatność
privacy-title = Prywatność: co przechowujemy i po co
privacy-lead = Ta strona powstaje z tych samych zapisów, według których program przechowuje, wydaje i usuwa dane. Mówi więc to, co naprawdę robi.
privacy-controller-title = Administrator danych
privacy-controller = Administratorem danych jest gmina: { $town }.
privacy-officer-title = Inspektor ochrony danych
privacy-officer-unknown = Urząd jeszcze go tu nie podał. Zapytaj w urzędzie, kto nim jest i jak się z nim skontaktować.
privacy-kept-title = Co przechowujemy
privacy-what = Co
privacy-why = Po co
privacy-basis = Podstawa
privacy-keep = Jak długo
privacy-at-erasure = Gdy usuwasz konto
privacy-count = Zapisów o Tobie
privacy-basis-law = obowiązek z prawa (art. 6 ust. 1 lit. c RODO)
privacy-basis-task = zadanie publiczne gminy (art. 6 ust. 1 lit. e RODO)
privacy-basis-consent = Twoja zgoda, którą możesz cofnąć (art. 6 ust. 1 lit. a RODO)
privacy-keep-account = Dopóki masz konto
privacy-keep-days = { $n ->
    [one] { $n } dzień
   *[other] { $n } dni
}
privacy-keep-years = { $n ->
    [one] { $n } rok
    [few] { $n } lata
   *[other] { $n } lat
}
privacy-stays = Zostaje na tej samej podstawie
privacy-erased = Znika
privacy-blanked = Dane znikają; zostaje pusty wiersz, na którym wisi to, co każe zachować prawo
privacy-recipients-title = Komu je przekazujemy
privacy-recipients = Nikomu poza tymi, przez których wysyłamy wiadomości: operatorem poczty i SMS-ów oraz dostawcą powiadomień przeglądarki, jeśli je włączysz. Nie sprzedajemy danych i nie podejmujemy na ich podstawie decyzji bez udziału człowieka.
privacy-rights-title = Twoje prawa
privacy-rights-copy = Możesz zobaczyć i pobrać wszystko, co o Tobie przechowujemy (art. 15 i 20 RODO).
privacy-rights-correct = Możesz poprawić swoje dane (art. 16 RODO).
privacy-rights-object = Możesz sprzeciwić się ich użyciu albo poprosić o ograniczenie (art. 18 i 21 RODO); napisz do urzędu.
privacy-rights-consent = Możesz w każdej chwili cofnąć zgodę; to, co wysłano wcześniej, pozostaje zgodne z prawem.
privacy-rights-erase = Możesz usunąć konto. To, co każe zachować prawo, zostaje, i mówimy dlaczego (art. 17 ust. 3 RODO).
privacy-rights-link = Moje dane na moim koncie
privacy-complaint-title = Skarga
privacy-complaint = Możesz złożyć skargę do Prezesa Urzędu Ochrony Danych Osobowych, ul. Stawki 2, 00-193 Warszawa.
privacy-cookies-title = Ciasteczka
privacy-cookies = Używamy tylko tych, bez których strona nie działa: do logowania i do języka. Niczego nie śledzimy.
privacy-erasure-link = Co zniknie, a co każe zachować prawo
own-privacy-lead = Co o Tobie przechowujemy, kto na to patrzył i jak to pobrać albo usunąć.
own-privacy-consents = Moje zgody
own-privacy-kept-title = Co przechowujemy o Tobie
own-privacy-all = Po co i na jakiej podstawie to przechowujemy
own-privacy-looks-title = Kto z urzędu oglądał Twoje dane
own-privacy-no-looks = Nikt ich nie oglądał.
own-privacy-erasure = Możesz zamknąć konto. Przez dwa tygodnie da się je otworzyć na nowo, potem dane znikają na zawsze, poza tym, co każe zachować prawo.
copy-button = Pobierz moje dane
copy-title = Kopia Twoich danych
copy-lead = Wszystko, co o Tobie przechowujemy, w chwili pobrania.
copy-html = Do czytania (HTML)
copy-html-hint = Otworzy się w każdej przeglądarce, także bez internetu.
copy-json = Dla programów (JSON)
copy-json-hint = Do przeniesienia gdzie indziej.
copy-files = Załączniki wiadomości są w obu plikach jako odnośniki. Działają, dopóki jesteś zalogowany.
copy-left-out = PESEL jest w kopii odszyfrowany. Nie ma w niej tego, co służy tylko do sprawdzania sekretów: skrótów haseł i kodów, kluczy sesji i zaszyfrowanych sekretów. Przy każdej tabeli jest napisane, co pominięto.
copy-care = W pliku są Twoje dane wprost. Nie zostawiaj go na cudzym komputerze.
copy-whose = { $name }. { $town }. Stan na { $made }.
copy-section-left-out = Pominięto: { $columns }.
copy-nothing = Nic tu o Tobie nie ma.
copy-yes = tak
copy-no = nie
erasure-title = Usunięcie danych
erasure-lead = Dane usuwa się przez zamknięcie konta. To, co każe zachować prawo, zostaje, każde z podanego powodu.
erasure-goes-title = Znika
erasure-stays-title = Zostaje i dlaczego
erasure-how-title = Jak to przebiega
erasure-how = Po zamknięciu konta nikt nie może się na nie zalogować. Przez czternaście dni możesz je otworzyć odnośnikiem z wiadomości. Potem wszystko, co wymieniono wyżej jako znikające, znika naraz i na zawsze. Zapisujemy tylko, co usunięto i co zostało, bez Twoich danych.
erasure-close = Zamknij konto
due-nav = Stare dane
due-title = Dane, które przechowano dość długo
due-lead = To, co służy tylko działaniu programu, usuwa się samo. O reszcie decyduje człowiek: sprawdź i zgódź się.
due-rows = { $n ->
    [0] Nic nie czeka na usunięcie
    [one] { $n } zapis do usunięcia
    [few] { $n } zapisy do usunięcia
   *[other] { $n } zapisów do usunięcia
}
due-oldest = Najstarszy z { $date }
due-button = Usuń na zawsze
due-done = { $n ->
    [one] Usunięto { $n } zapis.
    [few] Usunięto { $n } zapisy.
   *[other] Usunięto { $n } zapisów.
}
due-log = Zapisuje się, kto się zgodził, kiedy i ile zapisów usunięto.

# Nazwy kolumn w kopii
holding-column-name = Nazwa
holding-column-given-names = Imiona
holding-column-family-name = Nazwisko
holding-column-born = Data urodzenia
holding-column-pesel = PESEL
holding-column-nip = NIP
holding-column-street = Ulica
holding-column-house-number = Numer domu
holding-column-flat-number = Numer mieszkania
holding-column-flat-key = Mieszkanie, znormalizowane
holding-column-postcode = Kod pocztowy
holding-column-place = Miejscowość
holding-column-address-point = Punkt adresowy
holding-column-level = Poziom
holding-column-kind = Rodzaj
holding-column-id = Numer zapisu
holding-column-party = Osoba
holding-column-account = Konto
holding-column-created-at = Powstało
holding-column-expires-at = Ważne do
holding-column-used-at = Użyto
holding-column-ended-at = Zakończono
holding-column-sent-at = Wysłano
holding-column-sent-by = Wysłał
holding-column-at = Kiedy
holding-column-by = Kto
holding-column-means = Sposób
holding-column-details = Szczegóły
holding-column-what = Co
holding-column-who = Kto
holding-column-why = Dlaczego
holding-column-purpose = Cel
holding-column-note = Uwaga
holding-column-staff = Konto pracownika
holding-column-staff-name = Pracownik
holding-column-principal = Mocodawca
holding-column-agent = Przeglądarka albo pełnomocnik
holding-column-scopes = Zakres
holding-column-valid-from = Od
holding-column-valid-until = Do
holding-column-document = Dokument
holding-column-entered-by = Wpisał
holding-column-entered-at = Wpisano
holding-column-revoked-at = Odwołano
holding-column-revoked-by = Odwołał
holding-column-revoked-why = Powód odwołania
holding-column-email = E-mail
holding-column-email-key = E-mail, znormalizowany
holding-column-old-email = Poprzedni e-mail
holding-column-new-email = Nowy e-mail
holding-column-email-confirmed-at = E-mail potwierdzono
holding-column-password-changed-at = Hasło zmieniono
holding-column-last-sign-in-at = Ostatnie logowanie
holding-column-last-used-at = Ostatnio użyto
holding-column-linked-at = Połączono
holding-column-confirmed-at = Potwierdzono
holding-column-closed-at = Zamknięto
holding-column-disabled-at = Wyłączono
holding-column-resident = Konto mieszkańca
holding-column-demo = Konto pokazowe
holding-column-clause = Wersja informacji o danych
holding-column-address = Adres
holding-column-channel = Droga
holding-column-state = Stan
holding-column-subject = Temat
holding-column-body = Treść
holding-column-direction = Kierunek
holding-column-thread = Wątek
holding-column-template = Szablon
holding-column-lang = Język
holding-column-actor = Autor
holding-column-read-at = Przeczytano
holding-column-content = Wysłana treść
holding-column-media-type = Typ pliku
holding-column-bytes = Bajtów
holding-column-sha256 = Suma kontrolna
holding-column-given = Zgoda
holding-column-page = Strona
holding-column-wording = Przeczytana treść
holding-column-wording-version = Wersja treści
holding-column-provider = Dostawca
holding-column-subject-id = Identyfikator u dostawcy
holding-column-issuer = Wystawca
holding-column-password-hash = skrót hasła
holding-column-totp-sealed = sekret aplikacji uwierzytelniającej
holding-column-totp-last-step = ostatni krok aplikacji uwierzytelniającej
holding-column-token-hash = skrót klucza
holding-column-id-token-sealed = potwierdzenie dostawcy tożsamości
holding-column-credential = klucz publiczny
holding-column-credential-id = identyfikator klucza
holding-column-code-hash = skrót kodu
holding-column-code-mark = znacznik kodu
holding-column-code-sealed = zaszyfrowany kod
holding-column-pesel-mark = znacznik do wyszukiwania PESEL
holding-column-confirm-hash = skrót odnośnika
holding-column-object-hash = skrót odnośnika sprzeciwu
holding-column-identity-sealed = zaszyfrowana tożsamość
holding-column-key = klucz przeciw powtórzeniu
holding-column-sealed = zaszyfrowana treść do wysłania
holding-column-leased-by = węzeł, który wysyła
holding-column-endpoint = adres powiadomień przeglądarki
own-privacy-copies-title = Kiedy pobrano kopię danych
own-privacy-copies-hint = Jeśli to nie Ty, zakończ inne sesje i zmień hasło:
searches-title = Wyszukiwania osób
searches-lead = Kto szukał, w jakim celu i ile osób zobaczył. Tego, co wpisano, nie przechowujemy.
search-by = Po czym
search-by-name = po nazwie
search-by-email = po e-mailu
search-by-pesel = po PESEL
search-by-nip = po NIP
search-shown = Ile osób
search-found = { $n }
search-found-more = { $n }, było ich więcej

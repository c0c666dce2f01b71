## Wejście na pulpit
sign-in-title = Zaloguj się
sign-in-lead = Dla mieszkańców i pracowników urzędu. Mapa i groby są dostępne bez logowania.
email-label = Adres e-mail
password-label = Hasło
sign-in-button = Zaloguj się
sign-in-or = albo
sign-in-passkey = Zaloguj się kluczem dostępu
sign-in-forgot = Nie pamiętam hasła
sign-in-back = Logowanie
sign-in-no-email = Wpisz adres e-mail
sign-in-no-password = Wpisz hasło
sign-in-wrong = Adres lub hasło się nie zgadza. Sprawdź oba i spróbuj jeszcze raz.
sign-in-wait-seconds =
    { $n ->
        [one] Za dużo prób. Spróbuj ponownie za { $n } sekundę.
        [few] Za dużo prób. Spróbuj ponownie za { $n } sekundy.
       *[other] Za dużo prób. Spróbuj ponownie za { $n } sekund.
    }
sign-in-wait-minutes =
    { $n ->
        [one] Za dużo prób. Spróbuj ponownie za { $n } minutę.
        [few] Za dużo prób. Spróbuj ponownie za { $n } minuty.
       *[other] Za dużo prób. Spróbuj ponownie za { $n } minut.
    }
sign-in-help-title = Gdy nie możesz się zalogować
sign-in-help-password = Nie pamiętasz hasła? Podaj adres e-mail swojego konta. Wyślemy odnośnik, którym raz, w ciągu godziny, ustawisz nowe.
sign-in-help-second = Nie masz telefonu z aplikacją ani klucza? Użyj kodu zapasowego. Gdy i jego brakuje, pracownikowi drugi składnik usunie administrator, a mieszkaniec zaloguje się loginem państwowym.
sign-in-help-administrator = Jesteś jedynym administratorem? Osoba, która opiekuje się serwerem, wykona polecenie: reeve user reset ADRES.
second-title = Drugi krok logowania
second-code-label = Kod z aplikacji
second-recovery-label = Kod zapasowy
second-code-hint = Sześć cyfr z aplikacji albo jeden z kodów zapasowych.
second-wrong = Ten kod nie pasuje albo był już użyty. Poczekaj na następny i wpisz go.
second-passkey = Użyj klucza dostępu
second-lost = Nie mam telefonu ani klucza

## Nowe hasło
invite-title = Witaj, ustaw swoje hasło
reset-title = Ustaw nowe hasło
reset-lead = Konto: { $name }. Gdy ustawisz hasło, wszystkie otwarte sesje tego konta się zakończą.
password-new-label = Nowe hasło
password-current-label = Obecne hasło
password-hint = Co najmniej { $n } znaków; najlepiej kilka słów, które łatwo zapamiętasz. Spacje i polskie litery są dozwolone.
password-set-button = Ustaw hasło
password-too-short = Hasło jest za krótkie: wpisz co najmniej { $n } znaków
password-too-long = Hasło jest za długie: wpisz najwyżej { $n } znaków
password-common = To hasło składa się ze słów lub ciągów, których wszyscy próbują najpierw. Wymyśl inne.
password-context = W haśle nie może być nazwy miasta, usługi ani Twojego adresu
link-gone-title = Ten odnośnik już nie działa
link-gone-text = Odnośnik działa raz i przez krótki czas. Poproś o nowy: na stronie logowania albo, jeśli to zaproszenie pracownika, administratora.

## Moje konto
account-title = Moje konto
name-label = Imię i nazwisko
name-fault = Wpisz imię i nazwisko, najwyżej 100 znaków
email-fault = Wpisz adres e-mail, na przykład anna@poczta.example
save-button = Zapisz
roles-link = Co oznaczają role
password-change-link = Zmień hasło
password-change-title = Zmiana hasła
password-change-lead = Po zmianie wszystkie inne sesje się zakończą.
confirm-title = Potwierdź, że to Ty
confirm-lead = Zaraz zmienisz coś ważnego. Pokaż jeszcze raz, że to Ty; przez dziesięć minut nie zapytamy ponownie.
confirm-button = Dalej
factors-title = Drugi składnik
factors-needed = Zanim zaczniesz pracę, dodaj drugi składnik: aplikację z kodami albo klucz dostępu. Bez niego nie otworzysz niczego poza tą stroną.
factors-lead = Z drugim składnikiem samo hasło nie wystarczy, żeby wejść na Twoje konto.
app-heading = Aplikacja z kodami
app-there = Aplikacja jest połączona.
codes-left =
    { $n ->
        [one] Pozostał { $n } kod zapasowy.
        [few] Pozostały { $n } kody zapasowe.
       *[other] Pozostało { $n } kodów zapasowych.
    }
codes-none = Nie masz kodów zapasowych. Utwórz je na wypadek, gdy zabraknie telefonu lub klucza.
app-none = Brak aplikacji.
app-add = Połącz aplikację
app-remove = Odłącz aplikację
app-title = Połącz aplikację z kodami
app-step-install = Zainstaluj w telefonie aplikację z kodami jednorazowymi (TOTP).
app-step-scan = Zeskanuj nią obrazek albo przepisz sekret.
app-step-code = Wpisz kod, który pokaże.
app-qr = Kod QR dla aplikacji; to samo jest niżej jako tekst
app-secret = Sekret do przepisania:
app-code-label = Kod z aplikacji, sześć cyfr
app-button = Połącz
app-wrong = Ten kod nie pasuje. Sprawdź zegar w telefonie i wpisz bieżący kod.
codes-title = Kody zapasowe
codes-lead = Każdy działa raz, gdy nie masz telefonu. Zapisz je lub wydrukuj: więcej ich nie pokażemy.
codes-print = Drukuj
codes-done = Mam je zapisane
codes-new = Nowe kody zapasowe
passkeys-heading = Klucze dostępu
passkeys-none = Brak kluczy. Klucz dostępu (odcisk palca, PIN komputera, klucz USB) zastępuje hasło i kod.
passkey-made = dodany { $when }
passkey-used = użyty { $when }
passkey-name-label = Nazwa klucza, na przykład „Laptop w biurze”
passkey-add = Dodaj klucz dostępu
passkey-unnamed = Klucz
passkey-failed = Nie udało się. Spróbuj jeszcze raz albo użyj hasła.
passkey-unsupported = Ta przeglądarka lub ten adres nie pozwala na klucze dostępu.
passkey-needs-script = Klucze dostępu wymagają włączonej obsługi skryptów.
passkey-unknown = Nie znamy tego klucza.
remove-button = Usuń
sessions-title = Otwarte sesje
session-present = Ta przeglądarka
session-last = ostatnio { $when }
session-end = Wyloguj
session-end-others = Wyloguj wszędzie indziej
session-browser = Przeglądarka
session-used = Ostatnio używana
session-began = Od
events-title = Ostatnie zdarzenia
event-when = Kiedy
event-what = Co
event-who = Kto
event-somebody = ktoś
event-signed-in = Zalogowanie
event-sign-in-failed = Nieudane logowanie
event-signed-out = Wylogowanie
event-signed-out-everywhere = Wylogowanie wszędzie
event-created = Konto utworzone
event-link-made = Odnośnik do hasła wydany
event-password-changed = Hasło zmienione
event-renamed = Nazwa lub adres zmienione
event-roles-changed = Role zmienione
event-disabled = Konto wyłączone
event-enabled = Konto włączone
event-totp-added = Aplikacja połączona
event-recovery-codes-made = Nowe kody zapasowe
event-recovery-code-used = Kod zapasowy użyty
event-totp-removed = Aplikacja odłączona
event-passkey-added = Klucz dostępu dodany
event-passkey-removed = Klucz dostępu usunięty
event-second-factors-removed = Drugi składnik usunięty
event-token-made = Token utworzony
event-token-revoked = Token unieważniony
done-password = Hasło jest ustawione.
done-name = Zapisano.
done-session = Sesja zakończona.
done-others = Wylogowano wszędzie indziej.
done-app-removed = Aplikacja odłączona.
done-passkey = Klucz dostępu dodany.
done-passkey-removed = Klucz dostępu usunięty.
done-revoked = Token unieważniony.
done-roles = Role zapisane.
done-disabled = Konto wyłączone, sesje zakończone.
done-enabled = Konto włączone.
done-signed-out = Wszystkie sesje zakończone.
done-factors = Drugi składnik usunięty.
done-out = Wylogowano.

## Tokeny
tokens-title = Tokeny
tokens-link = Tokeny dla QGIS i skryptów
tokens-lead = Token pozwala programowi pracować w Twoim imieniu, tylko w wybranym zakresie. Nie podawaj programom hasła.
tokens-none-title = Nie masz jeszcze tokenów
tokens-none-text = Utwórz token, żeby QGIS lub skrypt mógł zapisywać zmiany.
tokens-list = Twoje tokeny
token-new = Nowy token
token-no-scopes = Twoje konto nie ma roli, więc token do niczego by nie uprawniał.
token-name-label = Nazwa, na przykład „QGIS w terenie”
token-name-fault = Wpisz nazwę tokenu, najwyżej 100 znaków
token-scopes-label = Co może
token-scope-fault = Zaznacz, co token może
token-days-label = Jak długo
token-days =
    { $n ->
        [one] { $n } dzień
       *[other] { $n } dni
    }
token-make = Utwórz token
token-made-title = Token utworzony
token-made-text = Skopiuj go teraz: więcej go nie pokażemy.
token-ends-at = ważny do { $when }
token-revoked-at = unieważniony { $when }
token-used = ostatnio użyty { $when }
token-unused = jeszcze nieużyty
token-ended = Nieważny
token-revoke = Unieważnij

## Pracownicy i role
people-title = Pracownicy
people-search = Szukaj po imieniu, nazwisku lub adresie
people-none = Nikogo takiego nie ma
people-all = Pokaż wszystkich
person-new-title = Dodaj osobę
person-new-lead = Dostaniesz odnośnik-zaproszenie, którym osoba sama ustawi swoje hasło.
person-invite = Dodaj i pokaż zaproszenie
person-roles = Role
person-no-roles = bez roli
person-only-kinds = Tylko niektóre rodzaje obiektów
person-last = Ostatnie logowanie
person-never = nigdy
person-disabled = Wyłączone
person-invited = Bez hasła
person-demo = Konto pokazowe
person-two-factors = Drugi składnik
person-save-roles = Zapisz role
person-access = Dostęp
person-invite-again = Nowe zaproszenie
person-reset = Odnośnik do nowego hasła
person-sign-out = Wyloguj wszędzie
person-remove-factors = Usuń drugi składnik
person-disable = Wyłącz konto
person-enable = Włącz konto
person-sessions = Sesje
person-no-sessions = Ta osoba nie jest nigdzie zalogowana.
link-made-title = Odnośnik jest gotowy
link-made-invite = Przekaż ten odnośnik tylko tej osobie: { $name }. Ustawi nim swoje hasło w ciągu trzech dni.
link-made-reset = Przekaż ten odnośnik tylko tej osobie: { $name }. Ustawi nim nowe hasło w ciągu godziny.
link-made-once = Odnośnik działa raz i nie pokażemy go ponownie. Wcześniejsze odnośniki przestały działać.
link-made-back = Wróć do osoby
roles-title = Role i uprawnienia
roles-lead = Kto ma kilka ról, może wszystko, na co pozwala choć jedna z nich. Większość ról można ograniczyć do wybranych rodzajów obiektów.
roles-permission = Uprawnienie
roles-whole = tylko dla całości
roles-yes = tak
roles-no = nie
role-viewer = Przeglądający
role-surveyor = Kontroler w terenie
role-editor = Edytor
role-planner = Planista
role-front-desk = Sala obsługi
role-correspondence = Korespondencja
role-accounting = Księgowość
role-participation = Konsultacje z mieszkańcami
role-treasurer = Skarbnik
role-administrator = Administrator
permission-registry-read = Widzieć, co niepubliczne, i historię zmian
permission-registry-write = Dodawać, zmieniać i usuwać obiekty
permission-registry-verify = Potwierdzać w terenie i fotografować
permission-registry-export = Eksportować dane niepubliczne
permission-kinds-manage = Tworzyć i zmieniać rodzaje obiektów
permission-accounts-manage = Zarządzać kontami pracowników
permission-residents-read = Oglądać dane mieszkańców (każde wejście jest zapisywane)
permission-residents-verify = Potwierdzać tożsamość i wpisywać pełnomocnictwa
permission-messages-manage = Prowadzić wysyłkę: szablony, niedostarczone, listy do druku
permission-conversations-answer = Odpowiadać na listy mieszkańców
permission-dues-read = Oglądać, kto ile jest winien (każde wejście jest zapisywane)
permission-dues-manage = Wpisywać wymiary, księgować wpłaty i zwroty
permission-dues-settings = Prowadzić rodzaje opłat, rachunki, stawki i terminy
permission-town-manage = Zmieniać wygląd i deklarację dostępności
refusal-email-taken = Konto z tym adresem już istnieje
refusal-last-administrator = To ostatnia osoba, która może zarządzać kontami. Najpierw daj tę rolę komuś innemu.
refusal-wrong-password = Hasło się nie zgadza
refusal-too-many = Masz już za dużo tokenów lub kluczy. Najpierw usuń niepotrzebne.
refusal-beyond-owner = Token nie może więcej niż Ty
error-403-title = Nie masz do tego uprawnień
error-403-text = Potrzebną rolę może dać administrator. Jeśli to formularz, był otwarty zbyt długo: wróć, odśwież stronę i wyślij go ponownie.
error-429-title = Za dużo prób
error-429-text = Poczekaj chwilę i spróbuj ponownie.
person-limit = Nie dla wszystkich, tylko dla zaznaczonych poniżej
account-email-by-administrator = Adres zmienia administrator, bo stoi on przy każdej zmianie w historii.

## Konto mieszkańca: założenie
sign-up-link = Załóż konto
sign-up-title = Załóż konto mieszkańca
sign-up-lead = Wystarczy adres e-mail. Wyślemy na niego odnośnik, pod którym wybierzesz hasło.
sign-up-button = Wyślij odnośnik
sign-up-confirm-title = Dokończ zakładanie konta
sign-up-confirm-text = Konto dla: { $name }, { $email }.
sign-up-confirm-password = Wybierz hasło. Jeśli to nie Ty zakładasz konto, zamknij tę stronę: nic nie powstanie.
sign-up-confirm-identity = Zalogujesz się tym samym sposobem co przed chwilą. Jeśli to nie Twoje imię i nazwisko, zamknij tę stronę: nic nie powstanie.
sign-up-confirm-button = Załóż konto
sign-up-passkey = Załóż konto bez hasła, z kluczem dostępu
password-choose-label = Hasło do konta
done-account = Konto jest gotowe. Zaloguj się tym samym sposobem co przed chwilą.
done-add-passkey = Konto jest gotowe. Dodaj teraz klucz dostępu, żeby móc się znów zalogować.
clause-title = Co robimy z Twoimi danymi
clause-who = Administratorem danych jest gmina ({ $town }).
clause-officer = Inspektor ochrony danych: { $officer }.
clause-officer-unknown = Urząd nie podał tu jeszcze kontaktu do inspektora ochrony danych. Zapytaj o niego w urzędzie.
clause-what = Imię, nazwisko i adres e-mail są potrzebne, żeby prowadzić Twoje konto i pisać do Ciebie w Twoich sprawach. Podstawą jest zadanie publiczne gminy (art. 6 ust. 1 lit. e RODO), a nie zgoda, dlatego o nią nie pytamy. Podanie danych jest dobrowolne, bez nich konto nie powstanie.
clause-how-long = Dane konta przechowujemy, dopóki go nie zamkniesz; to, co każe zachować prawo, tak długo, jak ono każe. Nikomu ich nie sprzedajemy i nie podejmujemy na ich podstawie decyzji bez udziału człowieka.
clause-rights = Możesz zobaczyć swoje dane, pobrać je, poprawić, sprzeciwić się ich użyciu i zażądać ich usunięcia: na stronach swojego konta albo w urzędzie. Możesz złożyć skargę do Prezesa Urzędu Ochrony Danych Osobowych.

## Listy z odnośnikami
written-title = Sprawdź pocztę
written-text = Jeśli podany adres jest właściwy, za chwilę przyjdzie na niego list: { $email }.
written-nothing-comes = Nie ma listu? Zajrzyj do folderu ze spamem i sprawdź, czy w adresie nie ma błędu. Na jeden adres wysyłamy dziennie tylko kilka listów.
sign-in-help-button = Wyślij odnośnik
link-used-title = Ten odnośnik był już użyty
link-used-text = Konto z tym adresem już jest. Zaloguj się.
email-change-link = Zmień adres
email-change-title = Zmiana adresu e-mail
email-change-lead = Teraz logujesz się adresem: { $email }. Na nowy adres wyślemy odnośnik; dopóki go nie otworzysz, nic się nie zmieni.
email-new-label = Nowy adres e-mail
email-change-button = Wyślij odnośnik
email-confirm-title = Potwierdź nowy adres
email-confirm-text = Od teraz Twoim adresem do logowania będzie: { $email }.
email-confirm-button = Zmień adres
email-changed-title = Adres jest zmieniony
email-changed-text = Loguj się nowym adresem. Inne sesje się zakończyły. Na poprzedni adres wysłaliśmy list, którym przez tydzień można cofnąć zmianę.
email-taken-title = Ten adres ma już inne konto
email-taken-text = Zmiana nie jest możliwa. Jeśli to Twój adres, zaloguj się na tamto konto albo przyjdź do urzędu.
objection-title = Cofnij zmianę adresu
objection-text = Adresem konta będzie znów: { $email }. Zakończymy wszystkie sesje, usuniemy hasło i to, co dodano po zmianie, i wyślemy na ten adres odnośnik do nowego hasła.
objection-button = To nie ja, cofnij zmianę
objected-title = Zmiana jest cofnięta
objected-text = Konto ma znów poprzedni adres i nikt nie jest na nim zalogowany. Sprawdź pocztę: wysłaliśmy odnośnik do nowego hasła.

## Zamknięcie konta
close-title = Zamknięcie konta
close-link = Zamknij konto
close-lead = Zamykasz konto: { $email }. Zostaniesz od razu wylogowany i nikt się już na nie nie zaloguje.
close-goes-title = Co znika
close-goes-sign-in = Od razu: logowanie, otwarte sesje, klucze dostępu i połączenia z innymi sposobami logowania przestają działać.
close-goes-contact = Po dwóch tygodniach usuwamy adres e-mail, hasło i wszystko, czego prawo nie każe zachować.
close-stays-title = Co każe zachować prawo
close-stays-cases = Sprawy, pisma i należności wobec gminy, tak długo, jak każą przepisy o archiwach i podatkach.
close-stays-events = Zapis zdarzeń na koncie, bez imienia i adresu (§ 21 rozporządzenia o Krajowych Ramach Interoperacyjności).
close-again = Przez dwa tygodnie możesz otworzyć konto ponownie: odnośnik wyślemy e-mailem.
close-button = Zamknij konto
closed-title = Konto jest zamknięte
closed-text = Nikt się już na nie nie zaloguje.
closed-again = Wysłaliśmy list z odnośnikiem, którym przez dwa tygodnie możesz otworzyć konto ponownie.
reopen-title = Otwórz konto ponownie
reopen-text = Konto, które zamknięto, będzie działać jak wcześniej.
reopen-button = Otwórz konto
done-reopened = Konto znów działa. Zaloguj się.

## Logowanie przez dostawcę tożsamości
identity-sign-in-button = Zaloguj się: { $name }
identity-link-button = Potwierdź tożsamość: { $name }
identity-go-title = Przechodzisz na stronę: { $name }
identity-go-text = Jeśli nic się nie dzieje, użyj odnośnika.
identity-go-link = Przejdź dalej
identity-new-title = Podaj adres e-mail
identity-new-lead = Wiemy już, kim jesteś. Potrzebujemy jeszcze adresu, żeby pisać do Ciebie w Twoich sprawach.
identities-title = Inne sposoby logowania
identities-none = Konto nie jest połączone z żadnym.
identity-denied-title = Logowanie przerwane
identity-failed-title = Nie udało się zalogować
identity-failed-id = Jeśli to się powtarza, podaj w urzędzie ten numer: { $id }
identity-used = Na to logowanie już odpowiedziano, zaczęto je w innej przeglądarce albo trwało za długo. Zacznij od nowa.
identity-denied = Nic się nie zmieniło. Możesz zacząć od nowa albo zalogować się inaczej.
identity-begin-again = Logowanie trwało za długo albo zaczęto je w innej karcie. Zacznij od nowa.
identity-mixed-up = Odpowiedź przyszła od kogoś innego, niż pytaliśmy. Zacznij od nowa na tej stronie, nie z odnośnika, który ktoś przysłał.
identity-not-believed = Odpowiedź nie miała ważnego podpisu, więc jej nie przyjęliśmy. Spróbuj później albo zaloguj się inaczej.
identity-clock = Odpowiedź była nieaktualna: zegary serwerów się różnią. Spróbuj jeszcze raz.
identity-too-long-ago = Trzeba było zalogować się tam od nowa. Spróbuj jeszcze raz i podaj dane logowania.
identity-level = Ten sposób logowania potwierdza tożsamość zbyt słabo. Wybierz mocniejszy, na przykład profil zaufany.
identity-claims = Zabrakło danych, bez których nie wiemy, kim jesteś, albo są błędne. Zgódź się na ich przekazanie albo zaloguj się inaczej.
identity-unreachable = Strona logowania teraz nie odpowiada. Spróbuj za chwilę albo zaloguj się inaczej.
identity-settings = Ten sposób logowania jest źle ustawiony. Zaloguj się inaczej; urząd już o tym wie.
identity-closed = To konto jest zamknięte. Jeśli to Ty je zamknąłeś, otwórz je odnośnikiem z listu.
identity-not-yours = Zalogował się tam ktoś inny niż właściciel tego konta. Niczego nie zmieniliśmy.
identity-other-person = To konto należy do osoby z innym numerem PESEL. Niczego nie zmieniliśmy. Jeśli to pomyłka, przyjdź z dokumentem do urzędu.
identity-elsewhere-title = Masz już inne konto
identity-elsewhere-text = Tę osobę znamy z innego konta. Nie łączymy kont sami i niczego nie zmieniliśmy.
identity-elsewhere-mend = Zaloguj się na tamto konto. Jeśli nie wiesz, jakie to konto, albo chcesz połączyć oba, przyjdź z dokumentem do urzędu.
done-linked = Konto jest połączone.
done-unlinked = Połączenie jest usunięte.
signed-out-title = Jesteś wylogowany
signed-out-still-there = W tej przeglądarce nadal jesteś zalogowany na stronie: { $name }. Jeśli to nie Twój komputer, wyloguj się i tam.
signed-out-leave = Wyloguj się też: { $name }
signed-out-stay = Wróć na stronę główną

## Logowanie mieszkańca
password-none = Bez hasła.
confirm-nothing = To konto nie ma jeszcze hasła ani klucza. Wyloguj się i zaloguj jeszcze raz albo ustaw hasło odnośnikiem ze strony „Gdy nie możesz się zalogować”.
browser-unnamed = przeglądarka, która się nie przedstawia
changed-password = zmieniono hasło
changed-passkey-added = dodano klucz dostępu
changed-passkey-removed = usunięto klucz dostępu
changed-app-added = połączono aplikację z kodami
changed-app-removed = odłączono aplikację z kodami
changed-linked = połączono inny sposób logowania
changed-unlinked = usunięto inny sposób logowania
refusal-last-way-in = Bez tego nie możesz się już zalogować. Ustaw najpierw hasło albo dodaj inny klucz.
refusal-same-email = To jest Twój obecny adres
event-office = urząd
event-owner = Ty
event-session-moved = Sesja zakończona: użyto jej w innej przeglądarce
event-recovery-asked = Poproszono o nowe hasło
event-sign-up-again = Ktoś chciał założyć konto z tym adresem
event-email-change-asked = Poproszono o zmianę adresu
event-email-changed = Adres zmieniony
event-email-change-taken-back = Zmiana adresu cofnięta
event-identity-linked = Połączono inny sposób logowania
event-identity-removed = Usunięto inny sposób logowania
event-closed = Konto zamknięte
event-reopened = Konto otwarte ponownie
event-erased = Dane konta usunięte
event-data-copied = Pobrano kopię danych

## Wejście na pulpit
sign-in-title = Zaloguj się
sign-in-lead = Dla pracowników, którzy prowadzą rejestr. Mapa i groby są dostępne bez logowania.
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
sign-in-help-password = Nie pamiętasz hasła? Administrator w urzędzie da Ci odnośnik, którym raz, w ciągu godziny, ustawisz nowe hasło.
sign-in-help-second = Nie masz telefonu z aplikacją ani klucza? Użyj kodu zapasowego. Gdy i jego brakuje, administrator usunie drugi składnik z Twojego konta.
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
password-hint = Co najmniej { $n } znaków; najlepiej kilka słów, które łatwo zapamiętasz. Spacje i polskie litery są dozwolone.
password-set-button = Ustaw hasło
password-too-short = Hasło jest za krótkie: wpisz co najmniej { $n } znaków
password-too-long = Hasło jest za długie: wpisz najwyżej { $n } znaków
password-common = To hasło składa się ze słów lub ciągów, których wszyscy próbują najpierw. Wymyśl inne.
password-context = W haśle nie może być nazwy miasta, usługi ani Twojego adresu
link-gone-title = Ten odnośnik już nie działa
link-gone-text = Odnośnik działa raz i przez krótki czas. Poproś administratora o nowy.

## Moje konto
account-title = Moje konto
name-label = Imię i nazwisko
name-fault = Wpisz imię i nazwisko, najwyżej 100 znaków
email-fault = Wpisz adres e-mail, na przykład anna@urzad.example
save-button = Zapisz
roles-link = Co oznaczają role
password-change-link = Zmień hasło
password-change-title = Zmiana hasła
password-change-lead = Po zmianie wszystkie inne sesje się zakończą.
confirm-title = Potwierdź hasłem
confirm-lead = Zaraz zmienisz coś ważnego. Wpisz hasło jeszcze raz; przez dziesięć minut nie zapytamy ponownie.
confirm-button = Dalej
factors-title = Drugi składnik
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
role-administrator = Administrator
permission-registry-read = Widzieć, co niepubliczne, i historię zmian
permission-registry-write = Dodawać, zmieniać i usuwać obiekty
permission-registry-verify = Potwierdzać w terenie i fotografować
permission-registry-export = Eksportować dane niepubliczne
permission-kinds-manage = Tworzyć i zmieniać rodzaje obiektów
permission-accounts-manage = Zarządzać kontami pracowników
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

### Wiadomości

attachments-refused = Nie przyjęliśmy załączników.
attachment-empty = Plik „{ $name }” jest pusty.
attachment-too-large = Plik „{ $name }” jest większy niż 10 MB. Zmniejsz go lub podziel.
attachment-too-much = Za dużo załączników: najwyżej 10 plików i 25 MB razem.
attachment-runnable = Plik „{ $name }” jest programem lub zawiera program. Takich plików nie przyjmujemy.
attachment-unknown-kind = Pliku „{ $name }” nie przyjmujemy. Wyślij PDF, zdjęcie, dokument, tekst lub ZIP.
sms-usual = Masz nowa wiadomosc:
push-usual = Nowa wiadomość z urzędu
push-read-it = Dotknij, aby przeczytać.
trial-mark = [Próba]
mail-by-consent = Dostajesz tę wiadomość, bo się na to zgodziłeś lub zgodziłaś. Na nią nie trzeba odpowiadać.
mail-always = Ta wiadomość dotyczy bezpieczeństwa konta, dlatego wysyłamy ją zawsze. Na nią nie trzeba odpowiadać.
mail-unsubscribe = Rezygnacja z takich wiadomości:
mail-unsubscribe-link = Zrezygnuj z takich wiadomości
consent-case = wiadomości w moich sprawach
consent-reminder = przypomnienia o terminach
consent-news = ogłoszenia i nowości z gminy
consent-by-email = e-mailem
consent-by-sms = SMS-em
consent-by-push = powiadomieniem na urządzeniu
consent-wording = Zgadzam się dostawać { $purpose } { $channel }. Zgodę mogę w każdej chwili wycofać na stronie „Zgody” lub odnośnikiem w wiadomości.

channel-inbox = Skrzynka
channel-email = E-mail
channel-sms = SMS
channel-push = Powiadomienie
channel-letter = List
purpose-security = Bezpieczeństwo konta
purpose-case = Twoje sprawy
purpose-reminder = Przypomnienia o terminach
purpose-news = Ogłoszenia i nowości z gminy

inbox-title = Wiadomości
inbox-consents-link = Zgody: jak jeszcze mamy Cię powiadamiać
inbox-search = Szukaj w wiadomościach
inbox-empty = Nie ma jeszcze wiadomości
inbox-empty-hint = Tu znajdziesz wszystko, co urząd do Ciebie pisze, także odpowiedzi na Twoje pisma.
inbox-none-found = Nic nie znaleziono
inbox-all = Wszystkie wiadomości
inbox-unread = Nieprzeczytane
inbox-read = Przeczytane
inbox-new = Nowa
inbox-files = z załącznikami
inbox-count =
    { $n ->
        [one] { $n } wiadomość
        [few] { $n } wiadomości
       *[other] { $n } wiadomości
    }
message-goes-on = Przejdź do sprawy
message-from-office = Urząd
message-from-you = Ty
message-files = Załączniki
message-read = Otwarto: { $when }
message-looks = Kiedy i po co urząd zaglądał do treści

consents-title = Zgody na powiadomienia
consents-lead = Wszystko, co dotyczy Twoich spraw, zawsze jest w skrzynce na koncie. Tu wybierasz, jak jeszcze mamy o tym dawać znać. Każdą zgodę możesz w każdej chwili wycofać.
consents-no-email = Nie ma potwierdzonego adresu
consents-phone = Telefon do SMS-ów
consents-no-phone = Nie ma potwierdzonego numeru
consents-about-case = Krótkie zawiadomienie, że czeka wiadomość. Jej treść jest tylko w skrzynce.
consents-about-reminder = Zanim minie termin, na przykład płatności. Bez kwot i bez nazwisk.
consents-about-news = Co dzieje się w gminie: utrudnienia, konsultacje, wydarzenia.
consents-lang = Język wiadomości
consents-given = Zgoda od: { $when } (treść z { $version }).
consents-withdrawn = Wycofana: { $when }.
consents-saved = Zapisaliśmy Twoje zgody.
consents-code = Kod, który wysłaliśmy na numer { $number }
consents-confirm = Potwierdź numer
consents-phone-label = Numer telefonu
consents-phone-hint = Na przykład 600 100 200. Wyślemy SMS z kodem, który potwierdzi, że to Twój numer.
consents-send-code = Wyślij kod
consents-remove-phone = Usuń numer
consents-code-sent = Wysłaliśmy kod. Wpisz go poniżej.
consents-phone-confirmed = Numer jest potwierdzony.
consents-phone-removed = Usunęliśmy numer.
consents-phone-wrong = Wpisz numer telefonu komórkowego, na przykład 600 100 200
consents-too-many-codes = Za dużo kodów. Spróbuj za godzinę
consents-code-wrong = To nie ten kod. Sprawdź SMS i wpisz sześć cyfr
consents-code-ended = Kod stracił ważność. Wyślij nowy

unsubscribe-title = Rezygnacja z wiadomości
unsubscribe-button = Zrezygnuj
unsubscribe-nothing-yet = Dopóki nie naciśniesz przycisku, nic się nie zmieni.
unsubscribe-done-title = Gotowe
unsubscribe-done = Takich wiadomości już nie wyślemy. Inne ustawienia:
unsubscribe-wrong-title = Ten odnośnik nie działa
unsubscribe-wrong = Jest niepełny albo stary. Z wiadomości możesz zrezygnować na stronie:

outbox-title = Wysyłka wiadomości
outbox-shelves = Stan wysyłki
outbox-search = Szukaj adresu lub tematu
outbox-none = Nic tu nie ma
outbox-message = Wiadomość
outbox-way = Droga
outbox-state = Stan
outbox-decide = Co zrobić
outbox-no-address = Nie znamy adresu pocztowego.
outbox-broken-off = Ostatnia próba urwała się; nie wiadomo, czy wiadomość wyszła.
outbox-retry = Spróbuj ponownie
outbox-give-up = Zrezygnuj
outbox-not-set-up = { $channel }: kanał nie jest skonfigurowany ({ $settings }). Czeka: { $n }. Wiadomości wyjdą, gdy administrator uzupełni ustawienia.
outbox-done-retry = Wiadomość pójdzie jeszcze raz.
outbox-done-given-up = Zapisaliśmy rezygnację.
outbox-done-late = Nic się nie zmieniło: ktoś już zdecydował albo brakuje danych.
shelf-dead = Nie doszły ({ $n })
shelf-waiting = Czekają ({ $n })
shelf-sent = Wysłane
shelf-other = Pominięte i porzucone
delivery-waiting = Czeka
delivery-sending = Wychodzi
delivery-sent = Wysłano
delivery-delivered = Doręczono
delivery-failed = Porzucono
delivery-dead = Nie doszło
delivery-not-wanted = Nie wysyłano
delivery-attempts =
    { $n ->
        [one] { $n } próba
        [few] { $n } próby
       *[other] { $n } prób
    }
delivery-next = następna: { $when }
delivery-actor-program = program
delivery-actor-visitor = osoba niezalogowana
delivery-event-queued = Przyjęto do wysyłki
delivery-event-sending = Początek próby
delivery-event-sent = Wysłano
delivery-event-delivered = Doręczono
delivery-event-failed = Próba się nie udała
delivery-event-dead = Koniec prób
delivery-event-not-wanted = Nie wysyłano
delivery-event-retried = Ponowiono
delivery-event-given-up = Zrezygnowano
delivery-event-posted = Nadano na poczcie
delivery-event-looked = Wyświetlono treść
why-security = Bo chroni konto: wysyłane zawsze.
why-law = Bo tak chce prawo.
why-consent = Bo jest zgoda.
why-no-consent = Nie ma zgody.
why-formal = Bo takie pismo wysyła się listem.
why-no-other-way = Bo nie ma innej drogi.
why-asked = Bo o to poproszono na stronie.
why-flood = Za dużo takich wiadomości na ten adres.

proof-text = Treść
proof-why-look = Po co chcesz zobaczyć treść?
proof-why-look-hint = Zapiszemy to, a adresat zobaczy, kiedy i po co zaglądano do jego wiadomości.
proof-why-needed = Napisz, po co zaglądasz do treści, na przykład numer sprawy
proof-show-text = Pokaż treść
proof-address = Adres na kopertę, w kilku liniach
proof-address-needed = Wpisz adres w co najmniej dwóch liniach: kto i gdzie
proof-set-address = Zapisz adres
proof-attempt = Próba
proof-provider = Przez kogo
proof-answer = Odpowiedź
proof-read = Otwarto w skrzynce
proof-not-read = jeszcze nie

templates-title = Szablony wiadomości
templates-lead = Słowa, których używają wiadomości. Każda zmiana jest nową wersją; do każdej można wrócić.
verified-at-desk = w urzędzie, na podstawie dokumentu
verified-by-login = loginem państwowym
template-title = Szablon
template-subject = Temat
template-purpose = Cel
template-change = Zmień
template-changed = własny
template-places = Co można wstawić
template-body = Treść
template-body-hint = W skrzynce i w liście; w e-mailu, gdy nie ma zawiadomienia.
template-notice = Zawiadomienie e-mailem
template-notice-hint = Gdy treść nie może iść e-mailem. Puste: e-mail ma całą treść.
template-sms = SMS
template-push = Powiadomienie
template-push-hint = Widać je na zablokowanym ekranie: bez nazwisk, kwot i innych danych.
template-preview = Podgląd
template-test = Wyślij próbę do mnie
template-preview-title = Podgląd z przykładami
template-versions = Wersje
template-built-in = Wersja wbudowana
template-version = wersja { $n }
template-name-account-changed = Zmiana sposobu logowania
template-name-account-closed = Zamknięcie konta
template-name-account-confirm = Potwierdzenie adresu przy zakładaniu konta
template-name-account-email-changed = Zmieniony adres e-mail: na stary adres
template-name-account-email-confirm = Zmiana adresu e-mail: na nowy adres
template-name-account-exists = Próba założenia konta, które już jest
template-name-account-new-sign-in = Logowanie z nowej przeglądarki
template-name-account-reset = Odzyskanie dostępu
template-name-case-update = Wiadomość w sprawie
template-name-conversation-answered = Odpowiedź na pismo
template-name-conversation-received = Potwierdzenie przyjęcia pisma
template-name-conversation-state = Zmiana stanu pisma
template-name-dues-call = Wezwanie do zapłaty
template-name-dues-interest-note = Nota odsetkowa
template-name-dues-notice = Przypomnienie o terminie opłaty
template-name-dues-reminder = Upomnienie
template-name-formal-letter = Pismo urzędowe
template-name-mandate-entered = Wpisanie pełnomocnictwa
template-name-mandate-revoked = Odwołanie pełnomocnictwa
template-name-news = Ogłoszenie
template-name-phone-code = Kod do potwierdzenia telefonu
template-name-project-accepted = Projekt dopuszczony do głosowania
template-name-project-refused = Projekt niedopuszczony do głosowania
template-name-reminder = Przypomnienie o terminie
template-name-conversation-escalated = Przekazanie pisma przełożonym
template-name-letter-answered = Odpowiedź na pismo osoby bez konta
template-name-letter-confirm = Potwierdzenie adresu osoby bez konta
template-name-letter-received = Przyjęcie pisma osoby bez konta
template-name-letter-state = Zmiana stanu pisma osoby bez konta
template-name-account-erased = Usunięcie danych
template-name-account-factors-removed = Usunięcie drugich składników logowania
template-name-survey-invitation = Zaproszenie do ankiety lub głosowania
template-name-survey-reminder = Przypomnienie o ankiecie lub głosowaniu
template-name-verified = Potwierdzenie tożsamości
template-put-back = Przywróć wersję
template-saved = Zapisaliśmy nową wersję.
template-test-sent = Próba jest w drodze na Twój adres.
template-overtaken = Ktoś inny zapisał ten szablon w międzyczasie. Otwórz go ponownie i nanieś swoje zmiany
template-sms-none = Pusty: SMS dostanie zwykłe słowa z odnośnikiem.
template-sms-plain =
    { $parts ->
        [one] { $parts } SMS
       *[other] { $parts } SMS-y
    }, { $units } znaków bez polskich liter
template-sms-letters =
    { $parts ->
        [one] { $parts } SMS
       *[other] { $parts } SMS-y
    }, { $units } znaków; przez polskie litery mieści się mniej
template-fault-empty = Wpisz tekst
template-fault-long = Skróć tekst: najwyżej { $n } znaków
template-fault-place = Nie ma wartości { $place }. Użyj jednej z podanych wyżej
template-fault-missing = Wstaw { $place }: bez tego wiadomość jest bezużyteczna
template-fault-push = Usuń { $place }: powiadomienie widać na zablokowanym ekranie
place-town = Nazwa gminy
place-name = Jak nazywa się adresat
place-date = Dzisiejsza data
place-link = Odnośnik do sprawy lub skrzynki

post-letters-title = Listy do wydruku
letters-electronic = Listy na adres do doręczeń elektronicznych idą do systemu; pozostałe drukuje się tutaj.
letters-paper-only = Wydrukuj listy, nadaj je i zaznacz jako nadane.
post-letters-none = Żaden list nie czeka
letters-choose = Wybierz
letters-to = Do kogo
letters-number = Numer nadania
post-letters-print = Drukuj
letters-print-hint = Każdy list jest na osobnej kartce. Użyj drukowania w przeglądarce.
letters-mark = Zaznacz jako nadane
letters-posted = Ostatnio nadane
letters-done-posted = Zapisaliśmy nadanie.
letters-none-chosen = Zaznacz co najmniej jeden list

holding-message-what = Wiadomości między Tobą a urzędem
holding-message-why = Aby załatwiać Twoje sprawy i móc wykazać, co i kiedy napisano. Wiadomości spoza spraw (bezpieczeństwo, przypomnienia, ogłoszenia) usuwamy po roku.
holding-message-law = Korespondencja w sprawach należy do akt; jak długo się je trzyma, mówi instrukcja kancelaryjna (Dz.U. 2011 nr 14 poz. 67).
holding-attachment-what = Załączniki wiadomości
holding-attachment-why = Należą do wiadomości i znikają razem z nią.
holding-delivery-what = Jakimi drogami wysłano wiadomości i na jakie adresy
holding-delivery-why = Aby wiadomość doszła i aby móc to wykazać.
holding-delivery-law = Dowód doręczenia przechowuje się tak długo, jak pismo, którego dotyczy.
holding-delivery-event-what = Kiedy i przez kogo próbowano doręczyć wiadomości
holding-delivery-event-why = To dowód doręczenia; widać w nim też, kiedy urząd zaglądał do treści.
holding-contact-what = Adres e-mail, numer telefonu i adres do doręczeń elektronicznych
holding-contact-why = Aby wiedzieć, dokąd pisać.
holding-contact-code-what = Numer telefonu, który czeka na potwierdzenie
holding-contact-code-why = Aby sprawdzić, że numer jest Twój; po dniu znika.
holding-consent-what = Twoje zgody i ich wycofania, z treścią, którą widziano
holding-consent-why = Aby wysyłać tylko to, na co się zgadzasz.
holding-consent-law = Zgodę trzeba móc wykazać (RODO, art. 7 ust. 1).
holding-message-language-what = Język, w którym do Ciebie piszemy
holding-message-language-why = Aby pisać w języku, który wybierasz.
holding-push-subscription-what = Przeglądarki, które pokazują powiadomienia
holding-push-subscription-why = Aby powiadomienie doszło na Twoje urządzenie.

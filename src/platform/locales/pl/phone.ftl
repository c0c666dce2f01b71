### Telefon: strony bez sieci, ekran główny, powiadomienia. W tekstach `-js-` i w `phone-kept` miejsca oznacza %nazwa%.

## Strona z pamięci urządzenia
phone-kept-label = Strona z pamięci urządzenia
phone-kept = Z pamięci urządzenia, odczytane %when%.
phone-kept-again = Wczytaj ponownie

## Formularz, którego nie da się wysłać
phone-unsent-title = Nie wysłano: brak połączenia
phone-unsent = Wszystko, co wpisano, zostało w formularzu. Nie zamykaj tej strony i wyślij ponownie, gdy wróci sieć.

## Strona zamiast nieprzeczytanej
offline-title = Brak połączenia
offline-lead = Bez sieci da się pokazać tylko strony, które już otwierano na tym urządzeniu. Tej jeszcze tu nie było.
offline-again = Spróbuj ponownie
offline-list-title = Można przeczytać bez sieci
offline-list-none = To urządzenie nie pamięta jeszcze żadnej strony.
offline-list-scripts = Lista stron wymaga włączonego JavaScriptu.
offline-list-own = Strony Twojego konta znikają z urządzenia po wylogowaniu, gdy sesja wygaśnie i gdy zaloguje się ktoś inny.

## Ekran główny
install-title = Na ekranie telefonu
install-text = Dodaj tę usługę do ekranu głównego: otwiera się jak aplikacja, a przeczytane strony działają bez sieci.
install-button = Dodaj do ekranu głównego
install-by-hand = Na iPhonie i iPadzie: otwórz menu udostępniania przeglądarki i wybierz „Do ekranu początkowego”. Strona otworzy się potem jak aplikacja i będzie mogła pokazywać powiadomienia.
install-done = Gotowe. Usługa jest na ekranie głównym.
help-phone-title = Na telefonie i bez sieci
help-phone-1 = Strony, które już otwierano, można przeczytać także bez sieci; u góry widać wtedy, kiedy je odczytano.
help-phone-2 = Formularz wysłany bez sieci zostaje na ekranie z tym, co wpisano.

## Powiadomienia
push-title = Powiadomienia na tym urządzeniu
push-scripts = Powiadomienia na telefonie lub komputerze wymagają włączonego JavaScriptu. Wiadomości czekają zawsze w skrzynce na koncie.
push-js-off = To urządzenie nie pokazuje powiadomień. Gdy je włączysz, przeglądarka zapyta o zgodę. W powiadomieniu nie ma nazwisk ani kwot.
push-js-on = To urządzenie pokazuje powiadomienia o nowych wiadomościach. Ustają po wylogowaniu i gdy zaloguje się ktoś inny.
push-js-turn-on = Włącz na tym urządzeniu
push-js-turn-off = Wyłącz na tym urządzeniu
push-js-turned-on = Powiadomienia są włączone na tym urządzeniu.
push-js-turned-off = Powiadomienia są wyłączone.
push-js-not-allowed = Bez zgody w oknie przeglądarki powiadomień nie da się włączyć. Możesz spróbować ponownie.
push-js-failed = Nie udało się. Sprawdź połączenie i spróbuj ponownie.
push-js-no-server = Nie wiadomo, czy powiadomienia są włączone: serwer nie odpowiada. Wczytaj stronę ponownie.
push-js-unsupported = Ta przeglądarka nie pokazuje powiadomień. Wiadomości czekają w skrzynce na koncie.
push-js-home-screen-first = Na iPhonie i iPadzie dodaj najpierw tę stronę do ekranu początkowego (menu udostępniania, „Do ekranu początkowego”), otwórz ją stamtąd i włącz powiadomienia tutaj.
push-js-blocked = Powiadomienia tej strony są zablokowane w przeglądarce. Aby je odblokować, otwórz ustawienia witryny (ikona obok adresu strony), zmień „Powiadomienia” na „Zezwalaj” i wczytaj stronę ponownie.
push-js-others = Inne urządzenia, które pokazują powiadomienia:
push-js-some-device = Urządzenie
push-js-since = od %when%
push-js-remove = Usuń
phone-js-notice = Nowa wiadomość z urzędu
phone-js-notice-body = Otwórz, aby ją przeczytać.

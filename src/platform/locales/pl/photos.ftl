photos-title = Zdjęcia
photos-page-title = Zdjęcia: { $label }
photos-none = Nie ma jeszcze zdjęć.
photos-alt = Zdjęcie: { $label }
photos-alt-numbered = Zdjęcie { $n } z { $total }: { $label }
photos-taken = Zrobione { $date }
photos-added = Dodano { $date }, { $who }
photos-private = Tylko dla pracowników
photos-original = Plik źródłowy
photos-use-place = Przenieś obiekt w miejsce zdjęcia (edytor)
photos-change = Zmień lub usuń
photos-caption = Podpis
photos-public = Pokazuj wszystkim
photos-save = Zapisz
photos-remove = Usuń zdjęcie
photos-remove-hint = Usunięte zdjęcie znika ze wszystkich stron. Aby je przywrócić, dodaj ten sam plik jeszcze raz.
photos-caption-too-long = Podpis może mieć najwyżej { $n } znaków.

photos-add-label = Dodaj zdjęcia
photos-add-hint = JPEG, PNG lub WebP, każde do 40 MB. Zdjęcia obrócimy i pokażemy bez danych zapisanych przez aparat.
photos-add-hint-form = Razem do 60 MB.
photos-send = Wyślij zdjęcia
photos-queue = Wysyłane pliki
photos-said-added = { $n ->
    [one] Dodano { $n } zdjęcie.
    [few] Dodano { $n } zdjęcia.
   *[other] Dodano { $n } zdjęć.
  }
photos-said-known = { $n ->
    [one] { $n } zdjęcie już tu było.
    [few] { $n } zdjęcia już tu były.
   *[other] { $n } zdjęć już tu było.
  }

photos-refused-title = Nie wszystkie pliki dodano
photos-refused-nothing = wybierz co najmniej jeden plik.
photos-refused-empty = plik jest pusty. Wybierz zdjęcie jeszcze raz.
photos-refused-bytes = plik ma ponad 40 MB. Zmniejsz zdjęcie i dodaj je ponownie.
photos-refused-form = Pliki mają razem ponad 60 MB. Wyślij je w kilku częściach.
photos-refused-type = to nie jest zdjęcie JPEG, PNG ani WebP.
photos-refused-heic = zdjęcia HEIC nie da się przyjąć. W iPhonie wybierz Ustawienia, Aparat, Formaty, „Najbardziej zgodny”; w Samsungu w ustawieniach aparatu wyłącz „Zdjęcia o wysokiej wydajności”. Potem zrób zdjęcie jeszcze raz albo zapisz je jako JPEG.
photos-refused-animated = to ruchomy obraz. Dodaj zwykłe zdjęcie.
photos-refused-pixels = zdjęcie jest za duże: najwyżej 60 megapikseli i 20 000 pikseli na bok. Zmniejsz je i dodaj ponownie.
photos-refused-damaged = plik jest uszkodzony i nie da się go odczytać. Wyślij go jeszcze raz z aparatu lub telefonu.
photos-refused-slow = odczytanie pliku trwało zbyt długo. Zapisz zdjęcie na nowo jako JPEG i dodaj je ponownie.
photos-refused-full = jest tu już 200 zdjęć. Usuń niepotrzebne, aby dodać nowe.
photos-refused-busy = serwer jest teraz zajęty. Wyślij plik jeszcze raz za chwilę.

photos-js-camera = Zrób zdjęcie
photos-js-drop = albo przeciągnij je tutaj
photos-js-waiting = czeka
photos-js-sending = wysyłanie: %percent%%
photos-js-working = przetwarzanie
photos-js-added = dodano
photos-js-known = to zdjęcie już tu było
photos-js-too-large = plik ma ponad 40 MB. Zmniejsz zdjęcie i dodaj je ponownie.
photos-js-heic = zdjęcia HEIC nie da się przyjąć. Ustaw w aparacie zapis JPEG (iPhone: Ustawienia, Aparat, Formaty, „Najbardziej zgodny”).
photos-js-offline = nie udało się wysłać: brak połączenia.
photos-js-signed-out = sesja wygasła. Zaloguj się w innej karcie i ponów.
photos-js-busy = serwer jest zajęty.
photos-js-failed = nie udało się wysłać (błąd %status%).
photos-js-retry = Ponów
photos-js-retry-file = Ponów: %name%
photos-js-progress = Postęp: %name%
photos-js-done = Zdjęcia dodane: %added%, odrzucone: %refused%.
js-card-photo = Zdjęcie: %label%

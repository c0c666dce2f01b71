### Wymiana z systemem finansowym

desk-nav-finance = System finansowy
finance-title = System finansowy
finance-lead = Księgowania wychodzą jako numerowane pliki, przypisy przychodzą jako pliki, które ogląda się przed zastosowaniem.
finance-mapping-title = Odwzorowanie kolumn i kont
finance-no-mapping = Nie ma jeszcze odwzorowania; wpisuje je skarbnik.
finance-said = { $who }, { $when }

## Księgowania
finance-exports = Księgowania dla systemu finansowego
finance-waiting = Czeka { $n ->
        [one] { $n } księgowanie
        [few] { $n } księgowania
       *[other] { $n } księgowań
    }, od { $day }.
finance-nothing-waits = Wszystkie księgowania są już w plikach.
finance-from = Od dnia
finance-to = Do dnia
finance-again = Podaj także księgowania, które są już w innym pliku
finance-export = Utwórz plik
finance-exported = Plik jest gotowy.
finance-no-exports = Nie ma jeszcze plików.
finance-file = Plik
finance-period = Okres
finance-days = { $from } – { $to }
finance-entries = Księgowania
finance-debit = Suma Wn
finance-was-again = z księgowaniami z wcześniejszych plików
finance-nothing = W tych dniach nie ma księgowań, których nie ma już w innym pliku.
finance-too-much = Za dużo zapisów. Wybierz krótszy okres.
finance-bad-day = Podaj dzień, na przykład 2026-11-30
finance-bad-period = Okres kończy się przed początkiem

## Odwzorowanie
finance-mapping-lead = Każda wersja jest zachowana. Nowa obowiązuje od następnego pliku.
finance-mapping-fields = Nazwy w wartościach kolumn
finance-mapping-accounts = Konta księgi
finance-mapping-text = Odwzorowanie (TOML)
finance-mapping-hint = W wartościach nazwy w klamrach zastępuje to, co mówi zapis. Kod konta podaje się dla konta księgi albo dla konta i rodzaju należności.
finance-mapping-save = Zapisz
finance-mapping-saved = Odwzorowanie zapisane.
finance-bad-too-long = Odwzorowanie ma najwyżej { $about } bajtów
finance-bad-toml = Nie można odczytać odwzorowania: { $about }
finance-bad-missing = W odwzorowaniu brakuje części [{ $about }]; wpisuje je skarbnik
finance-bad-columns = Podaj od 1 do { $about } kolumn
finance-bad-field = Nie ma nazwy „{ $about }”
finance-bad-value = Tu nie można użyć „{ $about }”
finance-bad-account = Nie ma konta „{ $about }”
finance-bad-element = „{ $about }” nie może być nazwą elementu XML
finance-bad-no-code = Konto „{ $about }” nie ma kodu w [export.accounts]

## Przypisy
finance-imports = Przypisy z systemu finansowego
finance-import-file = Plik CSV z przypisami
finance-import-hint = Do 5 MB i 20 000 wierszy. Nic się nie zmieni, dopóki nie obejrzysz różnic i ich nie zastosujesz.
finance-import-look = Pokaż różnice
finance-no-imports = Nie ma jeszcze plików z przypisami.
finance-state-open = do decyzji
finance-state-applied = zastosowany
finance-state-dropped = odrzucony przez urząd
finance-decided = Zdecydowano: { $who }, { $when }
finance-change-rejected = Odrzucone
finance-change-rejected-lead = Tych wierszy nie da się zastosować. Pozostałe można.
finance-change-vanished = Zniknęły
finance-change-vanished-lead = Te przypisy przyszły wcześniej, a w tym pliku ich nie ma. Nic się z nimi nie stanie; zdecyduj przy koncie podatnika.
finance-change-changed = Zmienione
finance-change-changed-lead = Inna kwota zostanie wpisana jako korekta, a doręczenie przy decyzji.
finance-change-new = Nowe
finance-change-new-lead = Te przypisy zostaną wpisane.
finance-change-unchanged = Bez zmian
finance-change-unchanged-lead = Te przypisy są takie same.
finance-decision = Decyzja
finance-whose = Konto należności
finance-before = Jest
finance-after = Będzie
finance-line = wiersz { $line }
finance-account = konto { $number }, { $kind }
finance-more = i jeszcze { $n }
finance-apply = Zastosuj nowe i zmienione
finance-drop = Odrzuć plik
finance-applied = Zastosowano.
finance-dropped = Plik odrzucony. Nic się nie zmieniło.
finance-stale = Należności zmieniły się od chwili, gdy oglądano różnice. Obejrzyj je jeszcze raz.
finance-decided-before = O tym pliku już zdecydowano.
finance-file-missing = Wybierz plik z przypisami
finance-file-large = Plik jest większy niż { $most } MB. Podziel go albo użyj polecenia reeve finance import.
finance-file-no-column = Plik nie ma kolumny „{ $name }”: popraw odwzorowanie albo wybierz inny plik
finance-file-line = Nie można odczytać wiersza { $line }
finance-file-long = Plik ma więcej niż { $most } wierszy. Podziel go.
finance-why-bad-account = numer konta nie jest liczbą
finance-why-bad-year = rok nie jest rokiem od 2000 do 2099
finance-why-bad-decision = brak numeru decyzji albo jest za długi
finance-why-bad-day = dzień nie jest datą
finance-why-bad-amount = kwota nie jest kwotą
finance-why-twice = ta sama decyzja jest w pliku drugi raz
finance-why-unknown-account = nie ma takiego konta należności
finance-why-no-bank-account = rodzaj należności nie ma rachunku bankowego
finance-why-no-terms = rodzaj nie ma terminów w tym roku; podaj termin
finance-why-terms = kwoty albo miesięcy nie da się podzielić na raty
finance-why-not-correctable = decyzja nie jest doręczona albo jest już skorygowana
finance-why-same = kwota jest ta sama
finance-why-conflict = doręczenie jest już znane albo wcześniejsze niż decyzja

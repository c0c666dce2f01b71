## Pola i błędy w danych
registry-field-geometry = Położenie i kształt
registry-field-label = Nazwa
registry-field-status = Stan
registry-field-part-of = Część obiektu
registry-fault-required = Trzeba to wypełnić.
registry-fault-unknown = Ten rodzaj obiektów nie ma takiej cechy. Usuń ją albo poproś administratora o dodanie.
registry-fault-number = To musi być liczba, na przykład 12,5.
registry-fault-integer = To musi być liczba całkowita, na przykład 12.
registry-fault-boolean = Wybierz „tak” albo „nie”.
registry-fault-list = To musi być lista wartości.
registry-fault-text = To musi być tekst bez znaków sterujących.
registry-fault-date = To musi być data, która istnieje, na przykład 2026-11-24.
registry-fault-too-small = To za mało: najmniej { $least }.
registry-fault-too-large = To za dużo: najwięcej { $most }.
registry-fault-too-long = To za długie: najwyżej { $most } znaków.
registry-fault-not-in-list = Wybierz z listy: { $choices }.
registry-fault-wants-point = Obiekt tego rodzaju jest punktem.
registry-fault-wants-line = Obiekt tego rodzaju jest linią.
registry-fault-wants-area = Obiekt tego rodzaju jest obszarem.
registry-fault-wants-shape = Obiekt tego rodzaju jest punktem, linią albo obszarem.
registry-fault-vertices = Za dużo wierzchołków: najwyżej { $most }. Uprość kształt albo podziel obiekt.
registry-fault-not-on-earth = Współrzędne nie leżą na Ziemi. Sprawdź układ i kolejność osi.
registry-fault-empty = Kształt jest pusty: linia potrzebuje dwóch różnych punktów, obszar trzech.
registry-fault-outside = Leży poza obszarem miasta. Sprawdź współrzędne, układ i kolejność osi.
registry-fault-crosses-itself = Granica obszaru przecina samą siebie. Przesuń wierzchołek w zaznaczonym miejscu.
registry-fault-hole-outside = Otwór leży poza obszarem.
registry-fault-holes-nested = Jeden otwór leży w drugim.
registry-fault-parts-overlap = Części obszaru pokrywają się. Połącz je albo rozsuń.
registry-fault-invalid-area = Kształt obszaru jest nieprawidłowy w zaznaczonym miejscu.
registry-fault-no-whole = Nie ma obiektu, którego to ma być częścią.
registry-fault-part-of-itself = Obiekt nie może być częścią samego siebie.
registry-fault-has-parts = { $n ->
    [one] Do tego obiektu należy jeszcze { $n } inny. Usuń go albo przenieś, zanim usuniesz ten.
    [few] Do tego obiektu należą jeszcze { $n } inne. Usuń je albo przenieś, zanim usuniesz ten.
   *[other] Do tego obiektu należy jeszcze { $n } innych. Usuń je albo przenieś, zanim usuniesz ten.
}
registry-fault-has-burials = W tym grobie spoczywają pochowane osoby. Grobu z pochowanymi nie można usunąć.
registry-fault-no-kind = Nie ma takiego rodzaju obiektów.
registry-fault-other-kind = Ten obiekt jest innego rodzaju: { $kind }. Rodzaju nie można zmienić.
registry-fault-no-base = Nie ma wersji { $rev } tego obiektu. Wczytaj go jeszcze raz.
registry-invalid = Nic nie zapisano: { $n ->
    [one] trzeba poprawić { $n } pole.
    [few] trzeba poprawić { $n } pola.
   *[other] trzeba poprawić { $n } pól.
}
registry-clash = Nic nie zapisano: ktoś inny zmienił w tym czasie to samo. Wybierz, co ma zostać.
registry-stale = Ktoś inny zmienił ten obiekt: jest już wersja { $now }, a zmiana dotyczy wersji { $given }.
registry-draft-changed = Ten szkic zmieniono w innym oknie. Wczytaj go jeszcze raz albo zachowaj swój jako nowy.
registry-draft-closed = Ten szkic jest już zapisany albo porzucony.
registry-draft-too-large = Szkic jest za duży: najwyżej { $most } zmian. Zapisz go i zacznij nowy.
registry-undo-nothing = Nie ma czego cofać: te zmiany są już cofnięte albo zastąpione późniejszymi.
registry-too-many-drafts = Masz już { $most } otwartych szkiców. Zapisz albo porzuć któryś z nich.
registry-undo-people = Tego importu nie można cofnąć w całości: po nim zmieniły się dane { $n } pochowanych osób.
registry-undo-parts = Tego importu nie można cofnąć w całości: { $n } przyniesionych przez niego obiektów ma już części albo pochowanych, których ten import nie przyniósł.

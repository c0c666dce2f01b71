## Rama pulpitu
nav-desk = Pulpit
sign-in-link = Dla pracowników
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

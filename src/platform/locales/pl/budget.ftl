### Budżet obywatelski

budget-open-until = Projekty można zgłaszać do { $day } włącznie.
budget-opens = Projekty będzie można zgłaszać od { $day }.
budget-closed = Zgłaszanie projektów zakończono.
budget-submit = Zgłoś projekt
budget-vote = Głosowanie
budget-pools = Pule pieniędzy
budget-pool = Pula
budget-whole-town = całe miasto
budget-amount = Kwota (zł)
budget-most-cost = Najdroższy projekt (zł)
budget-least-support = Ile głosów potrzeba
budget-projects = Projekty
budget-no-projects = Nie ma jeszcze projektów
budget-map = Projekty na mapie
budget-estimated = szacunek: { $amount }
budget-estimate = Koszt według autora
budget-cost = Koszt według urzędu
budget-submitted-on = Zgłoszony
budget-state = Stan
budget-decided = Rozstrzygnięty
budget-reason = Co mówi urząd
budget-where = Położenie (szerokość, długość): { $where }
budget-project-submitted = sprawdzany
budget-project-accepted = dopuszczony
budget-project-refused = niedopuszczony
budget-project-withdrawn = wycofany
budget-submitted = Dziękujemy. Projekt ma numer { $number }. Urząd go sprawdzi i odpowie.
budget-withdraw = Wycofaj projekt
budget-withdrawn = Projekt wycofano.
holding-budget-project-what = Projekty, które zgłosiłeś do budżetu obywatelskiego
holding-budget-project-why = Żeby je sprawdzić i powiedzieć Ci, co z nich wynikło; na stronach nie widać, kto je zgłosił

## Zgłoszenie
budget-new-title = Zgłoszenie projektu
budget-new-lead = Wskaż na mapie, gdzie ma powstać, i napisz, co i po co. Na stronie nie będzie widać, kto go zgłosił. Możesz zgłosić najwyżej { $n } projektów.
budget-new-name = Nazwa projektu
budget-new-words = Co ma powstać i po co
budget-new-pool = Z której puli
budget-new-place = Gdzie
budget-new-estimate = Ile to może kosztować
budget-new-send = Zgłoś projekt
budget-refused-too-many = Masz już tyle projektów, ile można zgłosić ({ $n }).
budget-refused-outside = Wskaż miejsce w mieście, a dla puli dzielnicy – w tej dzielnicy
budget-refused-dear = Projekt z tej puli może kosztować najwyżej { $amount }
budget-refused-pool = Wybierz pulę

## Przy biurku
budget-public = Strona dla mieszkańców
budget-kept = Zapisano.
budget-vote-heading = Formularz głosowania
budget-vote-make = Ułóż formularz głosowania
budget-vote-made = Formularz głosowania jest gotowy. Kolejność nowych projektów wylosowano.
budget-vote-takes = Formularz powstanie, gdy skończy się zgłaszanie projektów.
budget-vote-waits = { $n ->
    [one] 1 projekt czeka jeszcze na sprawdzenie.
    [few] { $n } projekty czekają jeszcze na sprawdzenie.
   *[many] { $n } projektów czeka jeszcze na sprawdzenie.
 }
budget-vote-fixed = Głosowanie jest ogłoszone; projektów nie można już zmieniać.
budget-vote-fault = Formularza nie da się ułożyć: projekty są jeszcze zgłaszane lub sprawdzane, albo żaden nie jest dopuszczony
budget-rules = Zasady
budget-from = Zgłoszenia od
budget-until = Zgłoszenia do (włącznie)
budget-method = Jak się głosuje
budget-method-approval = wskazując projekty
budget-method-points = rozdzielając punkty
budget-method-ranking = ustawiając kolejność
budget-most = Ile projektów można wskazać lub ile jest punktów, w każdej puli
budget-one-district = Każdy głosuje tylko w jednej dzielnicy (i w pulach całego miasta)
budget-rules-keep = Zapisz zasady
budget-days-fault = Podaj dni, pierwszy nie po ostatnim
budget-most-fault = Wpisz liczbę od 1 do 100
budget-pool-pl = Nazwa puli po polsku
budget-pool-en = Nazwa puli po angielsku
budget-district = Dzielnica
budget-ties = Przy tej samej liczbie głosów
budget-stops = Zakończ wybór na pierwszym projekcie, na który zabraknie pieniędzy
budget-pool-add = Dodaj pulę
budget-pool-keep = Zapisz pulę
budget-pool-fault = Wpisz nazwę; najdroższy projekt nie może przekroczyć kwoty puli
budget-amount-fault = Wpisz kwoty w złotych, na przykład 200 000
budget-support-fault = Wpisz liczbę głosów, na przykład 50
budget-check = Sprawdzenie projektu
budget-decide = Rozstrzygnięcie
budget-decide-accept = Dopuścić do głosowania
budget-decide-refuse = Nie dopuścić
budget-decide-button = Zapisz i zawiadom autora
budget-decided-done = Zapisano i zawiadomiono autora.
budget-cost-hint = W złotych; potrzebny, gdy projekt jest dopuszczony
budget-reason-hint = Zobaczy to każdy. Potrzebne, gdy projekt nie jest dopuszczony
budget-cost-fault = Wpisz koszt, nie większy niż najdroższy projekt puli
budget-reason-fault = Napisz, dlaczego projekt nie jest dopuszczony
budget-changed-fault = Ktoś inny właśnie rozstrzygnął ten projekt. Przeczytaj go jeszcze raz
budget-fixed = Tego projektu nie można już zmienić.

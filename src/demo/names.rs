//! First names by era and surnames by frequency, written down from general knowledge of Polish name
//! statistics, and a composer for the long tail of rarer surnames.
//!
//! Nobody here is meant: people get names, families and dates by lot.

use super::rng::Rng;

/// A first name with its weight among births about 1890, 1940 and 1985.
type FirstName = (&'static str, u16, u16, u16);

const MALE: &[FirstName] = &[
    ("Jan", 95, 62, 10),
    ("Stanisław", 60, 52, 4),
    ("Józef", 70, 50, 3),
    ("Andrzej", 20, 48, 22),
    ("Tadeusz", 14, 44, 5),
    ("Jerzy", 6, 46, 8),
    ("Zbigniew", 4, 44, 12),
    ("Krzysztof", 4, 28, 48),
    ("Henryk", 18, 40, 4),
    ("Ryszard", 4, 36, 10),
    ("Kazimierz", 24, 36, 3),
    ("Marek", 3, 30, 34),
    ("Marian", 14, 32, 4),
    ("Piotr", 26, 18, 58),
    ("Wojciech", 26, 14, 30),
    ("Janusz", 2, 28, 12),
    ("Adam", 22, 18, 36),
    ("Władysław", 48, 26, 1),
    ("Zdzisław", 6, 30, 3),
    ("Edward", 16, 24, 2),
    ("Mieczysław", 14, 24, 2),
    ("Roman", 16, 20, 7),
    ("Mirosław", 2, 20, 16),
    ("Grzegorz", 8, 12, 38),
    ("Czesław", 16, 24, 2),
    ("Wiesław", 3, 22, 8),
    ("Bogdan", 3, 20, 8),
    ("Eugeniusz", 8, 22, 2),
    ("Stefan", 26, 18, 2),
    ("Jacek", 4, 16, 24),
    ("Leszek", 3, 14, 10),
    ("Antoni", 44, 12, 5),
    ("Bolesław", 26, 12, 1),
    ("Franciszek", 58, 16, 5),
    ("Michał", 30, 10, 56),
    ("Tomasz", 12, 10, 58),
    ("Paweł", 20, 8, 58),
    ("Leon", 22, 10, 3),
    ("Ignacy", 26, 4, 2),
    ("Wincenty", 24, 5, 1),
    ("Walenty", 18, 2, 1),
    ("Teofil", 12, 3, 1),
    ("Feliks", 18, 6, 1),
    ("Aleksander", 20, 8, 10),
    ("Konstanty", 10, 3, 1),
    ("Bronisław", 16, 10, 1),
    ("Lucjan", 6, 8, 1),
    ("Maksymilian", 4, 2, 6),
    ("Jakub", 20, 3, 36),
    ("Maciej", 14, 8, 36),
    ("Łukasz", 8, 2, 50),
    ("Marcin", 22, 4, 54),
    ("Rafał", 3, 4, 36),
    ("Robert", 3, 6, 34),
    ("Dariusz", 1, 8, 30),
    ("Sławomir", 1, 10, 24),
    ("Jarosław", 2, 10, 26),
    ("Artur", 3, 6, 22),
    ("Mariusz", 1, 4, 30),
    ("Sebastian", 4, 1, 26),
    ("Mateusz", 10, 1, 46),
    ("Kamil", 1, 1, 34),
    ("Daniel", 6, 2, 24),
    ("Przemysław", 1, 2, 24),
    ("Dawid", 3, 1, 24),
    ("Szymon", 14, 3, 18),
    ("Bartosz", 1, 1, 28),
    ("Zenon", 3, 14, 1),
    ("Waldemar", 1, 12, 8),
    ("Lech", 2, 10, 3),
    ("Ludwik", 18, 8, 1),
    ("Karol", 18, 6, 16),
    ("Julian", 14, 10, 2),
    ("Wacław", 20, 14, 1),
    ("Zygmunt", 12, 22, 1),
    ("Witold", 8, 14, 4),
    ("Bogusław", 2, 16, 6),
    ("Ireneusz", 1, 10, 6),
    ("Edmund", 6, 12, 1),
    ("Albin", 4, 3, 1),
    ("Apolinary", 4, 2, 1),
    ("Hieronim", 4, 3, 1),
    ("Błażej", 8, 1, 6),
    ("Kacper", 10, 1, 8),
    ("Tymoteusz", 2, 1, 3),
    ("Mikołaj", 14, 4, 10),
    ("Cezary", 1, 6, 8),
    ("Romuald", 3, 10, 1),
    ("Alfons", 5, 3, 1),
    ("Seweryn", 5, 4, 2),
    ("Gustaw", 5, 2, 1),
    ("Wiktor", 10, 6, 6),
];

const FEMALE: &[FirstName] = &[
    ("Maria", 80, 70, 14),
    ("Anna", 62, 44, 46),
    ("Zofia", 34, 44, 5),
    ("Krystyna", 4, 58, 5),
    ("Barbara", 14, 48, 14),
    ("Janina", 22, 52, 2),
    ("Teresa", 10, 48, 8),
    ("Irena", 12, 46, 3),
    ("Halina", 6, 46, 5),
    ("Helena", 44, 40, 2),
    ("Stanisława", 40, 38, 1),
    ("Jadwiga", 22, 44, 4),
    ("Danuta", 2, 44, 7),
    ("Elżbieta", 14, 40, 18),
    ("Ewa", 14, 30, 28),
    ("Józefa", 40, 24, 1),
    ("Genowefa", 14, 34, 1),
    ("Marianna", 60, 16, 1),
    ("Kazimiera", 14, 30, 1),
    ("Wanda", 14, 30, 3),
    ("Zdzisława", 3, 22, 1),
    ("Henryka", 6, 24, 1),
    ("Władysława", 28, 24, 1),
    ("Małgorzata", 14, 20, 44),
    ("Katarzyna", 34, 8, 56),
    ("Agnieszka", 20, 4, 54),
    ("Magdalena", 16, 4, 50),
    ("Joanna", 10, 12, 46),
    ("Monika", 2, 4, 42),
    ("Franciszka", 44, 12, 1),
    ("Antonina", 40, 12, 2),
    ("Rozalia", 26, 5, 1),
    ("Apolonia", 14, 5, 1),
    ("Wiktoria", 26, 8, 6),
    ("Bronisława", 22, 16, 1),
    ("Leokadia", 14, 18, 1),
    ("Czesława", 14, 28, 1),
    ("Eugenia", 14, 24, 1),
    ("Stefania", 22, 22, 1),
    ("Regina", 8, 20, 2),
    ("Marta", 8, 6, 32),
    ("Urszula", 6, 20, 10),
    ("Bożena", 1, 24, 8),
    ("Grażyna", 1, 24, 7),
    ("Renata", 1, 8, 22),
    ("Dorota", 8, 8, 26),
    ("Beata", 1, 4, 26),
    ("Iwona", 1, 6, 26),
    ("Jolanta", 1, 14, 18),
    ("Alicja", 2, 14, 10),
    ("Lucyna", 3, 16, 3),
    ("Mirosława", 1, 16, 4),
    ("Wiesława", 1, 20, 2),
    ("Bogumiła", 2, 8, 2),
    ("Aleksandra", 10, 6, 36),
    ("Karolina", 12, 2, 32),
    ("Natalia", 3, 2, 30),
    ("Paulina", 8, 1, 28),
    ("Justyna", 4, 2, 30),
    ("Sylwia", 1, 2, 26),
    ("Ewelina", 2, 1, 22),
    ("Izabela", 4, 4, 20),
    ("Aneta", 1, 2, 18),
    ("Edyta", 1, 2, 16),
    ("Kinga", 2, 1, 12),
    ("Weronika", 12, 6, 10),
    ("Emilia", 16, 6, 14),
    ("Julia", 20, 4, 10),
    ("Julianna", 18, 4, 1),
    ("Tekla", 14, 3, 1),
    ("Balbina", 8, 2, 1),
    ("Pelagia", 12, 7, 1),
    ("Feliksa", 14, 6, 1),
    ("Sabina", 8, 12, 2),
    ("Bogusława", 1, 12, 2),
    ("Cecylia", 12, 10, 1),
    ("Felicja", 8, 8, 1),
    ("Ludwika", 18, 7, 1),
    ("Salomea", 10, 3, 1),
    ("Petronela", 8, 1, 1),
    ("Honorata", 4, 4, 2),
    ("Aniela", 24, 14, 1),
    ("Walentyna", 5, 8, 1),
    ("Zuzanna", 10, 4, 6),
    ("Lidia", 3, 12, 5),
    ("Róża", 3, 6, 1),
    ("Hanna", 8, 14, 8),
    ("Gabriela", 4, 8, 8),
    ("Celina", 4, 12, 1),
    ("Bernadeta", 1, 6, 4),
    ("Eleonora", 8, 3, 1),
    ("Łucja", 10, 10, 1),
    ("Dominika", 6, 1, 20),
    ("Patrycja", 1, 1, 20),
];

/// Surnames in the masculine form with a weight that follows their frequency.
const SURNAMES: &[(&str, u16)] = &[
    ("Nowak", 203),
    ("Kowalski", 139),
    ("Wiśniewski", 110),
    ("Wójcik", 98),
    ("Kowalczyk", 97),
    ("Kamiński", 95),
    ("Lewandowski", 93),
    ("Zieliński", 90),
    ("Szymański", 89),
    ("Woźniak", 88),
    ("Dąbrowski", 86),
    ("Kozłowski", 75),
    ("Jankowski", 68),
    ("Mazur", 66),
    ("Kwiatkowski", 65),
    ("Wojciechowski", 65),
    ("Krawczyk", 63),
    ("Kaczmarek", 62),
    ("Piotrowski", 61),
    ("Grabowski", 58),
    ("Zając", 54),
    ("Pawłowski", 53),
    ("Michalski", 52),
    ("Król", 51),
    ("Nowakowski", 49),
    ("Wieczorek", 49),
    ("Wróbel", 48),
    ("Jabłoński", 48),
    ("Dudek", 47),
    ("Adamczyk", 47),
    ("Majewski", 46),
    ("Nowicki", 45),
    ("Olszewski", 44),
    ("Stępień", 43),
    ("Jaworski", 42),
    ("Malinowski", 42),
    ("Pawlak", 41),
    ("Górski", 41),
    ("Witkowski", 40),
    ("Walczak", 40),
    ("Sikora", 39),
    ("Rutkowski", 39),
    ("Baran", 38),
    ("Michalak", 38),
    ("Szewczyk", 37),
    ("Ostrowski", 37),
    ("Tomaszewski", 36),
    ("Pietrzak", 36),
    ("Zalewski", 35),
    ("Wróblewski", 35),
    ("Marciniak", 35),
    ("Jasiński", 34),
    ("Zawadzki", 34),
    ("Jakubowski", 34),
    ("Sadowski", 33),
    ("Duda", 33),
    ("Bąk", 33),
    ("Wilk", 32),
    ("Chmielewski", 32),
    ("Borkowski", 32),
    ("Włodarczyk", 32),
    ("Sokołowski", 31),
    ("Szczepański", 31),
    ("Sawicki", 31),
    ("Kucharski", 30),
    ("Lis", 30),
    ("Maciejewski", 30),
    ("Kubiak", 30),
    ("Kalinowski", 29),
    ("Mazurek", 29),
    ("Wysocki", 29),
    ("Kołodziej", 29),
    ("Kaźmierczak", 28),
    ("Czarnecki", 28),
    ("Sobczak", 28),
    ("Konieczny", 28),
    ("Głowacki", 27),
    ("Urbański", 27),
    ("Zakrzewski", 27),
    ("Sikorski", 27),
    ("Wasilewski", 27),
    ("Krajewski", 26),
    ("Laskowski", 26),
    ("Ziółkowski", 26),
    ("Gajewski", 26),
    ("Mróz", 25),
    ("Szulc", 25),
    ("Makowski", 25),
    ("Brzeziński", 25),
    ("Przybylski", 24),
    ("Kaczmarczyk", 24),
    ("Baranowski", 24),
    ("Błaszczyk", 24),
    ("Borowski", 24),
    ("Adamski", 24),
    ("Górecki", 23),
    ("Szymczak", 23),
    ("Chojnacki", 23),
    ("Kania", 23),
    ("Janik", 22),
    ("Mroczek", 22),
    ("Cieślak", 22),
    ("Kozak", 22),
    ("Andrzejewski", 22),
    ("Leszczyński", 21),
    ("Czerwiński", 21),
    ("Lipiński", 21),
    ("Wesołowski", 21),
    ("Mikołajczyk", 20),
    ("Jarosz", 20),
    ("Cieślik", 20),
    ("Musiał", 20),
    ("Kowalewski", 20),
    ("Orłowski", 19),
    ("Markowski", 19),
    ("Kołodziejczyk", 19),
    ("Gołębiowski", 19),
    ("Kopeć", 18),
    ("Urban", 18),
    ("Domański", 18),
    ("Żak", 18),
    ("Pawlik", 18),
    ("Nawrocki", 18),
    ("Kurek", 18),
    ("Kruk", 17),
    ("Tomczak", 17),
    ("Dziedzic", 17),
    ("Wierzbicki", 17),
    ("Stankiewicz", 17),
    ("Krupa", 17),
    ("Polak", 16),
    ("Sowa", 16),
    ("Rogowski", 16),
    ("Karpiński", 16),
    ("Wolski", 16),
    ("Ratajczak", 15),
    ("Stasiak", 15),
    ("Bielecki", 15),
    ("Rybak", 15),
    ("Skiba", 14),
    ("Zawada", 14),
    ("Piątek", 14),
    ("Słowik", 13),
    ("Gawroński", 13),
    ("Kłos", 13),
    ("Bednarek", 13),
    ("Podgórski", 13),
    ("Rudzki", 12),
    ("Sobieraj", 12),
    ("Kasprzak", 12),
    ("Mielczarek", 12),
    ("Pietrzyk", 12),
    ("Świątek", 11),
    ("Banaś", 11),
    ("Gutowski", 11),
    ("Brodzki", 10),
    ("Radecki", 10),
    ("Zaremba", 10),
    ("Grudzień", 9),
    ("Łuczak", 9),
    ("Owczarek", 9),
    ("Wdowiak", 8),
    ("Gąsior", 8),
    ("Czajka", 8),
    ("Stefański", 8),
    ("Ślusarczyk", 8),
];

const ROOTS: &[&str] = &[
    "Brzez", "Kal", "Wit", "Mal", "Star", "Zagr", "Podl", "Żel", "Gór", "Dębin", "Lipin", "Sos", "Olch",
    "Jar", "Mir", "Rad", "Sław", "Dobr", "Wol", "Zar", "Kras", "Buk", "Jesion", "Wierz", "Klon", "Grab",
    "Trzcin", "Ług", "Błot", "Piask", "Kamion", "Skal", "Młyn", "Kuźn", "Karcz", "Kośc", "Zamoś", "Dwor",
    "Chrust", "Pień", "Krz", "Gęś", "Kur", "Byk", "Łos", "Bobr", "Jeż", "Sroc", "Czap", "Żur", "Kłob",
    "Miod", "Bart", "Pszcz", "Kwas", "Rzep", "Grosz", "Talar", "Zbroż", "Strzał", "Łuk", "Miecz", "Grot",
    "Pogod", "Wich", "Mgł", "Ros", "Świt", "Wieczor", "Zim", "Lat", "Marc", "Sierp", "Snop", "Stog",
];

const MIDDLES: &[&str] = &[
    "in", "ow", "ar", "ul", "ecz", "an", "ol", "ist", "er", "ic", "on", "al", "od", "and", "isz", "och",
    "usz", "orz", "enn", "ost", "as", "el", "im", "awn", "yn", "ad", "ez", "om", "or", "ub",
];

const ENDINGS: &[&str] = &[
    "ski", "owski", "iński", "ewski", "ak", "iak", "czyk", "ek", "ik", "owicz", "ewicz", "uk", "acki",
    "ecki", "icki", "ura", "ała", "arz", "och", "as", "oń", "ka", "el", "usz",
];

/// Sex as far as it shapes a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Feminine forms.
    Female,
    /// Masculine forms.
    Male,
}

/// A first name that was given in the year of birth.
pub fn first_name(sex: Sex, born: i16, rng: &mut Rng) -> &'static str {
    let table = if sex == Sex::Male { MALE } else { FEMALE };
    let weight = |n: &FirstName| {
        let (w1, w2, w3) = (f64::from(n.1), f64::from(n.2), f64::from(n.3));
        let year = f64::from(born).clamp(1890.0, 1985.0);
        if year < 1940.0 {
            let t = (year - 1890.0) / 50.0;
            w1 + (w2 - w1) * t
        } else {
            let t = (year - 1940.0) / 45.0;
            w2 + (w3 - w2) * t
        }
    };
    table[rng.weighted(table.iter().map(weight))].0
}

/// A surname in its masculine form.
pub fn surname(rng: &mut Rng) -> String {
    if rng.chance(0.72) {
        return SURNAMES[rng.weighted(SURNAMES.iter().map(|s| f64::from(s.1)))].0.to_owned();
    }
    let root = rng.pick(ROOTS);
    let middle = rng.pick(MIDDLES);
    format!("{root}{middle}{}", rng.pick(ENDINGS))
}

/// The form of a surname that a person of this sex bears.
pub fn surname_form(masculine: &str, sex: Sex) -> String {
    if sex == Sex::Male {
        return masculine.to_owned();
    }
    for (ending, feminine) in [("ski", "ska"), ("cki", "cka"), ("dzki", "dzka"), ("czny", "czna")] {
        if let Some(stem) = masculine.strip_suffix(ending) {
            return format!("{stem}{feminine}");
        }
    }
    masculine.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_agree_with_sex() {
        for (masculine, feminine) in [
            ("Kowalski", "Kowalska"),
            ("Nowicki", "Nowicka"),
            ("Zawadzki", "Zawadzka"),
            ("Nowak", "Nowak"),
            ("Konieczny", "Konieczna"),
        ] {
            assert_eq!(surname_form(masculine, Sex::Female), feminine);
            assert_eq!(surname_form(masculine, Sex::Male), masculine);
        }
    }

    #[test]
    fn lists_are_long_enough() {
        assert!(MALE.len() >= 80 && FEMALE.len() >= 80 && SURNAMES.len() >= 150);
        let mut rng = Rng::new(5);
        let many: std::collections::HashSet<String> = (0..200_000).map(|_| surname(&mut rng)).collect();
        assert!(many.len() > 20_000, "only {} surnames", many.len());
    }
}

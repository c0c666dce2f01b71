//! Names of streets: real-sounding, in the nominative, each used once in a town.

use super::rng::Rng;

/// Roads out of town, by where they would lead.
pub const DIRECTIONS: &[&str] = &[
    "Warszawska", "Mazowiecka", "Krakowska", "Lubelska", "Poznańska", "Gdańska", "Łódzka", "Płocka", "Radomska",
    "Kaliska", "Toruńska", "Białostocka", "Rzeszowska", "Wrocławska", "Szczecińska", "Olsztyńska", "Kielecka",
    "Opolska", "Zamojska", "Sandomierska", "Siedlecka", "Ciechanowska", "Ostrołęcka", "Sieradzka", "Łowicka",
    "Sochaczewska", "Żyrardowska", "Grójecka", "Piotrkowska", "Częstochowska", "Katowicka", "Skierniewicka",
];

/// Roads around the centre.
pub const RINGS: &[&str] = &[
    "ulica Wałowa", "aleja Lipowa", "aleja Kasztanowa", "aleja Dębowa", "aleja Klonowa", "aleja Jesionowa",
    "aleja Niepodległości",
];

const PLAIN: &[&str] = &[
    "Ogrodowa", "Kwiatowa", "Słoneczna", "Leśna", "Łąkowa", "Brzozowa", "Krótka", "Długa", "Wąska", "Szeroka",
    "Sosnowa", "Świerkowa", "Jaworowa", "Akacjowa", "Wierzbowa", "Topolowa", "Jarzębinowa", "Kalinowa",
    "Malinowa", "Wiśniowa", "Czereśniowa", "Jabłoniowa", "Gruszowa", "Śliwkowa", "Morelowa", "Orzechowa",
    "Leszczynowa", "Bukowa", "Grabowa", "Olchowa", "Modrzewiowa", "Jodłowa", "Cisowa", "Jałowcowa",
    "Różana", "Fiołkowa", "Konwaliowa", "Makowa", "Chabrowa", "Rumiankowa", "Liliowa", "Narcyzowa",
    "Tulipanowa", "Wrzosowa", "Jaśminowa", "Bzowa", "Miętowa", "Lawendowa", "Stokrotki", "Poziomkowa",
    "Jagodowa", "Borówkowa", "Grzybowa", "Wiosenna", "Letnia", "Jesienna", "Zimowa", "Majowa", "Kwietniowa",
    "Poranna", "Wieczorna", "Pogodna", "Tęczowa", "Deszczowa", "Księżycowa", "Gwiaździsta", "Zorzy",
    "Piaskowa", "Żwirowa", "Kamienna", "Gliniana", "Źródlana", "Strumykowa", "Stawowa", "Wodna", "Młyńska",
    "Kuźnicza", "Garncarska", "Tkacka", "Szewska", "Krawiecka", "Piekarska", "Rzeźnicka", "Bednarska",
    "Stolarska", "Kołodziejska", "Ciesielska", "Murarska", "Kowalska", "Ślusarska", "Złotnicza", "Browarna",
    "Pasieczna", "Miodowa", "Lniana", "Zbożowa", "Żytnia", "Pszenna", "Jęczmienna", "Owsiana", "Kłosowa",
    "Żniwna", "Sadowa", "Pastwiskowa", "Owcza", "Gęsia", "Sarnia", "Jelenia", "Zajęcza", "Wiewiórcza",
    "Borsucza", "Jastrzębia", "Sokola", "Bociania", "Jaskółcza", "Słowicza", "Skowronkowa", "Kukułcza",
    "Żurawia", "Czapli", "Rycerska", "Zamkowa", "Dworska", "Królewska", "Książęca", "Hetmańska", "Kasztelańska",
    "Starościńska", "Wójtowska", "Ratuszowa", "Kościelna", "Klasztorna", "Plebańska", "Organistów", "Strażacka",
    "Pocztowa", "Apteczna", "Szpitalna", "Teatralna", "Biblioteczna", "Muzyczna", "Sportowa", "Targowa",
    "Handlowa", "Spichrzowa", "Składowa", "Fabryczna", "Przemysłowa", "Robotnicza", "Spółdzielcza", "Zgody",
    "Przyjaźni", "Wesoła", "Radosna", "Spokojna", "Zaciszna", "Ustronna", "Urocza", "Malownicza", "Widokowa",
    "Górna", "Dolna", "Środkowa", "Boczna", "Prosta", "Krzywa", "Okrężna", "Skośna", "Północna", "Południowa",
    "Wschodnia", "Zachodnia", "Nowa", "Stara", "Mostowa", "Brzegowa", "Wiklinowa", "Trzcinowa", "Tatarakowa",
    "Podgórna", "Zagrodowa", "Wiejska", "Kolonijna", "Parcelowa", "Działkowa", "Mała", "Wspólna", "Sąsiedzka",
];

const PATRONS: &[&str] = &[
    "Stefana Żeromskiego", "Henryka Sienkiewicza", "Bolesława Prusa", "Adama Mickiewicza",
    "Juliusza Słowackiego", "Marii Konopnickiej", "Elizy Orzeszkowej", "Władysława Reymonta",
    "Mikołaja Kopernika", "Fryderyka Chopina", "Stanisława Moniuszki", "Jana Matejki", "Józefa Chełmońskiego",
    "Tadeusza Kościuszki", "Kazimierza Pułaskiego", "Jana Kochanowskiego", "Mikołaja Reja", "Ignacego Krasickiego",
    "Aleksandra Fredry", "Cypriana Norwida", "Zygmunta Krasińskiego", "Marii Skłodowskiej-Curie",
    "Jana Kilińskiego", "Stanisława Staszica", "Hugona Kołłątaja", "Emilii Plater", "Józefa Bema",
    "Romualda Traugutta", "Jarosława Dąbrowskiego", "Juliana Tuwima", "Jana Brzechwy", "Marii Dąbrowskiej",
    "Zofii Nałkowskiej", "Kornela Makuszyńskiego", "Janusza Korczaka", "Stanisława Wyspiańskiego",
    "Jacka Malczewskiego", "Oskara Kolberga", "Henryka Wieniawskiego", "Ignacego Paderewskiego",
    "Karola Szymanowskiego", "Stefana Batorego", "Kazimierza Wielkiego", "Władysława Łokietka",
    "Władysława Jagiełły", "Królowej Jadwigi", "Jana III Sobieskiego", "Zawiszy Czarnego", "Jana Długosza",
    "Józefa Kraszewskiego", "3 Maja", "11 Listopada", "Tadeusza Boya-Żeleńskiego", "Leopolda Staffa",
    "Bolesława Leśmiana", "Marii Pawlikowskiej-Jasnorzewskiej", "Wincentego Pola", "Adama Asnyka",
];

const GIVEN_GENITIVE: &[&str] = &[
    "Jana", "Józefa", "Stanisława", "Antoniego", "Franciszka", "Walentego", "Macieja", "Wojciecha", "Piotra",
    "Pawła", "Tomasza", "Jakuba", "Szymona", "Andrzeja", "Michała", "Marcina", "Ignacego", "Feliksa", "Leona",
    "Romana", "Edwarda", "Kazimierza", "Zygmunta", "Ludwika", "Wiktora", "Konstantego", "Teofila", "Hieronima",
];

const FAMILY_GENITIVE: &[&str] = &[
    "Zmyślińskiego", "Wymysłowskiego", "Bajkowskiego", "Niebywalskiego", "Powiastkowskiego", "Legendowskiego",
    "Przykładowskiego", "Wzorkowskiego", "Szkicowskiego", "Dębogórskiego", "Brzozogajskiego", "Lipodolskiego",
    "Rzecznickiego", "Łęgowickiego", "Borogajskiego", "Jeziornickiego", "Wierzbołowskiego", "Kalinogórskiego",
    "Zielonogajskiego", "Polnogórskiego", "Modrzewskiego", "Źródłowskiego", "Mgławickiego", "Świtalskiego",
    "Zorzewskiego", "Tęczyńskiego", "Gwiazdowskiego", "Obłockiego", "Wiatrowskiego", "Promieńskiego",
    "Kłosowskiego", "Snopkowskiego", "Siewickiego", "Żniwińskiego", "Młynogórskiego", "Pasieczyńskiego",
    "Bartnickiego", "Garnczarskiego", "Tkalińskiego", "Kuźnińskiego", "Kołodziejowskiego", "Zegarowskiego",
];

/// Hands out names, each once.
#[derive(Debug)]
pub struct StreetNames {
    pool: Vec<String>,
    composed: usize,
    order: Vec<usize>,
}

impl StreetNames {
    /// A fresh supply in random order; plain names are drawn before patrons run out.
    pub fn new(rng: &mut Rng) -> Self {
        let mut pool: Vec<String> =
            PLAIN.iter().chain(PATRONS).map(|n| (*n).to_owned()).collect();
        rng.shuffle(&mut pool);
        let mut order: Vec<usize> = (0..GIVEN_GENITIVE.len() * FAMILY_GENITIVE.len()).collect();
        rng.shuffle(&mut order);
        Self { pool, composed: 0, order }
    }

    /// The next name without "ulica" or "aleja" before it.
    pub fn draw(&mut self) -> String {
        if let Some(name) = self.pool.pop() {
            return name;
        }
        let turn = self.composed;
        self.composed += 1;
        let k = self.order[turn % self.order.len()];
        let given = GIVEN_GENITIVE[k % GIVEN_GENITIVE.len()];
        let family = FAMILY_GENITIVE[k / GIVEN_GENITIVE.len()];
        // A second round through the invented patrons counts them, like kings.
        match turn / self.order.len() {
            0 => format!("{given} {family}"),
            1 => format!("{given} {family} Starszego"),
            2 => format!("{given} {family} Młodszego"),
            n => format!("{given} {family} {}", n + 1),
        }
    }
}

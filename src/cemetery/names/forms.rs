//! Given names that stand for one another: the short forms of every day, and the Latin, German and
//! Ukrainian forms that old books have.
//!
//! A short list on purpose: common names only, from common knowledge of Polish. Where a short form
//! belongs to two names (`Mietek`), both have it.

/// Each line: the full name first, then forms that stand for it. All folded.
const FORMS: &[&[&str]] = &[
    &["adam", "adas", "adasko"],
    &["agnieszka", "aga", "agnes", "jagna"],
    &["aleksander", "olek", "alek", "aleks", "olus"],
    &["aleksandra", "ola", "olka", "olenka"],
    &["andrzej", "jedrek", "jedrzej", "andreas", "andrij", "jedrus"],
    &["anna", "ania", "anka", "anusia", "hanka", "hania", "andzia"],
    &["antoni", "antek", "tolek", "antos", "anton", "antonius"],
    &["antonina", "tosia", "antosia"],
    &["apolonia", "pola", "polcia"],
    &["barbara", "basia", "baska", "basienka"],
    &["bartlomiej", "bartek", "bartus"],
    &["boleslaw", "bolek"],
    &["bozena", "bozenka"],
    &["bronislaw", "bronek"],
    &["bronislawa", "bronia", "bronka"],
    &["cecylia", "cela", "celina"],
    &["czeslaw", "czesiek", "czesio"],
    &["czeslawa", "czesia"],
    &["danuta", "danka", "danusia"],
    &["dorota", "dorotka"],
    &["edward", "edek", "edzio"],
    &["elzbieta", "ela", "elka", "elunia", "halszka", "elisabeth"],
    &["eugeniusz", "gienek", "genek"],
    &["eugenia", "gienia", "genia"],
    &["ewa", "ewka", "ewunia"],
    &["feliks", "felek"],
    &["franciszek", "franek", "franio", "franz", "franciscus"],
    &["franciszka", "frania"],
    &["genowefa", "gienia", "genia"],
    &["grzegorz", "grzesiek", "grzes", "gregor"],
    &["halina", "hala", "halinka", "halka"],
    &["helena", "hela", "helenka", "lena"],
    &["henryk", "heniek", "henio", "heinrich"],
    &["henryka", "henia"],
    &["ignacy", "ignac", "ignas"],
    &["irena", "irka", "irenka"],
    &["jadwiga", "jadzia", "jadzka", "hedwig"],
    &["jakub", "kuba", "jakob", "kubus"],
    &["jan", "jas", "jasiek", "janek", "jasio", "johann", "johannes", "joannes", "hans", "iwan", "ivan"],
    &["janina", "janka", "jasia", "ninka"],
    &["janusz", "januszek"],
    &["jerzy", "jurek", "jerzyk", "georg"],
    &["joanna", "asia", "joasia", "aska"],
    &["jozef", "jozek", "jozio", "ziutek", "josef", "joseph"],
    &["jozefa", "jozia", "ziuta"],
    &["julian", "julek"],
    &["julia", "julka"],
    &["karol", "karolek", "lolek", "karl", "carolus"],
    &["karolina", "karolcia", "karolka"],
    &["katarzyna", "kasia", "kaska", "kasienka", "katharina", "catharina"],
    &["kazimierz", "kazik", "kazek", "kaziu", "kazio"],
    &["kazimiera", "kazia"],
    &["konstanty", "kostek"],
    &["krystyna", "krysia", "kryska"],
    &["krzysztof", "krzysiek", "krzys", "krzysio"],
    &["leokadia", "lodzia"],
    &["leopold", "poldek"],
    &["leszek", "lech"],
    &["lucjan", "lucek"],
    &["ludwik", "ludwis", "ludwig"],
    &["lukasz", "lukaszek"],
    &["maciej", "maciek", "macius"],
    &["malgorzata", "gosia", "goska", "malgosia", "margarethe"],
    &["marcin", "marcinek", "martin"],
    &["marek", "mareczek"],
    &["maria", "marysia", "maryska", "mania", "maryla", "marylka", "majka"],
    &["marianna", "marysia", "maryna"],
    &["mateusz", "mati", "matthaus"],
    &["michal", "michas", "michalek", "michael", "mychajlo"],
    &["mieczyslaw", "mietek", "miecio"],
    &["mikolaj", "mikolajek", "nikolaus"],
    &["natalia", "natalka"],
    &["pawel", "pawelek", "paul", "paulus"],
    &["piotr", "piotrek", "piotrus", "peter", "petrus", "petro"],
    &["rozalia", "rozia", "rosalia"],
    &["roman", "romek"],
    &["ryszard", "rysiek", "rysio", "richard"],
    &["sabina", "sabinka"],
    &["stanislaw", "staszek", "stas", "stach", "stasiek", "stacho", "stanislaus"],
    &["stanislawa", "stasia", "staszka"],
    &["stefan", "stefek", "szczepan", "stephan"],
    &["stefania", "stefcia", "stefa"],
    &["szymon", "szymek", "simon"],
    &["tadeusz", "tadek", "tadzio"],
    &["teofil", "filek"],
    &["teresa", "tereska", "terenia", "renia"],
    &["tomasz", "tomek", "thomas"],
    &["urszula", "ula", "ulka", "ursula"],
    &["waclaw", "wacek", "wacus"],
    &["walenty", "walek", "walentin"],
    &["wanda", "wandzia"],
    &["weronika", "wera", "weronka"],
    &["wiktor", "wiktorek", "witek"],
    &["wiktoria", "wikta", "wiktusia"],
    &["wieslaw", "wiesiek", "wiesio"],
    &["wieslawa", "wiesia"],
    &["wincenty", "wicek", "vincenz"],
    &["witold", "witek"],
    &["wladyslaw", "wladek", "wladzio"],
    &["wladyslawa", "wladzia"],
    &["wlodzimierz", "wlodek", "wolodymyr"],
    &["wojciech", "wojtek", "wojtus", "adalbert", "albert", "adalbertus", "albertus"],
    &["zbigniew", "zbyszek", "zbyszko", "zbych"],
    &["zdzislaw", "zdzisiek", "zdzich", "zdzisio"],
    &["zenon", "zenek"],
    &["zofia", "zosia", "zoska", "sophie", "sofia"],
    &["zygmunt", "zygmus", "zyga", "sigmund"],
];

/// The given names that may stand for `folded`: the full name of a short form, the short forms of a full
/// name, and the other forms of the same name.
pub fn other_forms(folded: &str) -> impl Iterator<Item = &'static str> {
    FORMS
        .iter()
        .filter(move |line| line.contains(&folded))
        .flat_map(|line| line.iter().copied())
        .filter(move |form| *form != folded)
}

#[cfg(test)]
mod tests {
    use super::{FORMS, other_forms};

    #[test]
    fn short_and_full_forms_find_each_other() {
        assert!(other_forms("staszek").any(|form| form == "stanislaw"));
        assert!(other_forms("jan").any(|form| form == "jas"));
        assert_eq!(other_forms("bozydar").count(), 0);
        assert!(
            FORMS.iter().flat_map(|line| line.iter()).all(|form| crate::cemetery::names::fold(form) == *form)
        );
    }
}

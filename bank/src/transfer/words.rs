//! Amounts in Polish words, as forms and receipts carry them: `sto dwadzieścia trzy złote 50/100`.

/// A noun in its three forms: with one, with two to four, with others (Polish grammar of numerals).
type Forms = [&'static str; 3];

const ZLOTY: Forms = ["złoty", "złote", "złotych"];
/// Powers of a thousand; `i64` in grosze reaches 92 billiards of złoty.
const POWERS: [Forms; 5] = [
    ["tysiąc", "tysiące", "tysięcy"],
    ["milion", "miliony", "milionów"],
    ["miliard", "miliardy", "miliardów"],
    ["bilion", "biliony", "bilionów"],
    ["biliard", "biliardy", "biliardów"],
];
const UNITS: [&str; 20] = [
    "",
    "jeden",
    "dwa",
    "trzy",
    "cztery",
    "pięć",
    "sześć",
    "siedem",
    "osiem",
    "dziewięć",
    "dziesięć",
    "jedenaście",
    "dwanaście",
    "trzynaście",
    "czternaście",
    "piętnaście",
    "szesnaście",
    "siedemnaście",
    "osiemnaście",
    "dziewiętnaście",
];
const TENS: [&str; 10] = [
    "",
    "",
    "dwadzieścia",
    "trzydzieści",
    "czterdzieści",
    "pięćdziesiąt",
    "sześćdziesiąt",
    "siedemdziesiąt",
    "osiemdziesiąt",
    "dziewięćdziesiąt",
];
const HUNDREDS: [&str; 10] = [
    "",
    "sto",
    "dwieście",
    "trzysta",
    "czterysta",
    "pięćset",
    "sześćset",
    "siedemset",
    "osiemset",
    "dziewięćset",
];

/// An amount in Polish words, the grosze as a fraction of hundred: `dwa tysiące jeden złotych 05/100`.
#[must_use]
pub fn amount_in_words(amount_grosze: i64) -> String {
    let (zlotys, grosze) = (amount_grosze.unsigned_abs() / 100, amount_grosze.unsigned_abs() % 100);
    let mut words: Vec<&str> = Vec::new();
    if amount_grosze < 0 {
        words.push("minus");
    }
    if zlotys == 0 {
        words.push("zero");
    }
    for (power, forms) in POWERS.iter().enumerate().rev() {
        let group = u32::try_from(power + 1).map_or(0, |power| zlotys / 1000_u64.pow(power) % 1000);
        match group {
            0 => {}
            // One thousand is `tysiąc`, without a numeral.
            1 => words.push(form(1, *forms)),
            _ => {
                push_group(&mut words, group);
                words.push(form(group, *forms));
            }
        }
    }
    push_group(&mut words, zlotys % 1000);
    words.push(form(zlotys, ZLOTY));
    format!("{} {grosze:02}/100", words.join(" "))
}

/// The form of a noun with a number: one alone takes the first; what ends in two to four, but not in twelve to
/// fourteen, the second; all others, also twenty-one, the third.
fn form(number: u64, forms: Forms) -> &'static str {
    let [one, few, many] = forms;
    match (number, number % 10, number % 100) {
        (1, ..) => one,
        (_, 2..=4, rest) if !(12..=14).contains(&rest) => few,
        _ => many,
    }
}

fn push_group(words: &mut Vec<&'static str>, group: u64) {
    let (hundreds, rest) = (group / 100, group % 100);
    let (tens, units) = if rest < 20 { (0, rest) } else { (rest / 10, rest % 10) };
    let word = |list: &[&'static str], place: u64| {
        usize::try_from(place).ok().and_then(|place| list.get(place).copied()).unwrap_or_default()
    };
    let all = [word(&HUNDREDS, hundreds), word(&TENS, tens), word(&UNITS, units)];
    words.extend(all.into_iter().filter(|word| !word.is_empty()));
}

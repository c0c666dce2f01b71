"""Finding the buried by a mistyped name, against pg_trgm: similarity over a GIN index on all people, and over a table
of distinct surnames that is then joined. One connection; each answer carries the grave's label and point."""

import json
import random
import unicodedata
from urllib.parse import quote

import load
from report import median, percentile

LIMIT = 20
PEOPLE = "pg_trgm, GIN on all people"
NAMES = "pg_trgm, distinct surnames"


def measure(bench):
    database, report = bench.database(), bench.report
    if not (database.has("pg_trgm") and database.has("unaccent")):
        report.note("pg_trgm or unaccent is missing (Debian: postgresql-contrib); search has no peer")
        return
    people = provide(database)
    cases = mistyped(database, 60 if bench.quick else 200)
    for title, queries, peers in (
        ("a mistyped surname", [typed for typed, _, _ in cases], {PEOPLE: by_people, NAMES: by_names}),
        ("a mistyped full name", [f"{given} {typed}" for typed, given, _ in cases], {PEOPLE: by_full_name}),
    ):
        compare(bench, f"search of {title} among {people:,}", queries, peers, cases)


def compare(bench, name, queries, peers, cases):
    ours, rows = zip(*[ask(bench, queries) for _ in range(bench.runs)])
    good = first_right(rows[0], cases)
    for peer_name, statement in peers.items():
        theirs, rows = zip(*[statement(bench.database(), queries) for _ in range(bench.runs)])
        for part in (50, 95):
            middle = lambda runs: median([percentile(run, part) for run in runs])
            bench.report.add(f"{name}, p{part}", "ms", middle(ours), middle(theirs), peer_name)
        bench.report.add(f"{name}, right first of {len(cases)}", "names", good, first_right(rows[0], cases), peer_name,
                         more_is_better=True)


def provide(database):
    """The peer's tables; answers how many people there are."""
    database.run("""
        create schema if not exists bench;
        drop table if exists bench.buried, bench.surname;
        create table bench.buried as
            select person_id, grave_id, given_names, surname, maiden_name, born, died,
                   lower(unaccent(surname)) as surname_fold, lower(unaccent(given_names)) as given_fold,
                   lower(unaccent(given_names || ' ' || surname)) as full_fold
            from buried;
        create index on bench.buried using gin (surname_fold gin_trgm_ops);
        create index on bench.buried using gin (full_fold gin_trgm_ops);
        create index on bench.buried (surname_fold);
        create table bench.surname as select distinct surname_fold as fold from bench.buried;
        create index on bench.surname using gin (fold gin_trgm_ops);
        analyze bench.buried;
        analyze bench.surname;""")
    return int(database.run("select count(*) from bench.buried;")[0][0])


def mistyped(database, count):
    """Surnames with one slip inside, a given name that goes with each, and the surname meant."""
    rows = database.run(f"""
        select given_names, surname from bench.buried where length(surname) > 5 and surname !~ '[ -]'
        order by md5(person_id::text) limit {count};""")
    known = {row[0] for row in database.run("select fold from bench.surname;")}
    dice, cases = random.Random(7), []
    for given, surname in rows:
        for _ in range(50):
            typed = slip(fold(surname), len(cases), dice)
            if typed not in known:
                cases.append((typed, given, surname))
                break
    return cases


def slip(word, kind, dice):
    letters, at = list(word), dice.randrange(1, len(word) - 1)
    if kind % 4 == 0:
        letters[at], letters[at + 1] = letters[at + 1], letters[at]
    elif kind % 4 == 1:
        del letters[at]
    elif kind % 4 == 2:
        letters.insert(at, letters[at])
    else:
        letters[at] = dice.choice("abcdefghijklmnoprstuwyz")
    return "".join(letters)


def fold(name):
    plain = unicodedata.normalize("NFD", name.lower().replace("ł", "l"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def stem(name):
    """Kowalski and Kowalska are one name here."""
    return fold(name).rstrip("aiy")


def first_right(rows, cases):
    """In how many cases the first person has the surname meant."""
    return sum(1 for found, (_, _, meant) in zip(rows, cases) if found and stem(found) == stem(meant))


def ask(bench, queries):
    """Times in ms, and the first surname of each answer."""
    address = lambda query: f"/api/graves?q={quote(query)}&limit={LIMIT}"
    paths = [address(query) for query in queries]
    load.latencies(bench.reeve.port, [address(query[1:]) for query in queries[:10]], 1)
    _, times, statuses, bodies = load.latencies(bench.reeve.port, paths, 1, keep=True)
    if set(statuses) != {200}:
        raise RuntimeError(f"the search answers {statuses}")
    items = [json.loads(body)["items"] for body in bodies]
    return times, [found[0]["person"]["surname"] if found else None for found in items]


SHOWN = """p.surname, p.given_names, p.born, p.died, g.id, g.label, st_x(st_centroid(g.geom)), st_y(st_centroid(g.geom))"""


def by_people(database, queries):
    return timed(database, queries, f"""
        select {SHOWN} from (
            select *, similarity(surname_fold, $1) as near from bench.buried where surname_fold % $1
            order by near desc, surname_fold, given_fold limit {LIMIT}) p
        join asset g on g.id = p.grave_id order by near desc, surname_fold, given_fold;""")


def by_names(database, queries):
    return timed(database, queries, f"""
        select {SHOWN} from (
            select b.*, s.near from (
                select fold, similarity(fold, $1) as near from bench.surname where fold % $1
                order by near desc, fold limit 10) s
            join bench.buried b on b.surname_fold = s.fold
            order by s.near desc, b.surname_fold, b.given_fold limit {LIMIT}) p
        join asset g on g.id = p.grave_id order by p.near desc, p.surname_fold, p.given_fold;""")


def by_full_name(database, queries):
    return timed(database, queries, f"""
        select {SHOWN} from (
            select *, similarity(full_fold, $1) as near from bench.buried where full_fold % $1
            order by near desc, surname_fold, given_fold limit {LIMIT}) p
        join asset g on g.id = p.grave_id order by near desc, surname_fold, given_fold;""")


def timed(database, queries, select):
    quoted = [fold(query).replace("'", "''") for query in queries]
    times, rows = database.times_ms(
        f"set plan_cache_mode = force_custom_plan; prepare search(text) as {select} execute search('{quoted[0]}');",
        [f"execute search('{query}');" for query in quoted])
    return times, [found[0][0] if found else None for found in rows]

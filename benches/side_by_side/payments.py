"""Two hundred people who pay on the last day of an instalment, all at the same time: from the cart to the booking.

Each is signed in beforehand and walks as a browser does: puts the due into the cart, looks at how it will be booked,
orders, goes to the operator (Reeve's sandbox, which speaks the operators' protocols), pays there, comes back, and looks
at the order until the receipt is there. The operators' messages, their questions and the bookings run meanwhile.

The peer is a floor and no payment system: `pgbench` writes the rows of one payment and nothing else, each payment one
transaction, without any page, reckoning or operator.
"""

import hashlib
import html
import http.client
import re
import subprocess
import threading
import time
import urllib.parse
import uuid

import process
from database import Database
from reeve import Reeve
from report import median, percentile

PEOPLE = 200
# Payers of the town; each has a year of property tax in the books.
TOWN = 10_000
OPERATORS = ("Autopay", "Paybynet", "Przelewy24")
PEER = "pgbench, bare rows"
# How long anybody waits for a receipt before it counts as lost, and how often they look.
PATIENCE_S, LOOK_S = 120, 0.25


class Shop(Reeve):
    """A town that takes payments at a sandbox beside it."""

    def __init__(self, program, var, log):
        super().__init__(program, var, "village", log)
        self.operators = process.free_port()
        self.sandbox = None

    def _environment(self):
        sandbox = f"http://127.0.0.1:{self.operators}"
        return super()._environment() | {"REEVE_SANDBOX_URL": sandbox, "REEVE_DEMO_PASSWORD": "zmyslone-haslo-123"}

    def _arguments(self):
        return [*super()._arguments(), "--demo", "--size", self.size]

    def start(self):
        self.sandbox = subprocess.Popen([self.program, "sandbox", "--listen", f"127.0.0.1:{self.operators}"],
                                        stdout=self.log, stderr=self.log)
        while self.sandbox.poll() is None:
            try:
                http.client.HTTPConnection("127.0.0.1", self.operators, timeout=5).connect()
                break
            except OSError:
                time.sleep(0.05)
        return super().start()

    def stop(self):
        super().stop()
        if self.sandbox:
            process.stop(self.sandbox)
            self.sandbox = None


def measure(bench):
    people, town, runs = (20, 100, 1) if bench.quick else (PEOPLE, TOWN, bench.runs)
    # Another town on the same processors would take its share.
    bench.close()
    var = bench.home / "var-payments"
    var.mkdir(mode=0o711, exist_ok=True)
    shop = bench.reeve = Shop(bench.program, var, bench.log)
    shop.start()
    database, report = bench.database(), bench.report
    # One more run comes first and is not counted.
    who = provide(database, people, town, runs + 1)
    pay_all(shop, database, who, 0)
    counted = [pay_all(shop, database, who, run) for run in range(1, runs + 1)]
    floor, floor_times = database.pgbench(floor_of(database), 16, bench.seconds)
    title = f"{people} people pay at once"
    middle = lambda of: median([of(run) for run in counted])
    report.add(f"{title}: booked", "pay/s", middle(lambda run: run["rate"]), floor, PEER, more_is_better=True)
    for part in (50, 95):
        report.add(f"{title}: cart to receipt, p{part}", "s", middle(lambda run: percentile(run["whole"], part)))
    for part in (50, 95):
        report.add(f"{title}: one page of ours, p{part}", "ms", middle(lambda run: percentile(run["pages"], part)),
                   percentile(floor_times, part), PEER)
    report.add(f"{title}: deadlocks", "in all", sum(run["deadlocks"] for run in counted))


def provide(database, people, town, dues):
    """Makes the town's payers with a year in the books, and the people with so many dues of today each. Answers what
    each person has in the browser and owes."""
    tokens = [f"bench-{number}-{uuid.uuid4().hex}" for number in range(people)]
    marks = ",".join(f"'\\x{hashlib.sha256(token.encode()).hexdigest()}'::bytea" for token in tokens)
    made = uuid.uuid4().hex[:8]
    nrb = database.run("select nrb from due_kind_setting where kind = 'property' and nrb is not null "
                       "order by valid_from desc, id desc limit 1;")[0][0]
    database.run(f"""
        begin;
        create temp table payer on commit drop as
            select n, gen_random_uuid() as id, gen_random_uuid() as account, gen_random_uuid() as due_account,
                   gen_random_uuid() as assessment, (array[{marks}])[n] as mark
            from generate_series(1, {town}) n;
        insert into account (id, email, email_key, name, resident, email_confirmed_at)
            select account, 'b' || n || '-{made}@poczta.example', 'b' || n || '-{made}@poczta.example',
                   'Zmyślona Osoba ' || n, true, now() from payer where n <= {people};
        insert into party (id, kind, name, level, account, created_at)
            select id, 'person', 'Zmyślona Osoba ' || n, 'verified', case when n <= {people} then account end, now()
            from payer;
        insert into session (id, token_hash, account, created_at, last_used_at, expires_at, confirmed_at, address, agent)
            select gen_random_uuid(), mark, account, now(), now(), now() + interval '1 day', now(), '127.0.0.1', 'bench'
            from payer where n <= {people};
        insert into due_account (id, kind, party, object, opened_by, opened_at)
            select due_account, 'property', id, 'ul. Zmyślona ' || n, 'bench', now() from payer;
        create temp table number on commit drop as
            select coalesce(max(number), 0) as before, extract(year from current_date)::int as year from due_assessment
            where kind = 'property' and year = extract(year from current_date);
        insert into due_assessment (id, account, kind, year, number, decision, decided_on, delivered_on, amount_grosze,
                                    entered_by, entered_at)
            select assessment, due_account, 'property', year, before + n, 'B.' || n, current_date - 300,
                   current_date - 290, 4 * (10000 + n), 'bench', now() from payer, number;
        -- Terms as on 15 September: two are over and paid, one is today, one is to come.
        create temp table part on commit drop as
            select gen_random_uuid() as id, p.id as party, p.due_account, p.assessment, k, 10000 + p.n as grosze,
                   current_date + (array[-184, -123, 0, 61])[k] as due, gen_random_uuid() as payment, p.n
            from payer p, generate_series(1, 4) k;
        -- Each of the people has more that is due today, one for each time that they pay.
        insert into part select gen_random_uuid(), party, due_account, assessment, 4 + d, grosze, current_date,
            gen_random_uuid(), n from part, generate_series(1, {dues - 1}) d where k = 3 and n <= {people};
        insert into due_instalment (id, account, assessment, number, token, term, due, amount_grosze)
            select id, due_account, assessment, k, 'NB/' || n || '/{made}/' || k, due, due, grosze from part;
        insert into ledger_entry (id, kind, source_kind, source_id, party, on_day, booked_on, title, details, entered_by,
                                  entered_at)
            select assessment, 'assessment', 'assessment', assessment::text, id, current_date - 290, current_date - 290,
                   'B.' || n, '{{}}'::jsonb, 'bench', now() from payer
            union all
            select payment, 'payment', 'statement', payment::text, party, due, due, '', '{{}}', 'bench', now()
            from part where k <= 2;
        insert into ledger_posting (entry, account, role, instalment, amount_grosze)
            select assessment, 'receivable', 'assessed', id, grosze from part
            union all select assessment, 'income', null, null, -sum(grosze) from part group by assessment
            union all select payment, 'receivable', 'paid', id, -grosze from part where k <= 2;
        insert into ledger_posting (entry, account, nrb, amount_grosze)
            select payment, 'money', '{nrb}', grosze from part where k <= 2;
        commit;
        analyze;""")
    rows = database.run(f"""
        select p.name, i.id from party p join due_account a on a.party = p.id join due_instalment i on i.account = a.id
        join account u on u.id = p.account
        where u.email like 'b%-{made}@poczta.example' and i.due = current_date order by i.number;""")
    owed = {}
    for name, due in rows:
        owed.setdefault(int(name.rsplit(" ", 1)[1]), []).append(due)
    return [(token, owed[number]) for number, token in enumerate(tokens, 1)]


class Person:
    """A browser in which somebody is signed in."""

    def __init__(self, shop, token):
        self.shop, self.cookie = shop, token
        self.connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=PATIENCE_S)
        self.pages = []
        self.form_token = None

    def ask(self, method, path, fields=None):
        """Status, place to go to, and page of one of our addresses."""
        headers = {"Cookie": f"reeve-session={self.cookie}", "Sec-Fetch-Site": "same-origin"}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode([("form_token", self.form_token), *fields])
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        self.pages.append((time.perf_counter() - begun) * 1000)
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            if name == "reeve-session" and value:
                self.cookie = value
        return answer.status, answer.headers.get("Location"), page

    def opens(self):
        """Opens the cart, from which every form has its token."""
        status, _, page = self.ask("GET", "/account/cart")
        found = re.search(r'name="form_token" value="([^"]+)"', page)
        if status != 200 or not found:
            raise RuntimeError(f"the cart answers {status}")
        self.form_token = html.unescape(found[1])
        self.pages.clear()

    def pays(self, due, operator):
        """From the cart to the receipt; answers the seconds."""
        begun = time.perf_counter()
        self.expect(303, self.ask("POST", "/account/cart/add", [("add", due)]))
        self.expect(200, self.ask("GET", "/account/cart?done=added"))
        page = self.expect(200, self.ask("GET", "/account/cart/pay"))
        key = re.search(r'name="key" value="([^"]+)"', page)[1]
        page = self.expect(200, self.ask("POST", "/account/cart/pay", [("key", key), ("operator", operator)]))
        order = re.search(r'href="(/account/orders/[0-9a-f-]+)"', page)[1]
        back = self.at_operator(page)
        if back:
            self.ask("GET", back)
        while f"{order}/receipt" not in self.expect(200, self.ask("GET", order)):
            if time.perf_counter() - begun > PATIENCE_S:
                raise RuntimeError(f"no receipt after {PATIENCE_S} s: {operator}, {order}")
            time.sleep(LOOK_S)
        return time.perf_counter() - begun

    @staticmethod
    def expect(status, answer):
        if answer[0] != status:
            raise RuntimeError(f"{answer[0]} instead of {status}: {answer[2][:300]}")
        return answer[2]

    def at_operator(self, page):
        """Pays at the operator; answers where in our town the browser is sent back to."""
        form = re.search(r'<form method="post" action="([^"]+)" class="go"', page)
        if form:
            fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page[form.end():])
            fields = [(name, html.unescape(value)) for name, value in fields if name != "form_token"]
            answer = self.outside("POST", html.unescape(form[1]), urllib.parse.urlencode(fields))
        else:
            link = re.search(r'class="govuk-button go" href="([^"]+)"', page)[1]
            answer = self.outside("GET", html.unescape(link))
        place = answer[0]
        while answer[1]:
            place = urllib.parse.urljoin(place, answer[1])
            answer = self.outside("GET", place)
        _, back = self.outside("POST", place, "what=pay")
        if back and urllib.parse.urlsplit(back).port == self.shop.port:
            parts = urllib.parse.urlsplit(back)
            return parts.path + (f"?{parts.query}" if parts.query else "")
        return None

    @staticmethod
    def outside(method, address, body=None):
        """An address at the operator; answers it and where it leads."""
        parts = urllib.parse.urlsplit(address)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE_S)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return address, answer.headers.get("Location")


def pay_all(shop, database, who, run):
    """Everybody pays one due, all at once. Answers the rate, all times, and what the database says of deadlocks; fails
    when a payment is not booked once."""
    before = state(database)
    people = [Person(shop, token) for token, _ in who]
    for person in people:
        person.opens()
    whole, errors, lock = [], [], threading.Lock()
    start = threading.Barrier(len(people) + 1)

    def work(number):
        try:
            start.wait()
            taken = people[number].pays(who[number][1][run], OPERATORS[number % len(OPERATORS)])
            with lock:
                whole.append(taken)
        except Exception as error:  # Told below; the others go on.
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(people))]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    if errors:
        raise RuntimeError(f"{len(errors)} of {len(people)} could not pay; the first: {errors[0]}")
    # The database writes its counts down once in a while.
    time.sleep(1.5)
    after = state(database)
    booked, trial = after["booked"] - before["booked"], after["trial"]
    if booked != len(people) or trial != 0:
        raise RuntimeError(f"{booked} bookings of {len(people)} payments; the trial balance is {trial}")
    for person in people:
        person.connection.close()
    # A cookie may have been renewed.
    who[:] = [(person.cookie, dues) for person, (_, dues) in zip(people, who)]
    return {"rate": len(people) / seconds, "whole": whole, "pages": [taken for person in people for taken in person.pages],
            "deadlocks": after["deadlocks"] - before["deadlocks"]}


def state(database):
    row = database.run("""
        select (select count(*) from ledger_entry where kind = 'payment' and source_kind = 'order'),
               (select coalesce(sum(balance_grosze), 0) from ledger_balance),
               (select deadlocks from pg_stat_database where datname = current_database());""")[0]
    return dict(zip(("booked", "trial", "deadlocks"), map(int, row)))


def floor_of(database):
    """A script of pgbench: the rows of one payment."""
    party, account = database.run("select id, account from party where account is not null and name like 'Zmyślona Osoba%' "
                                  "limit 1;")[0]
    nrb = "61109010140000071219812874"
    return f"""\\set code random(1000000000, 9999999999)
        begin;
        with made as (
            insert into payment_order (id, number, account, party, lang, paid_by, valid_until, shown, key, created_at)
            values (gen_random_uuid(), 'Z-' || :code, '{account}', '{party}', 'pl', 'payer', now(), '[]',
                    gen_random_uuid(), now()) on conflict do nothing returning id),
        transfer as (
            insert into payment_transfer (id, payment_order, place, code, contract, nrb, amount_grosze, transfers_only,
                                          state, paid_on, paid_at, changed_at)
            select gen_random_uuid(), id, 1, :code::text, 'floor', '{nrb}', 100, false, 'paid', current_date, now(), now()
            from made returning id),
        booked as (
            insert into ledger_entry (id, kind, source_kind, source_id, party, on_day, booked_on, title, details,
                                      entered_by, entered_at)
            select gen_random_uuid(), 'payment', 'floor', id::text, '{party}', current_date, current_date, '', '{{}}',
                   'floor', now() from transfer returning id)
        insert into ledger_posting (entry, account, amount_grosze)
            select id, account, grosze from booked, (values ('money', 100), ('overpayment', -100)) side (account, grosze);
        commit;
        """

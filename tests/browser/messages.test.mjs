// Messages in a real browser, and out there: one message by four ways, read where it arrived; the pages of the inbox and
// of those who look after the sending, with something on each. The town is one of its own, with the world outside beside it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, leads, LOOKS, noFindings, open, SCREENS, withPage } from "./support.mjs";
import {
  DEMO_PASSWORD,
  enterMandate,
  eventually,
  needsTown,
  OWN_PASSWORD,
  signInAt,
  startTown,
  verify,
} from "./town_support.mjs";

const SHOTS = process.env.REEVE_SHOTS;
const ADMIN = "admin@reeve.example";
const READER = "hanna@poczta.example";
// Made up, like everybody here.
const HANNA = { given_names: "Hanna", family_name: "Zmyślona", pesel: "92030399968", born: "03.03.1992" };
const EWA = { given_names: "Ewa", family_name: "Zmyślona", pesel: "93040499956", born: "04.04.1993" };
const COMPANIES = [
  { nip: "5250000015", name: "Zmyślone Przetwory Owocowo-Warzywne i Wędliny Domowe sp. z o.o." },
  { nip: "5250000021", name: "Zmyślona Huta sp. z o.o." },
];
const MANDATE = "Wpisano pełnomocnictwo";

let town;

/** A page of its own without scripts. */
function asNobody(act, options = {}) {
  return withPage({ baseURL: town.base, javaScriptEnabled: false, ...options }, async (page, wrong) => {
    await act(page);
    town.forgive(wrong);
  });
}

/** The link of a row of the desk's list of deliveries. */
const rowOf = (page, subject) => page.locator("main table tbody tr", { hasText: subject }).first();

/** Letters for pages to show: one that waits, one whose address nobody knows; a mail that was refused. */
async function fill() {
  await asNobody((own) =>
    asNobody(async (desk) => {
      await town.newResident(own, "Hanna Zmyślona", READER);
      await signInAt(desk, ADMIN, DEMO_PASSWORD, "/desk/residents/verify");
      await verify(own, desk, HANNA);
      for (const company of COMPANIES) await enterMandate(desk, company, READER);
      await desk.goto("/desk/messages?q=pełnomocnictwo");
      await leads(desk, () => rowOf(desk, MANDATE).getByRole("link").click());
      // Half an address is refused beside its field, with what was typed.
      await desk.fill("#address", "Zmyślona Huta sp. z o.o.");
      await leads(desk, () => desk.locator("form[action$='/address'] button").click());
      await desk.locator(".govuk-error-summary a[href='#address']").waitFor();
      await desk.fill("#address", `${await desk.inputValue("#address")}\nul. Zmyślona 7\n00-001 Zmyślin`);
      await leads(desk, () => desk.locator("form[action$='/address'] button").click());
      assert.match(await desk.locator("main").innerText(), /ul\. Zmyślona 7/, "it waits to be printed");

      await asNobody(async (stranger) => {
        await stranger.goto("/account/new");
        await stranger.fill("#name", "Nikt Zmyślony");
        await stranger.fill("#email", "refuse-nikt@poczta.example");
        await leads(stranger, () => stranger.locator("form[action='/account/new'] button[type=submit]").click());
      });
      await eventually(async () => {
        await desk.goto("/desk/messages?q=refuse-nikt");
        return (await desk.locator("main table tbody tr").count()) > 0;
      }, "the refused mail");
    }),
  );
}

before(async () => {
  if (needsTown.skip) return;
  await open();
  town = await startTown({ village: true });
  await fill();
});

after(async () => {
  if (needsTown.skip) return;
  await close();
  await town?.end();
});

for (const [screen, lang] of LOOKS) {
  test(`pages of messages on a ${screen} in ${lang}`, needsTown, async () => {
    const look = async (page, path, name) => {
      if (path) await page.goto(path);
      assert.equal(await page.getAttribute("html", "lang"), lang);
      assert.equal(await page.locator("h1").count(), 1, name);
      const over = (await page.evaluate(() => document.documentElement.scrollWidth)) - SCREENS[screen].viewport.width;
      assert.ok(over <= 0, `${name}: ${over} pixels too wide`);
      await noFindings(page, name);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/messages-${name}-${screen}-${lang}.png`, fullPage: true });
    };
    const options = { baseURL: town.base, screen, lang };
    await withPage(options, async (page, wrong) => {
      await signInAt(page, READER, OWN_PASSWORD, "/account/messages");
      await look(page, undefined, "inbox");
      await look(page, "/account/messages?q=nic-takiego", "inbox-none");
      await page.goto("/account/messages");
      await leads(page, () => page.getByRole("link", { name: MANDATE }).first().click());
      await look(page, undefined, "message");
      await look(page, "/account/consents", "consents");
      await page.fill("#phone", "wcale nie numer");
      await leads(page, () => page.locator("form[action='/account/consents/phone'] button").click());
      await page.locator(".govuk-error-summary a[href='#phone']").waitFor();
      await look(page, undefined, "consents-faults");
      await look(page, "/unsubscribe/no-such-link", "unsubscribe-wrong");
      town.forgive(wrong);
    });
    await withPage(options, async (page, wrong) => {
      await signInAt(page, "mieszkanka@reeve.example", DEMO_PASSWORD, "/account/messages");
      await look(page, "/account/messages?q=nic-takiego", "inbox-empty");
      town.forgive(wrong);
    });
    await withPage(options, async (page, wrong) => {
      await signInAt(page, ADMIN, DEMO_PASSWORD, "/desk/messages");
      await look(page, undefined, "dead");
      for (const shelf of ["waiting", "sent", "other"]) await look(page, `/desk/messages?shelf=${shelf}`, shelf);
      await page.goto("/desk/messages?q=refuse-nikt");
      await leads(page, () => page.locator("main table tbody tr a").first().click());
      await look(page, undefined, "proof");
      await leads(page, () => page.locator("form[action$='/text'] button").click());
      await page.locator(".govuk-error-summary a[href='#why']").waitFor();
      await look(page, undefined, "proof-faults");
      await page.fill("#why", "sprawdzenie przed rozmową");
      await leads(page, () => page.locator("form[action$='/text'] button").click());
      await page.locator(".said").waitFor();
      await look(page, undefined, "proof-text");
      await look(page, "/desk/messages/letters", "letters");
      await leads(page, () => page.locator("button[value=print]").click());
      await page.locator(".govuk-error-summary a[href='#letter']").waitFor();
      await look(page, undefined, "letters-faults");
      await page.locator("input[name=letter]").first().check();
      await leads(page, () => page.locator("button[value=print]").click());
      await page.locator(".letter__window", { hasText: "ul. Zmyślona 7" }).waitFor();
      await look(page, undefined, "print");
      await look(page, "/desk/messages/templates", "templates");
      await look(page, `/desk/messages/templates/account-reset/${lang}`, "template");
      await page.fill("#body", "{imie}");
      await leads(page, () => page.locator("button[value=preview]").click());
      await page.locator(".govuk-error-summary a[href='#body']").first().waitFor();
      await look(page, undefined, "template-faults");
      await page.fill("#body", "{name}, {link}");
      await leads(page, () => page.locator("button[value=preview]").click());
      await page.locator("#preview").waitFor();
      await look(page, undefined, "template-preview");
      town.forgive(wrong);
    });
  });
}

test("a letter on paper: the address in the window, nothing of the page around it", needsTown, async () => {
  await withPage({ baseURL: town.base }, async (page, wrong) => {
    await signInAt(page, ADMIN, DEMO_PASSWORD, "/desk/messages/letters");
    await page.locator("input[name=letter]").first().check();
    await leads(page, () => page.locator("button[value=print]").click());
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator(".letter__window").isVisible());
    for (const selector of ["h1", ".masthead__nav", ".back"]) {
      assert.ok(!(await page.locator(selector).first().isVisible()), selector);
    }
    const sheets = (await page.pdf({ preferCSSPageSize: true, format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b/g);
    assert.equal(sheets?.length, 1);
    town.forgive(wrong);
  });
});

test("one message arrives by e-mail, SMS, push and in the inbox, once each, and says the same", needsTown, async () => {
  const email = "ewa@poczta.example";
  const number = "48600100237";
  await asNobody((own) =>
    asNobody(async (desk) => {
      await town.newResident(own, "Ewa Zmyślona", email);

      // A number is hers once she knows what was sent there.
      await own.goto("/account/consents");
      await own.fill("#phone", "600 100 237");
      await leads(own, () => own.locator("form[action='/account/consents/phone'] button").click());
      const [text] = await eventually(async () => {
        const texts = await town.textsTo(number);
        return texts.length > 0 && texts;
      }, "the code");
      await own.fill("#code", text.text.match(/\b\d{6}\b/)[0]);
      await leads(own, () => own.locator("form[action$='/phone/confirm'] button").click());
      await own.waitForURL("**/account/consents?done=phone");

      for (const channel of ["email", "sms", "push"]) await own.check(`#consent-case-${channel}`);
      await leads(own, () => own.locator("form[action='/account/consents'] button").click());
      await own.waitForURL("**/account/consents?done=saved");

      // A browser as the push service has them; what it gets is opened there with its own key.
      const { public_key } = await (await own.request.get("/api/account/push")).json();
      const browser = await town.newBrowser(public_key);
      const added = await own.request.post("/api/account/push", {
        data: { endpoint: browser.endpoint, keys: browser.keys },
        headers: { origin: town.base },
      });
      assert.equal(added.status(), 201, await added.text());

      await signInAt(desk, ADMIN, DEMO_PASSWORD, "/desk/residents/verify");
      await verify(own, desk, EWA);

      const subject = "Potwierdziliśmy Twoją tożsamość";
      const arrived = () => town.mailsTo(email).filter((mail) => mail.subject === subject);
      const texts = async () => (await town.textsTo(number)).slice(1);
      await eventually(async () => arrived().length > 0 && (await texts()).length > 0 && (await town.noticesTo(browser.id)).length > 0, "the message");
      const link = `${town.base}/account`;
      const [mail] = arrived();
      assert.match(mail.text, /^Ewa Zmyślona, na Twoim koncie w serwisie .* potwierdzono tożsamość\./);
      assert.ok(mail.text.includes(`${link}\n`), mail.text);
      assert.ok(mail.html.includes(`href="${link}"`), "the same in HTML");
      const [sms] = await texts();
      assert.match(sms.text, /: na Twoim koncie potwierdzono tozsamosc\. /);
      assert.ok(sms.text.endsWith(link), sms.text);
      const [{ notice }] = await town.noticesTo(browser.id);
      assert.equal(notice.title, "Potwierdzono tożsamość na Twoim koncie");
      assert.deepEqual(Object.keys(notice).sort(), ["body", "href", "tag", "title"]);
      const outside = [mail.text, sms.text, JSON.stringify(notice)];
      for (const said of outside) assert.ok(!said.includes(EWA.pesel) && !said.includes("1993"), said);
      for (const said of outside.slice(1)) assert.ok(!said.includes("Zmyślona"), "a locked screen names nobody");

      // The inbox has the whole text, for whoever signs in.
      await own.goto("/account/messages");
      if (new URL(own.url()).pathname === "/sign-in") await signInAt(own, email, OWN_PASSWORD, "/account/messages");
      const rows = own.getByRole("link", { name: subject });
      assert.equal(await rows.count(), 1);
      await leads(own, () => rows.click());
      assert.equal(notice.href, new URL(own.url()).pathname, "the notice leads there");
      assert.match(await own.locator(".said").innerText(), /Ewa Zmyślona, potwierdziliśmy, kim jesteś: w urzędzie, na podstawie dokumentu/);

      // The proof at the desk knows of all four, and of one try each.
      await desk.goto(`/desk/messages?shelf=sent&q=${encodeURIComponent(email)}`);
      await leads(desk, () => rowOf(desk, subject).getByRole("link").click());
      const proof = await desk.locator("main .desk__body").innerText();
      for (const way of [`E-mail: ${email}`, `SMS: +${number}`, "Powiadomienie", "Skrzynka"]) assert.ok(proof.includes(way), way);
      assert.equal(await desk.getByRole("cell", { name: "Początek próby" }).count(), 3);
      assert.equal(await desk.getByRole("cell", { name: "Próba się nie udała" }).count(), 0);
      assert.deepEqual([arrived().length, (await texts()).length, (await town.noticesTo(browser.id)).length], [1, 1, 1]);

      // What goes by consent is ended by the link in it, by whoever has the mail; opening the link ends nothing.
      const [list] = mail.headers["list-unsubscribe"];
      assert.deepEqual(mail.headers["list-unsubscribe-post"], ["List-Unsubscribe=One-Click"]);
      const unsubscribe = list.match(/<(http[^>]+)>/)[1];
      assert.ok(mail.text.includes(unsubscribe), "the same link in the text");
      const given = async () => {
        await own.goto("/account/consents");
        return own.locator("#consent-case-email").isChecked();
      };
      await asNobody(async (anybody) => {
        await anybody.goto(unsubscribe);
        assert.match(await anybody.locator("main").innerText(), /Twoje sprawy: E-mail/);
        assert.equal(await given(), true, "a look at the link");
        await leads(anybody, () => anybody.locator("main form button").click());
        await anybody.locator("h1", { hasText: "Gotowe" }).waitFor();
      });
      assert.equal(await given(), false);
      assert.ok(await own.locator("#consent-case-sms").isChecked(), "the other ways stay");
    }),
  );
});

test("a template is put in other words, tried on oneself, and put back, without scripts", needsTown, async () => {
  await asNobody(async (desk) => {
    const path = "/desk/messages/templates/account-reset/pl";
    await signInAt(desk, ADMIN, DEMO_PASSWORD, path);
    await desk.fill("#subject", "Nowe hasło, słowami gminy");
    await leads(desk, () => desk.locator("button[value=test]").click());
    const trial = await eventually(() => town.mailsTo(ADMIN).find(({ subject }) => subject.startsWith("[Próba]")), "the trial");
    assert.equal(trial.subject, "[Próba] Nowe hasło, słowami gminy");
    await leads(desk, () => desk.locator("button[value=save]").click());
    await desk.waitForURL("**?done=saved");
    await desk.goto("/desk/messages/templates");
    assert.match(await desk.locator("tr", { hasText: "Odzyskanie dostępu" }).innerText(), /własny/);
    await desk.goto(path);
    await leads(desk, () => desk.locator("button[name=version][value='0']").click());
    await desk.waitForURL("**?done=saved");
    assert.notEqual(await desk.inputValue("#subject"), "Nowe hasło, słowami gminy");
  });
});

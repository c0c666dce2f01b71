// What is owed, in a real browser: the treasurer enters an assessment and takes money, the payer sees it, prints a form.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, leads, LOOKS, noFindings, open, SCREENS, withPage } from "./support.mjs";
import { signInAt } from "./town_support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const TREASURER = "skarbnik@reeve.example";
const PAYER = "pelnomocnik@reeve.example";
const SHOTS = process.env.REEVE_SHOTS;
const needsDemo = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };

before(open);
after(close);

/** Opens the card of account of the demo's payer. */
async function toCard(page) {
  await page.fill("#q", PAYER);
  await page.selectOption("#purpose", "case");
  await leads(page, () => page.locator("form.short[method=post] button[type=submit]").first().click());
  await leads(page, () => page.locator(".rows__row a").first().click());
}

for (const [screen, lang] of LOOKS) {
  test(`pages of dues on a ${screen} in ${lang}`, needsDemo, async () => {
    const look = async (page, path, name) => {
      if (path) await page.goto(path);
      assert.equal(await page.getAttribute("html", "lang"), lang);
      assert.equal(await page.locator("h1").count(), 1, name);
      const over = (await page.evaluate(() => document.documentElement.scrollWidth)) - SCREENS[screen].viewport.width;
      assert.ok(over <= 0, `${name}: ${over} pixels too wide`);
      await noFindings(page, name);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/dues-${name}-${screen}-${lang}.png`, fullPage: true });
    };
    await withPage({ screen, lang }, async (page) => {
      await signInAt(page, PAYER, PASSWORD, "/account/dues");
      await look(page, undefined, "own");
      assert.ok((await page.locator(".chip--bad").count()) > 0, "something of the demo is late");
      await leads(page, () => page.locator("a[href*='/account/dues/accounts/']").first().click());
      await look(page, undefined, "account");
      await look(page, `/account/dues/${new Date().getFullYear()}`, "year");
      await page.goBack();
      await leads(page, () => page.locator("a[href$='/transfer']").first().click());
      await look(page, undefined, "transfer");
      assert.equal(await page.locator(".transfer svg").count(), 1, "a code to scan");
    });
    await withPage({ screen, lang }, async (page) => {
      await signInAt(page, TREASURER, PASSWORD, "/desk/dues");
      await look(page, undefined, "desk");
      await toCard(page);
      await look(page, undefined, "card");
      await look(page, "/desk/dues/arrears", "arrears");
      await look(page, "/desk/dues/takings", "takings");
      assert.ok((await page.locator(".chart rect").count()) > 0, "the demo has takings");
      await look(page, "/desk/dues/unexplained", "unexplained");
      await page.goto("/desk/dues/reminders");
      await leads(page, () => page.locator("form.short button[type=submit]").first().click());
      await look(page, undefined, "reminders");
      await look(page, "/desk/dues/kinds/property", "kind");
      await look(page, "/desk/dues/rates/tax_arrears", "rates");
      // The land register against what is declared: the map shows what the table says, and a finding says why.
      await page.goto("/desk/tax-base");
      await page.locator("[data-import-map][data-ready]").waitFor();
      await page.waitForFunction(() => /[1-9]/.test(document.querySelector("[data-import-map-said]").textContent));
      await look(page, undefined, "tax-base");
      for (const kind of ["undeclared-parcel", "changed-parcel", "area", "use", "undeclared-building", "building-area"]) {
        assert.ok((await page.locator(`td .tax-base__sign--${kind}`).count()) > 0, `the demo has one of the kind ${kind}`);
      }
      await leads(page, () => page.locator("tr", { has: page.locator(".tax-base__sign--building-area") }).locator("a").first().click());
      await look(page, undefined, "tax-base-finding");
      await look(page, "/desk/tax-base/declarations?parcel=999999_1.0001.101", "tax-base-declarations");
      await look(page, "/desk/tax-base/exemptions", "tax-base-exemptions");
      await look(page, "/desk/tax-base/rules", "tax-base-rules");
    });
  });
}

test("without scripts: an assessment is entered, a part is paid at the desk, and the payer sees both", needsDemo, async () => {
  const object = `Działka zmyślona ${Date.now()}`;
  const in_days = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await withPage({ javaScriptEnabled: false }, async (desk) => {
    await signInAt(desk, TREASURER, PASSWORD, "/desk/dues");
    await toCard(desk);
    await leads(desk, () => desk.locator("a[href*='/assess?']").click());
    await desk.selectOption("#kind", "rent");
    await desk.fill("#object", object);
    await desk.fill("#decision", "U.1.TEST");
    await desk.fill("#amount", "1 017,50");
    await desk.fill("#basis", `${object}; 35 m²; 29,07 zł/m²; 1017,50`);
    await desk.fill("#single_term", in_days(30));
    await leads(desk, () => desk.locator("form.short button[type=submit]").click());
    assert.match(desk.url(), /done=assessed/);
    const choices = await desk.locator("#named option", { hasText: /1017,50/ }).all();
    await desk.selectOption("#named", await choices.at(-1).getAttribute("value"));
    await desk.fill("#amount", "17,50");
    await leads(desk, () => desk.locator("form[action$='/cash'] button[type=submit]").click());
    assert.match(await desk.locator("main").innerText(), /art\. 451 § 1 KC/);
  });
  await withPage({ javaScriptEnabled: false }, async (own) => {
    await signInAt(own, PAYER, PASSWORD, "/account/dues");
    const row = own.locator(".rows__row", { hasText: object }).first();
    assert.match(await row.innerText(), /1000,00/);
    await leads(own, () => row.locator("a").click());
    assert.match(await own.locator("main").innerText(), /29,07 zł\/m²/);
  });
});

test("without scripts: a run reminds, its delivery costs, and an interest note is read by its payer", needsDemo, async () => {
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Warsaw" });
  const late = new Date(Date.now() - 100 * 86_400_000).toISOString().slice(0, 10);
  const text = (page) => page.locator("main").innerText();
  await withPage({ javaScriptEnabled: false }, async (desk) => {
    await signInAt(desk, TREASURER, PASSWORD, "/desk/dues");
    for (const kind of ["fine", "rent"]) {
      await desk.goto("/desk/dues");
      await toCard(desk);
      await leads(desk, () => desk.locator("a[href*='/assess?']").click());
      await desk.selectOption("#kind", kind);
      await desk.fill("#object", `Zaległość zmyślona ${Date.now()}`);
      await desk.fill("#decision", "U.2.TEST");
      await desk.fill("#decided_on", late);
      await desk.fill("#delivered_on", late);
      await desk.fill("#amount", "2 000");
      await desk.fill("#single_term", late);
      await leads(desk, () => desk.locator("form.short button[type=submit]").click());
      assert.match(desk.url(), /done=assessed/);
    }
    await leads(desk, () => desk.locator("a[href*='/interest-note?']").click());
    await leads(desk, () => desk.locator("form[method=post] button[type=submit]").last().click());
    assert.match(await text(desk), /NO\/\d{4}\/000001/);
    await desk.goto("/desk/dues/reminders");
    await leads(desk, () => desk.locator("form.short button[type=submit]").first().click());
    assert.ok((await desk.locator("input[name=pick]:checked").count()) >= 2, "a reminder and a call are proposed");
    await leads(desk, () => desk.locator("form.picks button[type=submit]").click());
    assert.match(await text(desk), /UP\/\d{4}\/0000\d\d/);
    if (SHOTS) await desk.screenshot({ path: `${SHOTS}/dues-run.png`, fullPage: true });
    await desk.fill("#delivered", today);
    await desk.locator("input[name=pick]").first().check();
    await leads(desk, () => desk.locator("form.picks button[type=submit]").click());
    assert.match(desk.url(), /done=delivered/);
  });
  await withPage({ javaScriptEnabled: false }, async (own) => {
    await signInAt(own, PAYER, PASSWORD, "/account/messages");
    assert.match(await text(own), /Upomnienie nr UP\//);
    await own.goto("/account/dues");
    await leads(own, () => own.locator("a[href*='/interest-notes/']").first().click());
    assert.match(await text(own), /art\. 481/);
    if (SHOTS) await own.screenshot({ path: `${SHOTS}/dues-note.png`, fullPage: true });
  });
});

test("without scripts: a file of declarations is looked at and taken in, compared, and a finding is marked", needsDemo, async () => {
  const number = `T-${Date.now()}`;
  const rows = ["Nr podatnika;Działka;Rok;Użytek;Powierzchnia (m2)", `${number};999999_1.0001.888/8;2026;R;1234`, `${number};999999_1.0001.888/9;2026;R;nie wiem`];
  await withPage({ javaScriptEnabled: false }, async (desk) => {
    await signInAt(desk, TREASURER, PASSWORD, "/desk/tax-base/declarations");
    const file = { name: `${number}.csv`, mimeType: "text/csv", buffer: Buffer.from(rows.join("\r\n")) };
    await desk.setInputFiles("#file", file);
    await leads(desk, () => desk.locator("form[enctype] button").click());
    const said = await desk.locator("main").innerText();
    assert.match(said, /nie wiem/);
    if (SHOTS) await desk.screenshot({ path: `${SHOTS}/dues-tax-base-file.png`, fullPage: true });
    await leads(desk, () => desk.locator("form.short button").first().click());
    await desk.goto("/desk/tax-base");
    await leads(desk, () => desk.locator("form[method=post].filter button").click());
    await desk.fill("#parcel", "888/8");
    await leads(desk, () => desk.locator("form[method=get].filter button").click());
    assert.equal(await desk.locator("tbody tr").count(), 1);
    await leads(desk, () => desk.locator("tbody a").first().click());
    assert.match(await desk.locator("main").innerText(), new RegExp(number));
    await desk.selectOption("#mark", "called");
    await desk.fill("#note", `wezwanie ${number}`);
    await leads(desk, () => desk.locator("form[action$='/finding'] button").click());
    assert.match(await desk.locator("main").innerText(), new RegExp(`wezwanie ${number}`));
  });
});

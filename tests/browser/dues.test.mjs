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
      await look(page, "/desk/dues/unexplained", "unexplained");
      await look(page, "/desk/dues/kinds/property", "kind");
      await look(page, "/desk/dues/rates/tax_arrears", "rates");
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

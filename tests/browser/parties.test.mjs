// Residents and the desk in a real browser: axe in both languages, and the way from a declared address to verified.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, close, leads, LOOKS, noFindings, open, SCREENS, withPage } from "./support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const ADMIN = "admin@reeve.example";
const RESIDENT = "mieszkanka@reeve.example";
const ATTORNEY = "pelnomocnik@reeve.example";
// Made up, like everybody here.
const PESEL = "15270400012";
const SHOTS = process.env.REEVE_SHOTS;

before(open);
after(close);

async function signIn(page, email, next) {
  await page.goto(`/sign-in?next=${next}`);
  await page.fill("#email", email);
  await page.fill("#password", PASSWORD);
  await leads(page, () => page.locator("form[action='/sign-in'] button[type=submit]").click());
  await page.waitForURL(`**${next}`);
}

/** Chromium itself reports the page's own status as an error. */
function forgiveStatus(wrong) {
  wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of")));
}

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

const needsDemo = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };

for (const [screen, lang] of LOOKS) {
  test(`pages of residents on a ${screen} in ${lang}`, needsDemo, async () => {
    const look = async (page, path, name) => {
      if (path) await page.goto(path);
      assert.equal(await page.getAttribute("html", "lang"), lang);
      assert.equal(await page.locator("h1").count(), 1);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      const over = width - SCREENS[screen].viewport.width;
      assert.ok(over <= 0, `${name}: ${over} pixels too wide`);
      await noFindings(page, name);
      await shot(page, `${name}-${screen}-${lang}`);
    };
    await withPage({ lang, screen }, async (page, wrong) => {
      await signIn(page, RESIDENT, "/account");
      await look(page, undefined, "own-start");
      await look(page, "/account/data", "own-data");
      await look(page, "/account/identity?needs=verified&next=/account", "identity");
      const roll = page.locator("button[value=roll]");
      if ((await roll.count()) > 0) {
        await leads(page, () => roll.click());
        await page.locator(".govuk-error-summary").waitFor();
        await look(page, undefined, "identity-faults");
      }
      forgiveStatus(wrong);
    });
    await withPage({ lang, screen }, async (page) => {
      await signIn(page, ATTORNEY, "/account/mandates");
      await look(page, undefined, "own-mandates");
    });
    await withPage({ lang, screen }, async (page, wrong) => {
      await signIn(page, ADMIN, "/desk/residents");
      await look(page, undefined, "residents");
      await page.fill("#q", "Pełnomocnik");
      await page.selectOption("#purpose", "case");
      await leads(page, () => page.locator("form[role=search] button[type=submit]").click());
      await page.locator(".rows__row a").first().waitFor();
      await look(page, undefined, "residents-found");
      await leads(page, () => page.locator(".rows__row a").first().click());
      await page.waitForURL("**/desk/residents/*purpose=case*");
      await look(page, undefined, "resident");
      await look(page, new URL(page.url()).pathname, "purpose");
      await look(page, "/desk/residents/verify", "verify");
      await look(page, "/desk/residents/mandates/new", "mandate-new");
      await leads(page, () => page.locator("form[action='/desk/residents/mandates/new'] button[type=submit]").click());
      await page.locator(".govuk-error-summary").waitFor();
      await look(page, undefined, "mandate-faults");
      await look(page, "/desk/residents/letters", "letters");
      forgiveStatus(wrong);
    });
  });
}

test("from a declared address to verified at the desk, without scripts", needsDemo, async () => {
  const { features } = await ask("/ogc/collections/addresses/items?limit=1");
  const { street, number, place, postcode } = features[0].properties;
  await withPage({ javaScriptEnabled: false }, async (own, wrong) => {
    await signIn(own, RESIDENT, "/account/identity");
    await own.fill("#given_names", "Maja");
    await own.fill("#family_name", "Mieszkanka");
    await own.fill("#street", street.toUpperCase());
    await own.fill("#house_number", number);
    await own.fill("#postcode", postcode.replace("-", ""));
    await own.fill("#place", place);
    await leads(own, () => own.locator("button[value=roll]").click());
    await own.waitForURL("**/account/identity?done=resident");
    await leads(own, () => own.locator("button[value=ahead]").click());
    await own.waitForURL("**/account/identity?done=code*");
    const code = await own.locator("p.desk-code").innerText();

    await withPage({ javaScriptEnabled: false }, async (desk) => {
      await signIn(desk, ADMIN, "/desk/residents/verify");
      await desk.fill("#code", code.toLowerCase());
      await leads(desk, () => desk.locator("main .desk__body button[type=submit]").click());
      await desk.check("input[value=passport]");
      await desk.fill("#given_names", "Maja");
      await desk.fill("#family_name", "Mieszkanka");
      await desk.fill("#pesel", PESEL);
      await desk.fill("#born", "04.07.2015");
      await leads(desk, () => desk.locator("form[action$='/check'] button[type=submit]").click());
      await leads(desk, () => desk.locator("form[action$='/confirm'] button[type=submit]").click());
      await desk.waitForURL("**done=verified");
      assert.ok(!(await desk.content()).includes(PESEL));
    });
    // Their sessions have ended with the old level.
    await own.goto("/account");
    await own.waitForURL("**/sign-in?next=*");
    await signIn(own, RESIDENT, "/account");
    assert.match(await own.locator("main").innerText(), /Tożsamość potwierdzona/);
    forgiveStatus(wrong);
  });
});

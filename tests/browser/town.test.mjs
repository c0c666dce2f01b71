// What the town says of itself, in a real browser: a look is tried on, saved and put back; the declaration is filled in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, close, leads, LOOKS, noFindings, open, SCREENS, withPage } from "./support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const ADMIN = "admin@reeve.example";
const SHOTS = process.env.REEVE_SHOTS;

before(open);
after(close);

const needsDemo = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };

async function signIn(page) {
  await page.goto("/sign-in?next=/desk/town");
  await page.fill("#email", ADMIN);
  await page.fill("#password", PASSWORD);
  await page.locator("form[action='/sign-in'] button[type=submit]").click();
  await page.waitForURL("**/desk/town");
}

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

/** Chromium itself reports the page's own status as an error. */
function forgiveStatus(wrong) {
  wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of")));
}

/** A crest, drawn by the browser itself. */
function crest(page) {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 300;
    canvas.height = 360;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#8a1538";
    pen.beginPath();
    pen.moveTo(10, 10);
    pen.lineTo(290, 10);
    pen.lineTo(290, 200);
    pen.quadraticCurveTo(280, 310, 150, 350);
    pen.quadraticCurveTo(20, 310, 10, 200);
    pen.fill();
    pen.fillStyle = "#fff";
    pen.font = "bold 190px sans-serif";
    pen.textAlign = "center";
    pen.fillText("Z", 150, 235);
    return canvas.toDataURL("image/png").split(",")[1];
  });
}

async function fits(page, screen, where) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  const over = width - SCREENS[screen].viewport.width;
  assert.ok(over <= 0, `${where}: ${over} pixels too wide`);
}

/** Puts the first version of the history back, so that other tests meet the town as it was. */
async function putBack(page) {
  await page.goto("/desk/town");
  await page.fill("#name", "Zmyślin");
  for (const field of ["office_name_pl", "office_name_en", "address", "phone", "email", "hours_pl", "hours_en"]) {
    await page.fill(`#${field}`, "");
  }
  if ((await page.locator("#crest_remove").count()) > 0) await page.locator("label[for=crest_remove]").click();
  await page.fill("#colour", "#0d5c63");
  await leads(page, () => page.locator("#look .kind-form__end button[value=save]").click());
  await page.waitForURL("**/desk/town?saved=1");
}

for (const [screen, lang] of LOOKS) {
  test(`the town's look and declaration on a ${screen} in ${lang}`, needsDemo, async () => {
    await withPage({ lang, screen }, async (page, wrong) => {
      const look = async (where, name) => {
        assert.equal(await page.getAttribute("html", "lang"), lang);
        assert.equal(await page.locator("h1").count(), 1);
        await fits(page, screen, where);
        await noFindings(page, where);
        await shot(page, `${name}-${screen}-${lang}`);
      };
      const name = `Zmyślin ${screen} ${lang}`;
      await signIn(page);
      await look("the look", "town-look");

      await page.fill("#colour", "#ffcc00");
      await leads(page, () => page.locator("#look .kind-form__end button[value=preview]").click());
      await page.locator(".govuk-error-summary").waitFor();
      await look("an accent that is too light", "town-colour-fault");
      await leads(page, () => page.locator("button[name=use]").click());
      await page.locator("#preview").waitFor();

      await page.fill("#name", name);
      await page.fill("#colour", "#8a1538");
      await page.setInputFiles("#crest_file", {
        name: "herb.png",
        mimeType: "image/png",
        buffer: Buffer.from(await crest(page), "base64"),
      });
      await page.fill("#office_name_pl", "Urząd Miasta w Zmyślinie");
      await page.fill("#office_name_en", "Town Hall of Zmyślin");
      await page.fill("#address", "ul. Zmyślona 1\n00-000 Zmyślin");
      await page.fill("#phone", "22 555 01 01");
      await page.fill("#email", "urzad@zmyslin.example");
      await page.fill("#hours_pl", "pn. 9–18\nwt.–pt. 8–16");
      await page.fill("#hours_en", "Mon 9–18\nTue–Fri 8–16");
      await leads(page, () => page.locator("#look .kind-form__end button[value=preview]").click());
      await page.locator("#preview").waitFor();
      await page.waitForFunction(() => document.querySelector(".masthead__crest").naturalWidth > 0);
      assert.equal(await page.locator(".masthead__name").innerText(), name);
      const accent = await page.locator(".masthead").evaluate((head) => getComputedStyle(head).borderTopColor);
      assert.equal(accent, "rgb(138, 21, 56)", "the page wears the colour");
      await look("a preview", "town-preview");
      assert.ok(!(await (await fetch(`${BASE}/help`)).text()).includes(name), "nobody else sees a preview");

      await leads(page, () => page.locator("#preview button[value=save]").click());
      await page.waitForURL("**/desk/town?saved=1");
      await look("the saved look", "town-saved");
      assert.ok((await (await fetch(`${BASE}/help`)).text()).includes(name), "everybody sees what is saved");
      await page.goto("/help");
      await look("help", "town-help");

      await page.goto("/desk/town/accessibility");
      await look("the declaration's form", "town-declaration-form");
      if ((await page.locator("#g0-reason").count()) > 0) await page.selectOption("#g0-reason", "exempt");
      await page.locator("label[for=status-partial]").click();
      await page.fill("#published", "2026-01-02");
      await page.fill("#updated", "2026-02-03");
      await page.fill("#prepared", "2999-02-04");
      await leads(page, () => page.locator("#declaration .kind-form__end button[value=save]").click());
      await page.locator(".govuk-error-summary").waitFor();
      await look("a day in the future", "town-declaration-fault");
      await page.fill("#prepared", "2026-02-04");
      await page.fill("#person", "Anna Zmyślona");
      await page.fill("#architecture_pl", "Wejście od ul. Zmyślonej ma podjazd.\nWinda zatrzymuje się na każdym piętrze.");
      await page.fill("#architecture_en", "The entrance from Zmyślona street has a ramp.\nThe lift stops on every floor.");
      await leads(page, () => page.locator("#declaration .kind-form__end button[value=save]").click());
      await page.waitForURL("**/desk/town/accessibility?saved=1");
      await page.goto("/accessibility");
      assert.equal(await page.getAttribute("#a11y-data-publikacja", "datetime"), "2026-01-02");
      assert.equal(await page.locator("#a11y-osoba").innerText(), "Anna Zmyślona");
      assert.equal(await page.locator("#a11y-email.unstated").count(), 1, "what is not stated is said to be so");
      await page.locator(".declaration__editor summary").click();
      await look("the declaration", "town-declaration");
      await page.goto("/desk");
      await look("the desk with its reminder", "town-desk");
      await putBack(page);
      forgiveStatus(wrong);
    });
  });
}

test("a look is changed without scripts", needsDemo, async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await signIn(page);
    await page.fill("#name", "Zmyślin bez skryptów");
    await leads(page, () => page.locator("#look .kind-form__end button[value=preview]").click());
    await leads(page, () => page.locator("#preview button[value=save]").click());
    await page.waitForURL("**/desk/town?saved=1");
    assert.equal(await page.locator(".masthead__name").innerText(), "Zmyślin bez skryptów");
    await leads(page, () => page.locator(".town-history form button").first().click());
    await page.waitForURL("**/desk/town?saved=1");
    assert.notEqual(await page.locator(".masthead__name").innerText(), "Zmyślin bez skryptów");
    await putBack(page);
  });
});

test("the manifest makes the town an app", async () => {
  await withPage({}, async (page) => {
    await page.goto("/");
    const address = await page.getAttribute("link[rel=manifest]", "href");
    const devtools = await page.context().newCDPSession(page);
    const { errors, url } = await devtools.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    assert.ok(url.endsWith(address));
  });
});

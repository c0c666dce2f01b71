// What is kept of whom, in a real browser: the page for everybody, one's own with copy and erasure, the clerk's of old data.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, leads, LOOKS, noFindings, open, SCREENS, withPage } from "./support.mjs";
import { signInAt } from "./town_support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const ADMIN = "admin@reeve.example";
const RESIDENT = "mieszkanka@reeve.example";
const SHOTS = process.env.REEVE_SHOTS;
const needsDemo = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };

before(open);
after(close);

/** Signs in and opens the copy, which is given only to those who have just shown who they are. */
async function toCopy(page) {
  await signInAt(page, RESIDENT, PASSWORD, "/account/privacy");
  await leads(page, () => page.locator("a[href='/account/privacy/download']").click());
  await page.locator("a[href='/account/privacy/data.html']").waitFor();
}

for (const [screen, lang] of LOOKS) {
  test(`pages of privacy on a ${screen} in ${lang}`, needsDemo, async () => {
    const look = async (page, path, name) => {
      if (path) await page.goto(path);
      assert.equal(await page.getAttribute("html", "lang"), lang);
      assert.equal(await page.locator("h1").count(), 1, name);
      const over = (await page.evaluate(() => document.documentElement.scrollWidth)) - SCREENS[screen].viewport.width;
      assert.ok(over <= 0, `${name}: ${over} pixels too wide`);
      await noFindings(page, name);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/privacy-${name}-${screen}-${lang}.png`, fullPage: true });
    };
    await withPage({ screen, lang }, async (page) => {
      await look(page, "/privacy", "public");
      const cells = page.locator(".holdings tbody tr").first().locator("td");
      assert.ok((await cells.count()) >= 4);
      // Cards on a phone say of each value what it is; columns do it on a desk.
      const says = await cells.first().evaluate((cell) => getComputedStyle(cell, "::before").content);
      assert.equal(says.includes(await cells.first().getAttribute("data-title")), screen === "phone", says);
      assert.equal(await page.getByRole("columnheader").count(), 5, "it is a table in both");
      await toCopy(page);
      await look(page, undefined, "copy");
      await look(page, "/account/privacy", "own");
      await look(page, "/account/privacy/erasure", "erasure");
      // The document that one takes home is a page of its own.
      const answer = await page.request.get("/account/privacy/data.html", { headers: { "accept-language": lang } });
      assert.equal(answer.status(), 200);
      await page.setContent(await answer.text());
      await look(page, undefined, "document");
    });
    await withPage({ screen, lang }, async (page) => {
      await signInAt(page, ADMIN, PASSWORD, "/desk/privacy");
      await look(page, undefined, "due");
    });
  });
}

test("without scripts: who looked is told, the copy holds it, and the way to erasure is shown before it begins", needsDemo, async () => {
  const note = `sprawa ${Date.now()}`;
  await withPage({ javaScriptEnabled: false }, async (desk) => {
    await signInAt(desk, ADMIN, PASSWORD, "/desk/residents");
    await desk.fill("#q", RESIDENT);
    await desk.selectOption("#purpose", "case");
    await desk.fill("#note", note);
    await leads(desk, () => desk.locator("form[role=search] button[type=submit]").click());
    await leads(desk, () => desk.locator(".rows__row a").first().click());
    assert.match(await desk.locator("main").innerText(), /Mieszkanka/);
  });
  await withPage({ javaScriptEnabled: false }, async (own) => {
    await toCopy(own);
    await own.goto("/account/privacy");
    const looks = own.locator("table[aria-labelledby=looks-title] tbody tr", { hasText: note });
    assert.match(await looks.first().innerText(), /Ada Admin/);
    const copy = await (await own.request.get("/account/privacy/data.json")).json();
    assert.ok(JSON.stringify(copy.holdings.find(({ table }) => table === "party_look").rows).includes(note));
    const text = await (await own.request.get("/account/privacy/data.html")).text();
    assert.ok(text.includes(note) && text.includes(RESIDENT));
    for (const secret of ["password_hash", "token_hash"]) {
      const rows = copy.holdings.flatMap((holding) => holding.rows);
      assert.ok(!rows.some((row) => secret in row), secret);
    }
    // What stays is named with its reason before anybody closes anything.
    await leads(own, () => own.locator("a[href='/account/privacy/erasure']").click());
    const stays = own.locator("main dl.facts .facts__row");
    assert.ok((await stays.count()) > 0);
    for (const reason of await stays.locator("dd").allInnerTexts()) assert.notEqual(reason.trim(), "");
    await leads(own, () => own.locator("a[href='/account/close']").click());
    assert.match(await own.locator("h1").innerText(), /Zamk/);
  });
});

test("nobody who is not signed in gets a copy", needsDemo, async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    for (const path of ["/account/privacy", "/account/privacy/download", "/account/privacy/data.json"]) {
      await page.goto(path);
      assert.equal(new URL(page.url()).pathname, "/sign-in", path);
    }
  });
});

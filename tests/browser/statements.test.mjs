// Bank statements in a real browser: a file comes in, what nobody knows is assigned, without scripts; all pages, both languages,
// two screens, axe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, LOOKS, leads, noFindings, open, SCREENS, withPage } from "./support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const TREASURER = "skarbnik@reeve.example";
const SHOTS = process.env.REEVE_SHOTS;
const needsDemo = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };

before(open);
after(close);

/** An account with its check digits. */
function nrb(bban) {
  const rest = BigInt(`${bban}252100`) % 97n;
  return `${String(98n - rest).padStart(2, "0")}${bban}`;
}

/** The made-up town's account, and one of somebody who pays. */
const OWN = nrb("999900010000000000000101");
const SENDER = nrb("999999990000000000000007");

/** Movements within a day: they need no statement before them, so the test can run again. */
function mt942(movements) {
  const day = new Date().toISOString().slice(2, 10).replaceAll("-", "");
  const lines = [":20:REEVE", `:25:/PL${OWN}`, ":28C:1", ":34F:PLN0,00", `:13D:${day}1200+0100`];
  for (const { amount, reference, name, title } of movements) {
    lines.push(`:61:${day}${day.slice(2)}CN${amount}N152NONREF//${reference}`);
    lines.push(`:86:020~00152`, `~20${title}`, `~32${name}`, `~38PL${SENDER}`);
  }
  return Buffer.from(`${lines.join("\r\n")}\r\n-\r\n`);
}

async function signIn(page, next) {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.fill("#email", TREASURER);
  await page.fill("#password", PASSWORD);
  await leads(page, () => page.locator("form[action='/sign-in'] button[type=submit]").click());
  assert.ok(page.url().endsWith(next), page.url());
}

/** Sends a file by one of the form's two buttons. */
async function send(page, buffer, what) {
  if (buffer) await page.setInputFiles("#file", { name: "wyciąg.sta", mimeType: "text/plain", buffer });
  await leads(page, () => page.locator(`form[action='/desk/statements'] button[value=${what}]`).click());
}

/** Chromium itself reports the page's own status as an error. */
function forgiveStatus(wrong) {
  wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of")));
}

/** Somebody of the demo who owes something. */
const DEBTOR = "Piotr Pełnomocnik";

for (const [screen, lang] of LOOKS) {
  test(`pages of bank statements on a ${screen} in ${lang}`, needsDemo, async () => {
    await withPage({ lang, screen }, async (page, wrong) => {
      const look = async (path, name) => {
        if (path) await page.goto(path);
        assert.equal(await page.getAttribute("html", "lang"), lang);
        assert.equal(await page.locator("h1").count(), 1);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        const over = width - SCREENS[screen].viewport.width;
        assert.ok(over <= 0, `${name}: ${over} pixels too wide`);
        await noFindings(page, name);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${screen}-${lang}.png`, fullPage: true });
      };
      await signIn(page, "/desk/statements");
      await send(page, undefined, "take");
      await page.locator(".govuk-error-summary").waitFor();
      await look(undefined, "statements-fault");
      await send(page, Buffer.from("to nie jest wyciąg"), "take");
      await page.locator(".taken--bad").waitFor();
      await look(undefined, "statements-refused");
      const stamp = `${Date.now()}`;
      const movements = [
        { amount: "123,45", reference: `A${stamp}`, name: DEBTOR.toUpperCase(), title: "PODATEK ZA DOM" },
        { amount: "9,99", reference: `B${stamp}`, name: "KTOS ZUPELNIE INNY", title: "NIE WIEM ZA CO" },
      ];
      await page.goto("/desk/statements");
      await send(page, mt942(movements), "dry");
      await page.locator(".taken--good").waitFor();
      await look(undefined, "statements-dry");
      await send(page, mt942(movements), "take");
      await page.locator(".done").waitFor();
      await look(undefined, "statement");
      await look("/desk/statements", "statements");
      await look("/desk/statements/unmatched", "unmatched");
      const entry = page.locator("tr", { hasText: DEBTOR.toUpperCase() }).last().locator("a");
      await leads(page, () => entry.click());
      await look(undefined, "entry-held");
      const path = new URL(page.url()).pathname;
      await leads(page, () => page.locator(`form[action='${path}/assign'] > button.govuk-button`).click());
      await page.locator(".govuk-error-summary").waitFor();
      await look(undefined, "entry-fault");
      await leads(page, () => page.locator("button[name=whole]").first().click());
      await page.locator(".done").waitFor();
      await look(undefined, "entry-booked");
      await look("/desk/statements/rules", "rules");
      forgiveStatus(wrong);
    });
  });
}

test("what nobody knows is assigned and remembered, the next one goes by itself, all without scripts", needsDemo, async () => {
  await withPage({ javaScriptEnabled: false, screen: "phone" }, async (page, wrong) => {
    await signIn(page, "/desk/statements");
    const stamp = `${Date.now()}`;
    const paid = (reference) => ({ amount: "10,00", reference, name: DEBTOR.toUpperCase(), title: `wplata ${reference}` });
    await send(page, mt942([paid(`C${stamp}`)]), "take");
    await leads(page, () => page.locator("tbody a").first().click());
    // Enter in a field of an amount books what was typed, and not everything to the first in the list.
    await page.fill("#q", DEBTOR);
    await leads(page, () => page.locator("form[role=search] button").click());
    await page.check("#remember");
    await page.fill("#amount-1", "4,00");
    await leads(page, () => page.press("#amount-1", "Enter"));
    assert.match(await page.locator("main").innerText(), /Przypisz 6,00/);
    await page.fill("#q", DEBTOR);
    await leads(page, () => page.locator("form[role=search] button").click());
    await leads(page, () => page.locator("button[name=whole]").first().click());
    const text = await page.locator("main").innerText();
    assert.match(text, /Przypisano\./);
    assert.match(text, /zapamiętano nadawcę/);
    await page.goto("/desk/statements");
    await send(page, mt942([paid(`D${stamp}`)]), "take");
    assert.match(await page.locator("tbody").innerText(), /zapamiętany nadawca/);
    // So that the next run finds nobody remembered.
    await page.goto("/desk/statements/rules");
    await leads(page, () => page.locator("form[action$='/forget'] button").first().click());
    await page.locator(".done").waitFor();
    assert.deepEqual(wrong, []);
  });
});

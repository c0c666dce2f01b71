// Paying online in a real browser: three dues in the cart, pay at the sandbox of each operator, receipt, what the treasurer
// sees; all pages, both languages, two screens, axe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, leads, noFindings, open, SCREENS, stands, withPage } from "./support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const SANDBOX = process.env.REEVE_SANDBOX_URL;
const RESIDENT = "pelnomocnik@reeve.example";
const ADMIN = "admin@reeve.example";
const SHOTS = process.env.REEVE_SHOTS;
const needsSandbox = { skip: PASSWORD && SANDBOX ? false : "REEVE_DEMO_PASSWORD or REEVE_SANDBOX_URL is not set" };

before(open);
after(close);

async function signIn(page, email, next) {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.fill("#email", email);
  await page.fill("#password", PASSWORD);
  await leads(page, () => page.locator("form[action='/sign-in'] button[type=submit]").click());
  assert.ok(page.url().endsWith(next), page.url());
}

/** The operator's own pages, and the status of a page of ours, are no errors. */
function forgive(wrong) {
  wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes(SANDBOX) && !line.includes("status of")));
}

async function look(page, name, screen, lang) {
  assert.equal(await page.getAttribute("html", "lang"), lang, name);
  assert.equal(await page.locator("h1").count(), 1, name);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  const over = width - SCREENS[screen].viewport.width;
  assert.ok(over <= 0, `${name}: ${over} pixels too wide`);
  await noFindings(page, name);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${screen}-${lang}.png`, fullPage: true });
}

const orders = [];
const walks = [
  { operator: "Autopay", screen: "desk", lang: "pl" },
  { operator: "Przelewy24", screen: "phone", lang: "en" },
  { operator: "Paybynet", screen: "phone", lang: "pl", javaScriptEnabled: false },
];

/** What somebody left in the cart goes out, and so many dues go in. */
async function fillCart(page, dues, seen = async () => {}) {
  const removes = page.locator("button[name=remove]");
  while ((await removes.count()) > 0) await leads(page, () => removes.first().click());
  await page.goto("/account/cart");
  await seen("cart-empty");
  const boxes = page.locator("form[action='/account/cart/add'] input[name=add]");
  assert.ok((await boxes.count()) >= dues, `${await boxes.count()} dues`);
  for (let n = 0; n < dues; n += 1) await boxes.nth(n).check();
  await leads(page, () => page.locator("form[action='/account/cart/add'] button").click());
  assert.equal(await page.locator(".cart__row").count(), dues);
}

for (const { operator, screen, lang, ...more } of walks) {
  test(`from the cart over ${operator} to the receipt on a ${screen} in ${lang}`, needsSandbox, async () => {
    const scripts = more.javaScriptEnabled !== false;
    await withPage({ lang, screen, ...more }, async (page, wrong) => {
      const seen = async (name) => {
        if (scripts) await look(page, name, screen, lang);
        else if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${screen}-${lang}.png`, fullPage: true });
      };
      await signIn(page, RESIDENT, "/account/cart");
      await fillCart(page, 3, seen);
      await seen("cart");
      // Nothing that is no amount goes on.
      await page.locator(".cart__row input").first().fill("-1");
      await leads(page, () => page.locator("button[value=pay]").click());
      await page.locator(".govuk-error-summary").waitFor();
      await seen("cart-fault");
      // A part of each, so that every operator has the same three dues.
      for (const input of await page.locator(".cart__row input").all()) await input.fill("7,00");
      await leads(page, () => page.locator("button[value=pay]").click());
      assert.equal(new URL(page.url()).pathname, "/account/cart/pay");
      assert.match(await page.locator("main").innerText(), /art\. (62|451)/);
      await seen("pay");
      await page.check(`#operator-${operator}`);
      if ((await page.locator("#paid-by-payer").count()) > 0) await page.check("#paid-by-payer");
      await leads(page, () => page.locator("form[action='/account/cart/pay'] button").click());
      await seen("go");
      await leads(page, () => page.locator("form.go button, a.go").click());
      assert.ok(page.url().startsWith(`${SANDBOX}/pay/`), page.url());
      await leads(page, () => page.locator("button[value=pay]").click());
      const order = new URL(page.url()).pathname;
      assert.match(order, /^\/account\/orders\//);
      // It is paid when the operator has said so, and not because the browser came back.
      await stands(page, order, "#state .chip--good", 60_000);
      await seen("order");
      const number = (await page.locator("h1").innerText()).match(/Z-\d{10}/)[0];
      orders.push({ number, order });
      await leads(page, () => page.locator("a[href$='/receipt']").click());
      const download = page.waitForEvent("download");
      await page.locator("a[href$='/receipt.pdf']").click();
      assert.equal(await (await download).failure(), null);
      assert.match(await page.locator("main").innerText(), new RegExp(`${number}[\\s\\S]*art\\. `));
      await seen("receipt");
      await page.goto("/account/orders");
      assert.equal(await page.locator(".rows__row", { hasText: number }).locator(".chip--good").count(), 1);
      await seen("orders");
      forgive(wrong);
    });
  });
}

for (const [screen, lang] of [["desk", "pl"], ["phone", "en"]]) {
  test(`the treasurer sees the payments on a ${screen} in ${lang}`, needsSandbox, async () => {
    await withPage({ lang, screen }, async (page) => {
      assert.equal(orders.length, walks.length, "not everything was paid");
      await signIn(page, ADMIN, "/desk/payments");
      for (const { number } of orders) {
        assert.equal(await page.locator("tbody tr", { hasText: number }).locator(".chip--good").count(), 1, number);
      }
      await look(page, "desk-payments", screen, lang);
      await page.fill("#q", orders[0].number);
      await leads(page, () => page.locator("form[role=search] button").click());
      await leads(page, () => page.locator("tbody a").first().click());
      assert.match(await page.locator(".thread").first().innerText(), /\d/);
      await look(page, "desk-payment", screen, lang);
    });
  });
}

/** A statement of one day: what came in, as the bank writes it. */
function mt940(paid) {
  const day = new Date().toISOString().slice(2, 10).replaceAll("-", "");
  const money = (grosze) => `${Math.floor(grosze / 100)},${String(grosze % 100).padStart(2, "0")}`;
  const number = String(Date.now() % 100000);
  const lines = [":20:REEVE", `:25:/PL${paid[0].account}`, `:28C:${number}`, `:60F:C${day}PLN0,00`];
  for (const [n, { grosze, title }] of paid.entries()) {
    lines.push(`:61:${day}${day.slice(2)}CN${money(grosze)}N152NONREF//P${number}${n}`);
    const parts = title.match(/.{1,27}/g).map((part, at) => `~2${at}${part}`);
    lines.push(`:86:020~00152`, ...parts, "~32PIOTR PELNOMOCNIK");
  }
  lines.push(`:62F:C${day}PLN${money(paid.reduce((sum, { grosze }) => sum + grosze, 0))}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n-\r\n`);
}

test("three dues on printed forms, paid at a counter, are booked from the bank's file", needsSandbox, async () => {
  const paid = [];
  await withPage({ screen: "desk", lang: "pl" }, async (page, wrong) => {
    await signIn(page, RESIDENT, "/account/cart");
    await fillCart(page, 3);
    await leads(page, () => page.locator("a[href='/account/cart/transfer']").click());
    for (const form of await page.locator("article.transfer").all()) {
      const field = async (name) => (await form.locator("div", { hasText: name }).last().locator("dd").innerText()).trim();
      paid.push({
        account: (await field("Nr rachunku odbiorcy")).replaceAll(/\D/g, ""),
        grosze: Number((await field("Waluta i kwota")).replaceAll(/\D/g, "")),
        title: (await field("Tytułem")).replaceAll(/\s+/g, " "),
      });
    }
    assert.ok(paid.length > 0 && paid.every(({ account, grosze }) => account.length === 26 && grosze > 0), JSON.stringify(paid));
    await look(page, "cart-transfers", "desk", "pl");
    const download = page.waitForEvent("download");
    await page.locator("a[href$='/account/cart/transfer.pdf']").click();
    assert.equal(await (await download).failure(), null);
    if (SHOTS) await (await download).saveAs(`${SHOTS}/transfers.pdf`);
    assert.deepEqual(wrong, []);
  });
  await withPage({ screen: "desk", lang: "pl" }, async (page) => {
    await signIn(page, ADMIN, "/desk/statements");
    await page.setInputFiles("#file", { name: "wyciag.sta", mimeType: "text/plain", buffer: mt940(paid) });
    await leads(page, () => page.locator("form[action='/desk/statements'] button[value=take]").click());
    await page.locator(".done").waitFor();
    assert.equal(await page.locator("tbody tr", { hasText: "zaksięgowana" }).count(), paid.length);
    await look(page, "statement-of-forms", "desk", "pl");
  });
  await withPage({ screen: "desk", lang: "pl" }, async (page) => {
    await signIn(page, RESIDENT, "/account/dues");
    const text = await page.locator("main").innerText();
    for (const { grosze } of paid) {
      const amount = `${Math.floor(grosze / 100)},${String(grosze % 100).padStart(2, "0")}`;
      assert.ok(text.replaceAll(/\s/g, "").includes(amount), `${amount} is not in the history`);
    }
  });
});

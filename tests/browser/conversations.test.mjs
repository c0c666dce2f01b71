// Letters to the office in a real browser: from a bench's page to the answer, without scripts; all pages, both languages,
// two screens, axe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, close, LOOKS, noFindings, open, SCREENS, withPage } from "./support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const ADMIN = "admin@reeve.example";
const RESIDENT = "mieszkanka@reeve.example";
const SHOTS = process.env.REEVE_SHOTS;
const needsDemo = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };

before(open);
after(close);

/** Presses something that leads to another page, and waits for that page. */
async function go(page, locator) {
  await Promise.all([page.waitForEvent("load"), locator.click()]);
}

async function signIn(page, email, next) {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.fill("#email", email);
  await page.fill("#password", PASSWORD);
  await go(page, page.locator("form[action='/sign-in'] button[type=submit]"));
  assert.ok(page.url().endsWith(next), page.url());
}

/** Chromium itself reports the page's own status as an error. */
function forgiveStatus(wrong) {
  wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of")));
}

for (const [screen, lang] of LOOKS) {
  test(`pages of letters on a ${screen} in ${lang}`, needsDemo, async () => {
    const look = async (page, path, name) => {
      if (path) await page.goto(path);
      assert.equal(await page.getAttribute("html", "lang"), lang);
      assert.equal(await page.locator("h1").count(), 1);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      const over = width - SCREENS[screen].viewport.width;
      assert.ok(over <= 0, `${name}: ${over} pixels too wide`);
      await noFindings(page, name);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${screen}-${lang}.png`, fullPage: true });
    };
    const send = (page) => page.locator("main form button.govuk-button[type=submit]").first();
    await withPage({ lang, screen }, async (page, wrong) => {
      await look(page, "/write", "write");
      await go(page, send(page));
      await page.locator(".govuk-error-summary").waitFor();
      await look(page, undefined, "write-faults");
      await look(page, "/write/confirm/x", "write-link-gone");
      forgiveStatus(wrong);
    });
    await withPage({ lang, screen }, async (page, wrong) => {
      await signIn(page, RESIDENT, "/account/letters");
      await look(page, undefined, "letters");
      await go(page, page.locator(".rows__row a").first());
      await look(page, undefined, "letter");
      const path = new URL(page.url()).pathname;
      await go(page, page.locator(`form[action='${path}'] button[type=submit]`));
      await page.locator(".govuk-error-summary").waitFor();
      await look(page, undefined, "letter-faults");
      await look(page, "/account/letters/new", "letter-new");
      await go(page, page.locator("form[action='/account/letters/new'] button[type=submit]"));
      await page.locator(".govuk-error-summary").waitFor();
      await look(page, undefined, "letter-new-faults");
      forgiveStatus(wrong);
    });
    await withPage({ lang, screen }, async (page, wrong) => {
      await signIn(page, ADMIN, "/desk/conversations");
      await look(page, undefined, "conversations");
      await look(page, "/desk/conversations?q=nic-takiego", "conversations-empty");
      await page.goto("/desk/conversations");
      await go(page, page.locator("tbody a").first());
      await look(page, undefined, "conversation");
      await go(page, page.locator("form[action$='/escalate'] button[type=submit]"));
      await page.locator(".govuk-error-summary").waitFor();
      await look(page, undefined, "conversation-faults");
      await look(page, "/desk/conversations/answers", "canned");
      await go(page, page.locator(".canned a").first());
      await look(page, undefined, "canned-form");
      await look(page, "/desk/departments", "departments");
      await look(page, "/desk/departments/new", "department");
      await go(page, page.locator("form[action^='/desk/departments/'] button[type=submit]"));
      await page.locator(".govuk-error-summary").waitFor();
      await look(page, undefined, "department-faults");
      forgiveStatus(wrong);
    });
  });
}

test("the map's card leads to a letter about the thing", async () => {
  const { features } = await ask("/ogc/collections/benches/items?limit=1");
  const { id } = features[0];
  await withPage({}, async (page) => {
    await page.goto(`/map?layers=benches&at=${id}`);
    const link = page.locator(`a[href='/write?asset=${id}']`);
    await link.waitFor();
    await go(page, link);
    assert.match(await page.locator("main").innerText(), /Dotyczy:\s*Ławka/);
  });
});

test("from a bench's page to the answer and the end, without scripts", needsDemo, async () => {
  const { features } = await ask("/ogc/collections/benches/items?limit=3");
  const { id } = features[2];
  const subject = `Połamana ławka ${Date.now()}`;
  await withPage({ javaScriptEnabled: false, screen: "phone" }, async (own) => {
    await signIn(own, RESIDENT, "/account");
    await own.goto(`/assets/${id}`);
    await go(own, own.locator(`a[href='/write?asset=${id}']`));
    assert.match(await own.locator("main").innerText(), /Dotyczy:\s*Ławka/);
    await own.fill("#subject", subject);
    await own.fill("#body", "Wystaje gwóźdź.\n\n<i>Proszę uważać</i>");
    await own.setInputFiles("#files", { name: "ławka.txt", mimeType: "text/plain", buffer: Buffer.from("zdjęcie") });
    await go(own, own.locator("form[action='/account/letters/new'] button[type=submit]"));
    const letter = new URL(own.url()).pathname;
    assert.match(await own.locator("main").innerText(), /P\/\d{4}\/\d{6}/);
    assert.match(await own.locator("main").innerText(), /<i>Proszę uważać<\/i>/);

    await withPage({ javaScriptEnabled: false }, async (desk) => {
      await signIn(desk, ADMIN, "/desk/conversations");
      await desk.fill("#q", subject);
      await go(desk, desk.locator("form[role=search] button[type=submit]"));
      await go(desk, desk.locator("tbody a", { hasText: subject }));
      await go(desk, desk.locator("button[name=me]"));
      await desk.locator(".done").waitFor();
      await desk.fill("#note", "Sprawdzić w piątek");
      await go(desk, desk.locator("form[action$='/note'] button[type=submit]"));
      await desk.selectOption("#canned", { label: "Zgłoszenie przyjęte do naprawy" });
      await go(desk, desk.locator("button[value=insert]"));
      assert.match(await desk.inputValue("#answer"), /Przekazaliśmy je ekipie/);
      await go(desk, desk.locator("form[action$='/answer'] button:not([name])"));
      assert.match(await desk.locator(".thread").innerText(), /Sprawdzić w piątek[\s\S]*Przekazaliśmy je ekipie/);
      assert.ok((await desk.locator("a", { hasText: "ławka.txt" }).count()) === 1);
    });

    await own.goto("/account/messages");
    await go(own, own.locator("main a", { hasText: subject }).first());
    assert.match(await own.locator("main").innerText(), /Przekazaliśmy je ekipie/);
    await go(own, own.locator(`main a[href='${letter}']`).first());
    const text = await own.locator("main").innerText();
    assert.match(text, /Jest odpowiedź[\s\S]*Przekazaliśmy je ekipie/);
    assert.ok(!text.includes("Sprawdzić w piątek"), "a note of the staff");
    await go(own, own.locator(`form[action='${letter}/close'] button`));
    assert.match(await own.locator("main").innerText(), /Zakończone/);
    await own.goto("/account/privacy");
    assert.match(await own.locator("main").innerText(), /pismo do urzędu/);
  });
});

// The desk in the browser: every page without findings of axe, and the tasks of a clerk and an administrator.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, BASE, close, leads, LOOKS, mapReady, noFindings, open, withPage } from "./support.mjs";

before(open);
after(close);

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const options = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };

/** Signs in as somebody of the demo; the cookies of one sign-in serve for all tests. */
const kept = new Map();
async function signedIn(page, who) {
  if (!kept.has(who)) {
    await page.goto("/sign-in");
    await page.fill("#email", `${who}@reeve.example`);
    await page.fill("#password", PASSWORD);
    await page.locator('main button[type="submit"]').first().click();
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    kept.set(who, (await page.context().cookies()).filter(({ name }) => name !== "lang"));
    return;
  }
  await page.context().addCookies(kept.get(who));
}

async function pages() {
  const { items } = await ask("/api/features?kinds=lamps&bbox=-180,-85,180,85&limit=1");
  return {
    admin: ["/desk/kinds", "/desk/kinds/new", "/desk/kinds/trees"],
    klerk: [
      "/desk",
      "/desk/list/unseen",
      "/desk/list/faulty",
      "/desk/list/stacked",
      "/desk/list/outside",
      "/desk/list/mine",
      "/desk/changes",
      "/desk/changes?from=jutro",
      `/desk/assets/${items[0].id}`,
      "/desk/assets?kind=lamps",
      "/desk/assets?kind=trees&as_of=2026-01-01",
      "/desk/walk",
      "/desk/walk?kind=lamps",
    ],
  };
}

for (const [screen, lang] of LOOKS) {
  test(`desk on a ${screen} in ${lang}`, options, async (t) => {
    for (const [who, paths] of Object.entries(await pages())) {
      for (const path of paths) {
        await t.test(path, async () => {
          await withPage({ lang, screen }, async (page) => {
            await signedIn(page, who);
            const answer = await page.goto(path);
            assert.equal(answer.status(), 200);
            await mapReady(page);
            assert.equal(await page.locator("h1").count(), 1);
            await noFindings(page, path);
            const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(over <= 0, `${over} pixels too wide`);
          });
        });
      }
    }
  });
}

test("an administrator makes a kind, and a change of it is checked before it is saved", options, async () => {
  const name = `Próba ${Date.now().toString(36)}`;
  await withPage({}, async (page, wrong) => {
    await signedIn(page, "admin");
    await page.goto("/desk/kinds/new");
    await page.fill("#title_pl", name);
    await page.fill("#title_en", "Trials");
    await page.fill("#singular_pl", "Próba");
    await page.fill("#singular_en", "Trial");
    await page.getByRole("radio", { name: "hydrant" }).check();
    await leads(page, () => page.locator("#add").click());
    assert.equal(await page.inputValue("#title_pl"), name, "what was typed is kept");
    // The browser focuses the new field with the first picture of the page, which may come after its load.
    await page.waitForFunction(() => document.activeElement?.id === "a0-title_pl");
    await page.fill("#a0-title_pl", "Ciśnienie");
    await page.fill("#a0-title_en", "Pressure");
    await page.selectOption("#a0-kind", "number");
    await page.fill("#a0-unit", "bar");
    await page.fill("#a0-minimum", "20");
    await page.fill("#a0-maximum", "2");
    await leads(page, () => page.getByRole("button", { name: "Utwórz rodzaj" }).click());
    await page.locator(".govuk-error-summary").waitFor();
    await noFindings(page, "a form with faults");
    await page.fill("#a0-minimum", "0");
    await leads(page, () => page.getByRole("button", { name: "Utwórz rodzaj" }).click());
    await page.locator(".saved").waitFor();
    // Chromium itself reports the refused form as an error.
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of 422")));
  });
  await withPage({}, async (page) => {
    await signedIn(page, "admin");
    await page.goto("/desk/kinds/lamps");
    const row = page.locator("details.attribute", { hasText: "Źródło światła" });
    await row.locator("summary").first().click();
    await leads(page, () => row.locator('button[value^="remove:"]').click());
    await leads(page, () => page.getByRole("button", { name: "Sprawdź i zapisz" }).click());
    await page.locator(".breaks").first().waitFor();
    await noFindings(page, "what a change would do");
    await leads(page, () => page.getByRole("link", { name: "Anuluj" }).click());
    assert.ok((await page.locator("details.attribute", { hasText: "Źródło światła" }).count()) > 0);
  });
});

test("the walk goes on without a network and sends what waits", options, async () => {
  const { items } = await ask("/api/features?kinds=benches&bbox=-180,-85,180,85&limit=1");
  const [longitude, latitude] = items[0].point;
  const place = { geolocation: { longitude, latitude, accuracy: 4 }, permissions: ["geolocation"] };
  await withPage({ screen: "phone", ...place }, async (page, wrong) => {
    await signedIn(page, "klerk");
    await page.goto("/desk/walk?kind=benches");
    await page.locator(".walk-card__away").waitFor();
    await noFindings(page, "the walk with a position");
    const small = await page.locator(".walk__button").evaluateAll((buttons) =>
      buttons.filter((button) => button.getBoundingClientRect().height < 48).length,
    );
    assert.equal(small, 0, "each button is at least 48 pixels high");
    const first = await page.locator("#walk-label").innerText();
    await page.context().setOffline(true);
    const tried = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/seen"));
    await page.getByRole("button", { name: "Jest", exact: true }).click();
    await page.locator("#walk-label", { hasNotText: first }).waitFor();
    await page.locator(".walk__queue").waitFor();
    // After the time for second thoughts it is tried, and kept.
    await tried;
    assert.equal(await page.locator(".walk__queue").count(), 1);
    const sent = page.waitForResponse((answer) => answer.url().endsWith("/seen"));
    await page.context().setOffline(false);
    assert.equal((await sent).status(), 200);
    await page.locator(".walk__queue").waitFor({ state: "detached" });
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("ERR_INTERNET_DISCONNECTED")));
  });
});

test("the pages of the desk work without scripts", options, async () => {
  await withPage({ screen: "phone" }, async (page) => {
    await signedIn(page, "klerk");
  });
  await withPage({ screen: "phone", javaScriptEnabled: false }, async (page) => {
    await signedIn(page, "klerk");
    await page.goto("/desk/walk?kind=bins");
    const first = await page.locator("#walk-label").innerText();
    await page.locator('button[value="seen"]').click();
    assert.notEqual(await page.locator("#walk-label").innerText(), first);
    await page.goto("/desk/list/unseen?kind=bins");
    await page.locator('input[name="asset"]').first().check();
    assert.ok((await page.content()).includes(`action="/desk/open"`));
    assert.equal(new URL(page.url()).origin, BASE);
  });
});

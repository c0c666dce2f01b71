// The civic budget in a real browser: a project is pointed at on a phone's map, checked at the desk, voted on secretly, counted
// and published; results and report of another survey beside it; axe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, leads, noFindings, open, SCREENS, stands, withPage } from "./support.mjs";
import { signInAt } from "./town_support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const ADMIN = "admin@reeve.example";
const RESIDENT = "pelnomocnik@reeve.example";
const SHOTS = process.env.REEVE_SHOTS;
const needsDemo = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };
const SLUG = "budzet-obywatelski";

before(open);
after(close);

async function look(page, screen, name) {
  assert.equal(await page.locator("h1").count(), 1, name);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= SCREENS[screen].viewport.width, `${name}: ${width} pixels wide`);
  await noFindings(page, name);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/budget-${name}-${screen}.png`, fullPage: true });
}

/** Maps of a page that are drawn. */
const drawn = (page) => page.locator('[data-import-map][data-ready="true"]').first().waitFor();

/** What a clock in Poland shows so many seconds from now, as fields want it. */
function clock(seconds) {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Warsaw", dateStyle: "short", timeStyle: "medium" });
  return parts.format(new Date(Date.now() + seconds * 1000)).replace(" ", "T");
}

test("results of a survey, with tables, a cross table and a report", needsDemo, async () => {
  for (const [screen, lang] of [
    ["phone", "pl"],
    ["desk", "en"],
  ]) {
    await withPage({ screen, lang }, async (page) => {
      await page.goto("/surveys/obsluga-w-urzedzie/results");
      assert.match(await page.locator("main").innerText(), lang === "pl" ? /Tabele krzyżowe/ : /Cross tables/);
      await look(page, screen, "results");
      await page.goto("/surveys/obsluga-w-urzedzie/report");
      await look(page, screen, "report");
    });
  }
});

test("a civic budget from a pin on a phone to its report", needsDemo, async () => {
  const title = "Huśtawki nad stawem";
  await withPage({ screen: "phone" }, async (page) => {
    await signInAt(page, RESIDENT, PASSWORD, `/surveys/${SLUG}/projects`);
    await drawn(page);
    await look(page, "phone", "projects");
    await leads(page, () => page.getByRole("link", { name: "Zgłoś projekt" }).click());
    await page.locator('[data-draw="pin"][data-ready="true"]').waitFor();
    await page.fill("#title", title);
    await page.fill("#words", "Dwie huśtawki i ławka.");
    await page.getByLabel("Całe miasto").check();
    await page.fill("#estimate", "12 000");
    // By the keyboard alone: Enter sets the pin under the cross.
    const map = page.locator('[data-question="place"]');
    await map.locator("canvas").focus();
    await page.keyboard.press("Enter");
    assert.equal(await map.locator(".survey__drawn li").count(), 1);
    await look(page, "phone", "submit");
    await leads(page, () => page.getByRole("button", { name: "Zgłoś projekt" }).click());
    assert.match(await page.locator("main").innerText(), /Projekt ma numer 7/);
    await drawn(page);
    await look(page, "phone", "project");
  });

  let desk;
  await withPage({ screen: "desk" }, async (page) => {
    await signInAt(page, ADMIN, PASSWORD, "/desk/surveys");
    await leads(page, () => page.getByRole("link", { name: "Budżet obywatelski (zmyślony)" }).click());
    desk = new URL(page.url()).pathname;
    await page.goto(`${desk}/projects`);
    await look(page, "desk", "desk-projects");
    await leads(page, () => page.getByRole("link", { name: title }).click());
    await drawn(page);
    await look(page, "desk", "desk-project");
    await page.fill("#cost", "11 500");
    await leads(page, () => page.getByRole("button", { name: "Zapisz i zawiadom autora" }).click());
    for (const number of [2, 6]) {
      await page.goto(`${desk}/projects/${number}`);
      await page.selectOption("#what", "refuse");
      await page.fill("#reason", "Nie mieści się w planie miejscowym. (Zmyślone.)");
      await leads(page, () => page.getByRole("button", { name: "Zapisz i zawiadom autora" }).click());
    }
    await page.goto(`${desk}/projects`);
    await page.fill("#from", clock(-864000).slice(0, 10));
    await page.fill("#until", clock(-86400).slice(0, 10));
    await leads(page, () => page.getByRole("button", { name: "Zapisz zasady" }).click());
    await leads(page, () => page.getByRole("button", { name: "Ułóż formularz głosowania" }).click());
    await page.getByText("Formularz głosowania jest gotowy").waitFor();
    await page.goto(`${desk}/settings`);
    await page.fill("#opens_at", clock(-60));
    await page.fill("#closes_at", clock(60));
    await leads(page, () => page.locator("main form button.govuk-button").first().click());
    await page.goto(desk);
    await leads(page, () => page.getByRole("button", { name: "Ogłoś" }).click());
  });

  await withPage({ screen: "phone" }, async (page) => {
    await signInAt(page, RESIDENT, PASSWORD, `/surveys/${SLUG}`);
    const send = page.locator('button[value="send"]:not([disabled])');
    await send.waitFor();
    await page.getByLabel("Osiedle Wschodnie").check();
    await page.getByLabel(new RegExp(title)).check();
    await look(page, "phone", "ballot");
    await send.click();
    await page.locator('[data-part="done"]').waitFor({ state: "visible" });
    await look(page, "phone", "voted");
  });

  await withPage({ screen: "desk" }, async (page) => {
    await signInAt(page, ADMIN, PASSWORD, `${desk}/results`);
    // The urn opens by the clock.
    await stands(page, `${desk}/results`, "#sure", 180_000);
    await page.check("#sure");
    await leads(page, () => page.getByRole("button", { name: "Ogłoś wyniki" }).click());
    await page.goto(`/surveys/${SLUG}/results`);
    // Nobody but one has voted, and twenty are needed: each project says so.
    assert.match(await page.locator("main").innerText(), /Głosów: 1, potrzeba: 20/);
    await look(page, "desk", "budget-results");
    await page.goto(`/surveys/${SLUG}/report`);
    await look(page, "desk", "budget-report");
  });
});

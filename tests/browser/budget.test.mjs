// The civic budget in a real browser: a project is pointed at on a phone's map, checked at the desk, voted on by keyboard and on
// paper by the same person, counted and published, and counted again by `reeve recount`; results and report of another survey
// beside it; axe.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BASE, close, leads, noFindings, open, SCREENS, stands, withPage } from "./support.mjs";
import { signInAt } from "./town_support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const ADMIN = "admin@reeve.example";
const CLERK = "okienko@reeve.example";
const RESIDENT = "pelnomocnik@reeve.example";
const PROGRAM = process.env.REEVE_PROGRAM;
const SHOTS = process.env.REEVE_SHOTS;
const needsDemo = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };
const SLUG = "budzet-obywatelski";
/** A project for the district that is voted in. */
const OF_DISTRICT = "Zielony skwer przy szkole";
/** How long the vote lasts: the clerks do their work meanwhile. */
const VOTE_S = 60;

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

/** Goes on with Tab until something has the focus, as whoever has no mouse does. */
async function tabTo(page, target) {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`Tab never came to ${target}`);
}

/** Chooses one of a question's radios with Tab and arrows. */
async function choose(page, question, label) {
  const radios = question.getByRole("radio");
  await tabTo(page, radios.first());
  await page.keyboard.press("Space");
  const wanted = question.getByRole("radio", { name: label });
  for (let n = await radios.count(); n > 0 && !(await wanted.isChecked()); n -= 1) await page.keyboard.press("ArrowDown");
  assert.ok(await wanted.isChecked(), label);
}

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

test("a map of answers in three ways, with a legend to each", needsDemo, async () => {
  for (const [screen, lang] of [
    ["phone", "pl"],
    ["desk", "en"],
  ]) {
    await withPage({ screen, lang }, async (page) => {
      await page.goto("/surveys/nowe-drzewa/results");
      await drawn(page);
      const pictures = [];
      for (const view of ["squares", "heat", "clusters"]) {
        // The first way is chosen already; arrows lead on from it.
        if (view === "squares") await tabTo(page, page.locator(`input[value=${view}]`));
        else await page.keyboard.press("ArrowRight");
        assert.ok(await page.locator(`input[value=${view}]`).isChecked());
        assert.ok(await page.locator(`[data-crowd-legend=${view}]`).isVisible());
        assert.equal(await page.locator("[data-crowd-legend]:visible").count(), 1);
        await page.locator("[data-crowd]").scrollIntoViewIfNeeded();
        await page.locator(`[data-import-map][data-view=${view}]`).waitFor();
        pictures.push((await page.locator("[data-import-map] canvas").screenshot()).toString("base64"));
        await look(page, screen, `answers-${view}`);
      }
      assert.equal(new Set(pictures).size, 3, "each way looks otherwise");
    });
  }
});

test("a survey's card stands in a frame of another site, and its form does not", needsDemo, async () => {
  const frame = (path) => `<iframe title="${path}" width="100%" height="280" src="${BASE}/surveys/${path}"></iframe>`;
  const site = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end(`<!doctype html><title>Gmina</title>${frame("lawki/card?lang=pl")}${frame("lawki")}`);
  });
  // By another name than that of the town, as browsers tell sites apart.
  await new Promise((done) => site.listen(0, "127.0.0.1", done));
  const other = `http://localhost:${site.address().port}/`;
  try {
    await withPage({ screen: "phone" }, async (page, wrong) => {
      await page.goto(other);
      const link = page.frameLocator("iframe >> nth=0").getByRole("link", { name: "Weź udział" });
      await link.waitFor();
      // Chromium's own page stands there, with a heading that is not seen.
      await page.frameLocator("iframe >> nth=1").locator("h1").waitFor({ state: "attached" });
      assert.equal(await page.frameLocator("iframe >> nth=1").locator("form").count(), 0, "the form is refused");
      const [asked, refused, ...more] = wrong.splice(0);
      assert.deepEqual([asked, more], [`asked ${other}`, []]);
      assert.match(refused, /frame-ancestors 'self'/);
      assert.deepEqual(await page.context().cookies(), []);
      const [survey] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
      await survey.waitForURL("**/surveys/lawki?lang=pl");
      await page.goto("/surveys/lawki/card");
      await look(page, "phone", "card");
    });
  } finally {
    site.close();
  }
});

test("a civic budget from a pin on a phone, with paper and a collision, to its recount", needsDemo, async () => {
  const title = "Huśtawki nad stawem";
  const district = "Osiedle Wschodnie";
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
  const says = async (page, words, name) => {
    assert.match(await page.locator("main").innerText(), words);
    if (name) await look(page, "desk", name);
  };
  await withPage({ screen: "desk" }, async (admin, wrong) => {
    await signInAt(admin, ADMIN, PASSWORD, "/desk/surveys");
    await leads(admin, () => admin.getByRole("link", { name: "Budżet obywatelski (zmyślony)" }).click());
    desk = new URL(admin.url()).pathname;
    const paper = `${desk}/paper`;
    await admin.goto(`${desk}/projects`);
    await look(admin, "desk", "desk-projects");
    await leads(admin, () => admin.getByRole("link", { name: title }).click());
    await drawn(admin);
    await look(admin, "desk", "desk-project");
    await admin.fill("#cost", "11 500");
    await leads(admin, () => admin.getByRole("button", { name: "Zapisz i zawiadom autora" }).click());
    for (const number of [2, 6]) {
      await admin.goto(`${desk}/projects/${number}`);
      await drawn(admin);
      await admin.selectOption("#what", "refuse");
      await admin.fill("#reason", "Nie mieści się w planie miejscowym. (Zmyślone.)");
      await leads(admin, () => admin.getByRole("button", { name: "Zapisz i zawiadom autora" }).click());
    }
    // Two ballots are enough for what is for the whole town: as many as there will be on paper.
    await admin.goto(`${desk}/projects?pool=3`);
    await admin.fill("#least_support", "2");
    await leads(admin, () => admin.getByRole("button", { name: "Zapisz pulę" }).click());
    await admin.fill("#from", clock(-864000).slice(0, 10));
    await admin.fill("#until", clock(-86400).slice(0, 10));
    await leads(admin, () => admin.getByRole("button", { name: "Zapisz zasady" }).click());
    await leads(admin, () => admin.getByRole("button", { name: "Ułóż formularz głosowania" }).click());
    await admin.getByText("Formularz głosowania jest gotowy").waitFor();
    await admin.goto(`${desk}/settings`);
    await admin.fill("#opens_at", clock(-60));
    await admin.fill("#closes_at", clock(VOTE_S));
    await admin.selectOption("#collision", "paper");
    await leads(admin, () => admin.locator("main form button.govuk-button").first().click());
    await admin.goto(desk);
    await leads(admin, () => admin.getByRole("button", { name: "Ogłoś" }).click());
    await stands(admin, paper, "#taken", 30_000);
    await admin.check("#taken");
    await leads(admin, () => admin.locator(`form[action$="/taken"] button`).click());

    await withPage({ screen: "phone" }, async (phone) => {
      // From signing in to the receipt by the keyboard alone.
      await phone.goto(`/sign-in?next=/surveys/${SLUG}`);
      await tabTo(phone, phone.locator("#email"));
      await phone.keyboard.type(RESIDENT);
      await tabTo(phone, phone.locator("#password"));
      await phone.keyboard.type(PASSWORD);
      await leads(phone, () => phone.keyboard.press("Enter"));
      const send = phone.locator('button[value="send"]');
      await phone.locator('button[value="send"]:not([disabled])').waitFor();
      await choose(phone, phone.locator('[data-kind="single"]'), district);
      for (const project of [OF_DISTRICT, title]) {
        await tabTo(phone, phone.getByLabel(project));
        await phone.keyboard.press("Space");
      }
      await look(phone, "phone", "ballot");
      await tabTo(phone, send);
      await phone.keyboard.press("Enter");
      await phone.locator('[data-part="done"]').waitFor({ state: "visible" });
      await look(phone, "phone", "voted");

      await withPage({ screen: "desk" }, async (clerk) => {
        await signInAt(clerk, CLERK, PASSWORD, "/desk/surveys");
        await leads(clerk, () => clerk.getByRole("link", { name: "Budżet obywatelski (zmyślony)" }).click());
        await leads(clerk, () => clerk.getByRole("link", { name: "Głosowanie: spis, papier, urna" }).click());
        await look(clerk, "desk", "paper");
        const name = async (surname) => {
          await clerk.fill("#q", surname);
          await leads(clerk, () => clerk.getByRole("button", { name: "Szukaj" }).click());
          await leads(clerk, () => clerk.getByRole("button", { name: "Wpisz do spisu" }).click());
        };
        const sheet = async (page, number, entry, project) => {
          await page.goto(paper);
          await page.fill("#number", String(number));
          await page.selectOption("#entry", String(entry));
          await leads(page, () => page.getByRole("button", { name: "Wprowadź kartę" }).click());
          await page.getByLabel(district).check();
          await page.getByLabel(OF_DISTRICT).check();
          await page.getByLabel(project).check();
          if (number === 1 && entry === 1) await look(page, "desk", "sheet");
          await leads(page, () => page.getByRole("button", { name: "Zapisz kartę" }).click());
          await says(page, /Kartę zapisano/);
        };
        // Whoever voted online is put aside while the vote lasts; somebody else is on paper alone.
        await name("Pełnomocnik");
        await says(clerk, /Odłóż kopertę bez otwierania/, "put-aside");
        await name("Mieszkanka");
        await says(clerk, /Wpisano do spisu/, "name");
        await sheet(clerk, 1, 1, title);
        await sheet(admin, 1, 2, "Biblioteka pod chmurką");
        await says(admin, /Karta 1 różni się: Całe miasto/, "differs");

        await stands(admin, paper, "#sure", (VOTE_S + 60) * 1000);
        await admin.check("#sure");
        await leads(admin, () => admin.getByRole("button", { name: "Otwórz urnę" }).click());
        await says(admin, /Tych kart nie wprowadzono zgodnie dwa razy: 1/, "not-yet");
        // Chromium itself reports the page's own status as an error.
        assert.match(wrong.pop(), /status of 422/);
        await sheet(admin, 1, 2, title);
        // The time is over: the ballot leaves the urn, and the envelope may be opened.
        await name("Pełnomocnik");
        await says(clerk, /Głos z internetu wyjęto z urny. Karta się liczy/, "settled");
        await sheet(clerk, 2, 1, title);
        await sheet(admin, 2, 2, title);
        await says(admin, /Zgodnie wprowadzone: 2 z 2/, "alike");
        await admin.check("#sure");
        await leads(admin, () => admin.getByRole("button", { name: "Otwórz urnę" }).click());
        await says(admin, /Głosy z urny\s+0\s+Karty papierowe\s+2[^]*Głosy wyjęte z powodu papieru\s+1/, "opened");
      });

      await admin.goto(`${desk}/results`);
      await admin.check("#sure");
      await leads(admin, () => admin.getByRole("button", { name: "Ogłoś wyniki" }).click());
      // One ballot online, the same person's on paper, and another's: two count, and two are enough.
      const counted = /Przez internet\s+0\s+Na papierze\s+2\s+Wyjęte z urny z powodu papieru\s+1/;
      for (const [path, shown] of [["results", "budget-results"], ["report", "budget-report"]]) {
        await admin.goto(`/surveys/${SLUG}/${path}`);
        await says(admin, counted, shown);
        await phone.goto(`/surveys/${SLUG}/${path}`);
        const words = await phone.locator("main").innerText();
        assert.match(words, counted);
        const won = await phone.getByRole("row").filter({ hasText: title }).filter({ hasText: "wybrany" }).innerText();
        assert.match(won, /11\s500/);
        assert.match(words, /Głosów: 2, potrzeba: 20/);
        await look(phone, "phone", shown);
      }
      // The receipt of the ballot that was taken out is not on the list, and the page says why that may be.
      await phone.goto(`/surveys/${SLUG}/receipt`);
      await tabTo(phone, phone.getByRole("button", { name: "Sprawdź potwierdzenia" }));
      await phone.keyboard.press("Enter");
      await phone.getByText("głosowano także na papierze").waitFor();
      await look(phone, "phone", "receipt");
    });
  });
});

test("the published file of the civic budget is counted again", { skip: needsDemo.skip || (PROGRAM ? false : "REEVE_PROGRAM names no program") }, async () => {
  const scratch = mkdtempSync(join(tmpdir(), "reeve-recount-"));
  const kept = async (path, name) => {
    const file = join(scratch, name);
    const answer = await fetch(`${BASE}/surveys/${SLUG}/${path}`);
    assert.ok(answer.ok, path);
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    return file;
  };
  try {
    const [ballots, result] = [await kept("ballots", "ballots.jsonl"), await kept("results/results.json", "results.json")];
    const { status, stdout, stderr } = spawnSync(PROGRAM, ["recount", ballots, "--result", result], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /1 online, 2 on paper. From the urn: 0 ballots, 0 spoiled, 1 taken out. On paper: 2 sheets/);
    assert.match(stdout, / 1\. \S+: 2 \(2 ballots\)[^]*The result is the same/);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

// What every test in the browser stands on: one Chromium, pages that tell what went wrong in them, a person to look for.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

/** Address of the running Reeve. */
export const BASE = process.env.REEVE_URL ?? process.env.REEVE_BASE_URL ?? "http://127.0.0.1:8080";

/** Screens on which the pages must work. */
export const SCREENS = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  desk: { viewport: { width: 1280, height: 900 } },
};

export const LANGUAGES = ["pl", "en"];

/**
 * Screen and language in which pages are looked at one by one: the longest words on the smallest screen, and the other
 * language on the other. Everything else walks on a desk in Polish.
 */
export const LOOKS = [
  ["phone", "pl"],
  ["desk", "en"],
];

/** How long a page may take to show what it promises. */
export const PATIENCE_MS = 30_000;

/** How much later than asked for pages and data come; for finding tests that look at the page before. */
const SLOW_MS = Number(process.env.REEVE_SLOW_MS ?? 0);

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let browser;

/** Starts Chromium once for a file of tests. */
export async function open() {
  assert.ok(process.env.REEVE_CHROMIUM ?? CHROMIUM, "Chromium is not installed");
  browser = await chromium.launch({
    executablePath: process.env.REEVE_CHROMIUM ?? CHROMIUM,
    args: [
      "--no-sandbox",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--ignore-gpu-blocklist",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-quic",
    ],
  });
}

/** Ends Chromium. */
export async function close() {
  await browser?.close();
}

/**
 * Opens a page of its own, does something with it, and fails when the page said an error, threw one, or asked
 * anything of another address than ours.
 */
export async function withPage({ lang = "pl", screen = "desk", ...more }, act) {
  const context = await browser.newContext({
    baseURL: BASE,
    locale: lang === "pl" ? "pl-PL" : "en-GB",
    reducedMotion: "reduce",
    ...SCREENS[screen],
    ...more,
  });
  if (SLOW_MS > 0) await context.route(() => true, comesLate);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const wrong = [];
  page.on("console", (message) => {
    // Asked for by the browser itself, of documents that name no picture: files that are opened.
    if (message.location().url?.endsWith("/favicon.ico")) return;
    if (message.type() === "error") wrong.push(`console: ${message.text()} ${message.location().url ?? ""}`);
  });
  // Who goes on to another page breaks off what the page before was still fetching; its map says so, and nothing is wrong.
  const broken_off = new Set();
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText === "net::ERR_ABORTED") broken_off.add(request.url());
  });
  // Some of what the map says of it names no address, but the script that asked.
  const left = (text) =>
    text.includes("Failed to fetch") &&
    broken_off.size > 0 &&
    ([...broken_off].some((address) => text.includes(`${address}\n`)) || /TypeError: Failed to fetch \S+\.js$/.test(text));
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const address = request.url();
    const own = address.startsWith(BASE) || address.startsWith("data:") || address.startsWith("blob:");
    if (!own) wrong.push(`asked ${address}`);
  });
  try {
    await act(page, wrong);
    assert.deepEqual(wrong.filter((text) => !left(text)), []);
  } finally {
    await context.close();
  }
}

async function comesLate(route) {
  if (["document", "fetch", "xhr"].includes(route.request().resourceType())) {
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
  }
  // A page that was left meanwhile has nothing more to ask.
  await route.continue().catch(() => {});
}

/** Does what leads to another page, and waits until that one stands. */
export async function leads(page, act) {
  await Promise.all([page.waitForEvent("load"), act()]);
}

/** Opens a page anew until something stands on it. */
export async function stands(page, path, sign, milliseconds) {
  const until = Date.now() + milliseconds;
  while ((await page.locator(sign).count()) === 0) {
    assert.ok(Date.now() < until, `${sign} is not on ${path}: ${await page.locator("main").innerText()}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await page.goto(path);
  }
}

/** Waits until the page's map is drawn; pages without one are ready at once. */
export async function mapReady(page) {
  if ((await page.locator("[data-map]").count()) === 0) return;
  await page.locator('[data-map][data-ready="true"], .map--failed').waitFor({ state: "attached" });
  assert.equal(await page.locator(".map--failed").count(), 0, "the map could not be shown");
}

/** Fails with what axe finds. */
export async function noFindings(page, where) {
  await page.evaluate(`${AXE};0`);
  const found = await page.evaluate(async (rules) => {
    const { violations } = await globalThis.axe.run(document, { runOnly: rules });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
  }, RULES);
  assert.deepEqual(found, [], where);
}

/** Asks a JSON door. */
export async function ask(path) {
  const answer = await fetch(`${BASE}${path}`, { headers: { accept: "application/json" } });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

/** Two inner letters change places, as in "Kowlaski". */
export function mistyped(word) {
  const letters = [...word];
  const middle = Math.floor(letters.length / 2);
  const at = letters.findIndex((letter, index) => index >= middle - 1 && letter !== letters[index + 1]);
  [letters[at], letters[at + 1]] = [letters[at + 1], letters[at]];
  return letters.join("");
}

/** Common surnames; one of them lies in any town that this is run on. */
const SURNAMES = ["Kowalski", "Nowak", "Wiśniewski", "Wójcik", "Kamiński", "Lewandowski", "Zieliński", "Dąbrowski"];

let somebody;

/** A buried person with a long enough name, and a grave that can be walked to. */
export async function findSomebody() {
  if (somebody) return somebody;
  for (const surname of SURNAMES) {
    const { items } = await ask(`/api/graves?q=${encodeURIComponent(surname)}&limit=20`);
    for (const { person, grave } of items) {
      if (person.surname.length < 5 || person.given_names === "") continue;
      const way = await fetch(`${BASE}/api/graves/${grave.id}/route?profile=walk`);
      if (!way.ok) continue;
      somebody = { person, grave };
      return somebody;
    }
  }
  return assert.fail("no buried person with a common surname and a way to the grave");
}

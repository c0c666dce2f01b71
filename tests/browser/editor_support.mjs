// What the tests of the editor share: a signed-in clerk, places on the screen, a draft that is saved.
import assert from "node:assert/strict";
import { BASE, mapReady } from "./support.mjs";

const CLERK = process.env.REEVE_DEMO_CLERK ?? "klerk@reeve.example";
const PASSWORD = process.env.REEVE_DEMO_PASSWORD;

/** A quiet place within the demo town, found once; each test works some way from the others. */
let ground;

/** Signs the demo clerk in. */
export async function signIn(page) {
  assert.ok(PASSWORD, "REEVE_DEMO_PASSWORD is not set; the server prints it when the demo starts");
  await page.goto("/sign-in?next=/help");
  await page.locator('input[name="email"]').fill(CLERK);
  await page.locator('input[name="password"]').fill(PASSWORD);
  await page.locator('main button[type="submit"], form button[type="submit"]').first().click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** Asks a door of the desk as the clerk of a page. */
export async function ask(page, method, path, body) {
  const answer = await page.request.fetch(`/api/desk${path}`, {
    method,
    headers: { origin: BASE, "sec-fetch-site": "same-origin" },
    ...(body === undefined ? {} : { data: body }),
  });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  const written = await answer.text();
  return written === "" ? undefined : JSON.parse(written);
}

/** The middle of the town's trees: there the ground is the town's for sure. */
export async function townMiddle(page) {
  if (ground) return ground;
  const { assets } = await ask(page, "POST", "/search", { kinds: ["trees"], limit: 200 });
  const places = assets.map(({ geometry }) => geometry.coordinates.flat(3));
  const middle = (values) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
  ground = { lon: middle(places.map(([lon]) => lon)), lat: middle(places.map(([, lat]) => lat)) };
  return ground;
}

/** Opens the editor on layers at a place, with a new draft. */
export async function openEditor(page, { layers, lon, lat, zoom = 19, query = "" }) {
  await page.goto(`/desk/map?layers=${layers}${query}#${zoom}/${lat}/${lon}`);
  await editorReady(page);
  const begin = page.locator('[data-dialog="drafts"] [data-act="draft-new"]');
  if (await begin.isVisible()) await begin.click();
}

/** Waits until the editor is there and what is in sight is loaded. */
export async function editorReady(page) {
  await mapReady(page);
  await page.locator('#editor[data-loading="false"]').waitFor();
  // The offer of drafts comes with an answer of its own.
  await page.waitForLoadState("networkidle");
}

/** Where a place lies on the screen, by the address's `#zoom/lat/lon`. */
export async function pixel(page, lon, lat) {
  const [zoom, mid_lat, mid_lon] = new URL(page.url()).hash.slice(1).split("/").map(Number);
  const size = 512 * 2 ** zoom;
  const x = (degrees) => (degrees / 360 + 0.5) * size;
  const y = (degrees) => {
    const sine = Math.sin((degrees * Math.PI) / 180);
    return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * size;
  };
  const box = await page.locator(".maplibregl-canvas").boundingBox();
  return [box.x + box.width / 2 + x(lon) - x(mid_lon), box.y + box.height / 2 + y(lat) - y(mid_lat)];
}

/** Takes up a tool by its button. */
export async function tool(page, name) {
  await page.locator(`[data-tool="${name}"]`).first().click();
}

/** Clicks places of the map, one after the other, and ends the drawing when wanted. */
export async function draw(page, places, { ends = false, catches = false } = {}) {
  // Alt: set the vertex where it was pointed at, whatever lies near.
  if (!catches) await page.keyboard.down("Alt");
  for (const [lon, lat] of places) {
    const [x, y] = await pixel(page, lon, lat);
    await page.mouse.move(x, y);
    await page.mouse.click(x, y, { delay: 20 });
    await page.waitForTimeout(350);
  }
  await page.keyboard.up("Alt");
  if (ends) await page.locator('[data-act="finish"]').click();
}

/** How many gestures are done. */
export const cursor = async (page) => Number(await page.locator("#editor").getAttribute("data-cursor"));

/** How many things are selected. */
export const selected = async (page) => Number(await page.locator("#editor").getAttribute("data-selected"));

/** Waits until the server has the whole draft. */
export async function saved(page) {
  await page.locator('#editor[data-sync="saved"]').waitFor();
  return new URL(page.url()).searchParams.get("draft");
}

/** What the draft of the page comes to on the server: the last state of each thing that is there. */
export async function draftStates(page) {
  const id = await saved(page);
  const draft = await ask(page, "GET", `/drafts/${id}`);
  const states = new Map();
  for (const { changes } of draft.gestures.slice(0, draft.cursor)) {
    for (const { asset, kind, after } of changes) states.set(asset, { kind, state: after });
  }
  return [...states].map(([asset, rest]) => ({ asset, ...rest }));
}

/** Submits the draft and waits for the number of the change. */
export async function submit(page) {
  await page.locator('[data-act="open-submit"]').click();
  const button = page.locator('[data-dialog="submit"] [data-act="submit"]');
  await page.locator('[data-dialog="submit"] .dialog__note, [data-dialog="submit"] .clashes').first().waitFor();
  await page.waitForFunction(() => {
    const send = document.querySelector('[data-dialog="submit"] [data-act="submit"]');
    return send && !send.disabled;
  });
  await button.click();
  const done = page.locator('[data-dialog="submitted"]');
  await done.waitFor();
  const number = Number(await done.getAttribute("data-number"));
  await done.locator(".dialog__foot button").click();
  return number;
}

/** Undoes everything, by keys as a clerk would. */
export async function undoAll(page) {
  await page.locator(".maplibregl-canvas").focus();
  while ((await cursor(page)) > 0) await page.keyboard.press("Control+z");
}

/** Does everything again. */
export async function redoAll(page, wanted) {
  await page.locator(".maplibregl-canvas").focus();
  for (let step = 0; step < 200 && (await cursor(page)) < wanted; step += 1) {
    await page.keyboard.press("Control+y");
  }
}

/** The selection, once so many things are in it. */
export async function selectedAre(page, wanted) {
  await page.waitForFunction(
    (count) => document.getElementById("editor").dataset.selected === String(count),
    wanted,
  );
}

/** Forgets the browser's own words about answers that a test provokes. */
export function expected(wrong, pattern) {
  wrong.splice(0, wrong.length, ...wrong.filter((line) => !pattern.test(line)));
}

// Questions that are answered on the map: pins, lines, areas, things of the registry; and choices with their places.
import type { FeatureCollection } from "geojson";
import { el } from "../lib/dom";
import { boundsOf, type Position, positions } from "../lib/geo";
import { text } from "../lib/text";
import { TownMap } from "../map/adapter";
import { type MapConfig, readConfig } from "../map/config";
import { add, type Drawn, type Shape, shapeOf, take } from "./drawing";

const COLOURS = { choice: "#1d4ed8", taken: "#a1271f", drawn: "#a1271f", draft: "#b45309" } as const;

/** Waits until something has a size; a question that is not asked yet has none, and nothing can be fitted into that. */
function laidOut(element: HTMLElement): Promise<void> {
  return new Promise((done) => {
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === 0) return;
      observer.disconnect();
      done();
    });
    observer.observe(element);
  });
}

/** Opens a map in a place that waits for one, with the layers that it needs. */
async function open(element: HTMLElement, config: MapConfig, label: string): Promise<TownMap> {
  element.hidden = false;
  const place = el("div", { class: "survey__map-inner" });
  element.append(place);
  await laidOut(place);
  return TownMap.create(place, config, {
    label: text(config.texts, "survey-js-map", { what: label }),
    view: null,
    yields: true,
  });
}

/** A question in which somebody draws or points. */
async function draw(box: HTMLElement, config: MapConfig): Promise<void> {
  const question = box.closest<HTMLElement>("[data-question]");
  const field = question?.querySelector<HTMLInputElement>("[data-drawn]");
  if (!question || !field) return;
  const kind = box.dataset.draw as "pin" | "line" | "area" | "asset";
  const most = Number(question.dataset.most ?? 1);
  const said = el("p", { class: "survey__said", role: "status" });
  const how = kind === "pin" || kind === "asset" ? `survey-js-${kind}-how` : "survey-js-shape-how";
  box.append(el("p", { class: "govuk-hint" }, text(config.texts, how)));
  const shown = kind === "asset" ? { ...config, layers: [box.dataset.collection ?? ""] } : config;
  const map = await open(box, shown, box.dataset.label ?? "");
  const tools = el("div", { class: "survey__tools" });
  const list = el("ol", { class: "survey__drawn" });
  box.append(tools, said, list);

  let drawn: Drawn[] = JSON.parse(field.value || "[]") as Drawn[];
  let draft: Position[] = [];

  const names = new Map<string, string>();
  const keep = (): void => {
    field.value = JSON.stringify(drawn);
    field.dispatchEvent(new Event("change", { bubbles: true }));
    const features: FeatureCollection["features"] = drawn.flatMap(({ geometry }) =>
      geometry
        ? [{ type: "Feature" as const, geometry: geometry as never, properties: { group: "drawn" } }]
        : [],
    );
    const shape = shapeOf(draft);
    if (shape) features.push({ type: "Feature", geometry: shape as never, properties: { group: "draft" } });
    map.showItems({ type: "FeatureCollection", features }, COLOURS);
    list.replaceChildren(...drawn.map(line));
    tools.hidden = draft.length === 0;
  };
  const line = (one: Drawn, i: number): HTMLElement => {
    const id = `${question.dataset.question}-comment-${i}`;
    const name = one.asset
      ? (names.get(one.asset) ?? one.asset)
      : text(config.texts, `survey-js-${kind}`, { n: i + 1 });
    const remove = el(
      "button",
      { type: "button", class: "link-button" },
      text(config.texts, "survey-js-remove"),
    );
    remove.append(el("span", { class: "govuk-visually-hidden" }, ` ${name}`));
    remove.addEventListener("click", () => {
      drawn = take(drawn, i);
      keep();
      said.textContent = "";
    });
    const row = el("li", {}, el("strong", {}, name), " ", remove);
    if (box.dataset.comment === "true") {
      const comment = el("input", { class: "govuk-input", id, type: "text", maxlength: "500" });
      comment.value = one.comment ?? "";
      comment.addEventListener("input", () => {
        drawn = drawn.map((other, j) => (j === i ? { ...other, comment: comment.value } : other));
        field.value = JSON.stringify(drawn);
      });
      row.append(
        el("label", { class: "govuk-label", for: id }, text(config.texts, "survey-js-comment")),
        comment,
      );
    }
    return row;
  };
  const put = (one: Drawn): void => {
    const after = add(drawn, one, most);
    if (after === drawn) {
      said.textContent = text(config.texts, "survey-js-full");
      return;
    }
    drawn = after;
    said.textContent = "";
    keep();
  };
  if (kind === "asset") {
    map.addKinds(
      config.kinds.filter(({ slug }) => slug === box.dataset.collection),
      shown.layers,
    );
    map.onPick((hit) => {
      if (!hit) return;
      if (!hit.id || hit.count > 1) {
        map.approach(hit.position);
        return;
      }
      const { id } = hit;
      void nameOf(hit.kind, id).then((name) => {
        names.set(id, name);
        put({ asset: id });
      });
    });
    await Promise.all(
      drawn.map(async ({ asset }) => {
        if (asset) names.set(asset, await nameOf(box.dataset.collection ?? "", asset));
      }),
    );
  } else {
    map.onPlace((place) => {
      const rounded: Position = [Number(place[0].toFixed(6)), Number(place[1].toFixed(6))];
      if (kind === "pin") {
        put({ geometry: { type: "Point", coordinates: rounded } });
        return;
      }
      draft = [...draft, rounded];
      keep();
    });
    const done = el(
      "button",
      { type: "button", class: "govuk-button govuk-button--secondary" },
      text(config.texts, "survey-js-done"),
    );
    const undo = el(
      "button",
      { type: "button", class: "govuk-button govuk-button--secondary" },
      text(config.texts, "survey-js-undo"),
    );
    done.addEventListener("click", () => {
      const least = kind === "line" ? 2 : 3;
      if (draft.length < least) {
        said.textContent = text(config.texts, "survey-js-few");
        return;
      }
      const [first] = draft;
      const geometry: Shape =
        kind === "line" || !first
          ? { type: "LineString", coordinates: draft }
          : { type: "Polygon", coordinates: [[...draft, first]] };
      draft = [];
      put({ geometry });
      keep();
    });
    undo.addEventListener("click", () => {
      draft = draft.slice(0, -1);
      keep();
    });
    tools.append(done, undo);
  }
  keep();
  const all = drawn.flatMap(({ geometry }) => (geometry ? positions(geometry) : []));
  const bounds = boundsOf(all);
  if (bounds) map.fit(bounds, 17);
  box.dataset.ready = "true";
}

/** What people call a thing. */
async function nameOf(collection: string, id: string): Promise<string> {
  try {
    const answer = await fetch(`/ogc/collections/${encodeURIComponent(collection)}/items/${id}`, {
      headers: { accept: "application/geo+json" },
    });
    const { properties } = (await answer.json()) as { properties: Record<string, unknown> };
    const name = properties.label ?? properties.name ?? properties.registry_number;
    return typeof name === "string" || typeof name === "number" ? String(name) : id;
  } catch {
    return id;
  }
}

/** Choices on a map: whoever clicks one chooses it in the list below, which says the same. */
async function choices(box: HTMLElement, config: MapConfig): Promise<void> {
  const question = box.closest<HTMLElement>("[data-question]");
  if (!question) return;
  const data = JSON.parse(box.dataset.choicesMap ?? "{}") as FeatureCollection;
  const map = await open(box, config, box.dataset.label ?? "");
  const fieldOf = (choice: string): HTMLInputElement | null =>
    question.querySelector<HTMLInputElement>(`input[value="${CSS.escape(choice)}"]`);
  const show = (): void => {
    const features = data.features.map((feature) => {
      const taken = fieldOf(String(feature.properties?.choice))?.checked ?? false;
      return { ...feature, properties: { ...feature.properties, group: taken ? "taken" : "choice" } };
    });
    map.showItems({ type: "FeatureCollection", features }, COLOURS);
  };
  show();
  map.onChoice((choice) => {
    fieldOf(choice)?.click();
  });
  question.addEventListener("change", show);
  const bounds = boundsOf(data.features.flatMap(({ geometry }) => positions(geometry as never)));
  if (bounds) map.fit(bounds, 17);
  box.dataset.ready = "true";
}

const config = readConfig(document);
if (config) {
  const failed = (box: HTMLElement) => (failure: unknown) => {
    // Without a map the fields below it take the same answers.
    console.warn("the map could not be shown", failure);
    box.replaceChildren(text(config.texts, "js-map-failed"));
    const typed = box.parentElement?.querySelector<HTMLDetailsElement>("details");
    if (typed) typed.open = true;
  };
  for (const box of document.querySelectorAll<HTMLElement>("[data-draw]"))
    draw(box, config).catch(failed(box));
  for (const box of document.querySelectorAll<HTMLElement>("[data-choices-map]")) {
    choices(box, config).catch(failed(box));
  }
}

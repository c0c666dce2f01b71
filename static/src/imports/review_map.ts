// Maps of a page: things of files, differences of the tax base, answers of a survey, in the colours of their groups.
import type { FeatureCollection } from "geojson";
import { type Texts, text } from "../lib/text";
import { TownMap } from "../map/adapter";
import { type MapConfig, readConfig } from "../map/config";
import { type CrowdView, crowdOf } from "../map/crowd";

/** Most things that are drawn at once. */
const MOST = 2000;

/** Colours of the groups; the style sheet has the same for the list of groups. */
const COLOURS: Record<string, string> = {
  new: "#17653f",
  changed: "#1d4ed8",
  doubtful: "#b45309",
  near_duplicate: "#7e22ce",
  vanished: "#a1271f",
  // Differences between the land register and what is declared.
  "undeclared-parcel": "#a1271f",
  "unknown-parcel": "#7e22ce",
  "changed-parcel": "#0e7490",
  area: "#b45309",
  use: "#17653f",
  "undeclared-building": "#be185d",
  "building-area": "#1d4ed8",
  "unknown-building": "#4d5358",
  // Answers of a survey, from few to many.
  "cells-1": "#7cc4c9",
  "cells-2": "#4aa3aa",
  "cells-3": "#1f828a",
  "cells-4": "#0d5c63",
  "cells-5": "#083a3f",
  // Projects of a civic budget.
  project: "#1d4ed8",
  accepted: "#17653f",
  refused: "#4d5358",
};

type Items = FeatureCollection & { next: string | null };

/** Lets readers choose how squares with numbers are drawn; what they see is told below the map. */
function chooseView(map: TownMap, element: HTMLElement, items: Items): void {
  const choice = element.parentElement?.querySelector<HTMLElement>("[data-crowd]");
  if (!choice) return;
  map.addCrowd(crowdOf(items), Number(choice.dataset.widthM));
  const legends = element.parentElement?.querySelectorAll<HTMLElement>("[data-crowd-legend]") ?? [];
  const choose = async (view: CrowdView): Promise<void> => {
    for (const legend of legends) legend.hidden = legend.dataset.crowdLegend !== view;
    await map.viewCrowd(view);
    element.dataset.view = view;
  };
  choice.addEventListener("change", ({ target }) => {
    void choose((target as HTMLInputElement).value as CrowdView);
  });
  void choose("squares");
}

async function show(element: HTMLElement, config: MapConfig, said: Element | null): Promise<void> {
  const map = await TownMap.create(element, config, {
    label: element.dataset.label ?? text(config.texts, "js-map-label"),
    view: null,
    yields: true,
  });
  let round = 0;
  let chosen = false;
  const load = async (): Promise<void> => {
    round += 1;
    const mine = round;
    const address = new URL(element.dataset.items ?? "", location.href);
    address.searchParams.set("bbox", map.bounds().join(","));
    address.searchParams.set("limit", String(MOST));
    if (element.dataset.group) address.searchParams.set("group", element.dataset.group);
    const answer = await fetch(address, {
      headers: { accept: "application/json" },
    });
    // Only the latest question counts.
    if (!answer.ok || mine !== round) return;
    const items = (await answer.json()) as Items;
    if (mine !== round) return;
    map.showItems(items, COLOURS);
    if (said) said.textContent = count(config.texts, items);
    // Squares are the same wherever the map looks.
    if (!chosen) chooseView(map, element, items);
    chosen = true;
  };
  // Where a line breaks, what was drawn stays, and the next move asks again.
  map.onRest(() => void load().catch(() => undefined));
  await load();
}

function count(texts: Texts, items: Items): string {
  const n = items.features.length;
  return text(texts, items.next ? "imports-js-map-more" : "imports-js-map-shown", { n });
}

const config = readConfig(document);
for (const element of document.querySelectorAll<HTMLElement>("[data-import-map]")) {
  if (!config) break;
  const said = element.parentElement?.querySelector("[data-import-map-said]") ?? null;
  show(element, config, said)
    .then(() => {
      element.dataset.ready = "true";
    })
    .catch((failure: unknown) => {
      // The table below says the same.
      console.warn("the map could not be shown", failure);
      element.replaceChildren(text(config.texts, "js-map-failed"));
      element.classList.add("map--failed");
    });
}

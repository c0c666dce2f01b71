// Maps that stand beside a text and add nothing to it but the picture: the first page, results, a grave, a way.
import { boundsOf, type Position } from "../lib/geo";
import { text } from "../lib/text";
import { TownMap } from "./adapter";
import type { MapConfig } from "./config";

/** Draws the map of a page that is about places. */
export async function placed(element: HTMLElement, config: MapConfig): Promise<void> {
  const map = await TownMap.create(element, config, {
    label: element.dataset.label ?? text(config.texts, "js-map-label"),
    view: null,
    yields: true,
    covered_px: coveredWidth(element),
  });
  map.addKinds(
    config.kinds.filter(({ slug }) => config.layers.includes(slug)),
    config.layers,
  );
  if (config.way) {
    map.addWay(config.way);
    const { gate } = config.way;
    if (gate) {
      map.addFlag(gate, "gate", "gate");
      map.hideName("gates", gate.label);
    }
  }
  if (config.grave) map.addFlag(config.grave, config.grave.icon ?? "grave", "grave");
  pairWithList(map.addNumbered(config.places));
  const shown: Position[] = [
    ...config.places.map(({ position }) => position),
    ...(config.grave ? [config.grave.position] : []),
    ...(config.way ? [...config.way.line, ...config.way.last_leg] : []),
  ];
  const bounds = boundsOf(shown);
  if (bounds) map.fit(bounds, config.way ? 19 : 18);
}

/** How much of the map's left side the search card covers, where it lies over the map and not above it. */
function coveredWidth(element: HTMLElement): number {
  const card = document.querySelector(".hero__card")?.getBoundingClientRect();
  const map = element.getBoundingClientRect();
  return card && card.bottom > map.top && card.width < map.width ? card.right - map.left : 0;
}

/** Shows which sign belongs to which line of the list when either is pointed at. */
function pairWithList(signs: readonly HTMLElement[]): void {
  const lines = document.querySelectorAll<HTMLElement>("[data-number]");
  signs.forEach((sign) => {
    const line = [...lines].find(({ dataset }) => dataset.number === sign.textContent);
    if (!line) return;
    const point = (on: boolean) => () => {
      sign.classList.toggle("is-pointed", on);
      line.classList.toggle("is-pointed", on);
    };
    for (const one of [sign, line]) {
      one.addEventListener("pointerenter", point(true));
      one.addEventListener("pointerleave", point(false));
    }
    line.addEventListener("focusin", point(true));
    line.addEventListener("focusout", point(false));
  });
}

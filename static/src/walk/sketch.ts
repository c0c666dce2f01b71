// A sketch of the surroundings that needs no network: the thing, its neighbours, and whoever walks.
import { svg } from "../lib/dom";
import type { Position } from "../lib/geo";
import { offset_m } from "./measure";
import type { Here, Thing } from "./types";

const WIDE = 360;
const HIGH = 220;
const EDGE = 30;
/** Neighbours farther away than this do not help to find the thing. */
const FARTHEST_M = 60;

/** Draws what lies around a thing; `title` is what it shows. */
export function sketch(thing: Thing, others: readonly Thing[], here: Here | null, title: string): SVGElement {
  const at = (position: Position): { x: number; y: number } => {
    const { east, north } = offset_m(thing.point, position);
    return { x: east, y: -north };
  };
  const me = here ? at(here.position) : null;
  const near_me = me && Math.hypot(me.x, me.y) <= 400 ? me : null;
  const reach = Math.max(12, near_me ? Math.hypot(near_me.x, near_me.y) : 30);
  const scale = (HIGH / 2 - EDGE) / reach;
  const place = ({ x, y }: { x: number; y: number }) => ({
    cx: WIDE / 2 + x * scale,
    cy: HIGH / 2 + y * scale,
  });
  const circle = (spot: { x: number; y: number }, r: number, name: string): SVGElement => {
    const { cx, cy } = place(spot);
    return svg("circle", { cx: cx.toFixed(1), cy: cy.toFixed(1), r: String(r), class: name });
  };
  const drawn = svg("svg", {
    class: "sketch",
    role: "img",
    viewBox: `0 0 ${WIDE} ${HIGH}`,
    "aria-label": title,
  });
  for (const other of others) {
    const spot = at(other.point);
    if (other !== thing && Math.hypot(spot.x, spot.y) <= Math.max(FARTHEST_M, reach)) {
      drawn.append(circle(spot, 5, "sketch__near"));
    }
  }
  drawn.append(circle({ x: 0, y: 0 }, 9, "sketch__after"));
  if (near_me) {
    const from = place(near_me);
    const d = `M${from.cx.toFixed(1)} ${from.cy.toFixed(1)}L${WIDE / 2} ${HIGH / 2}`;
    drawn.append(svg("path", { d, class: "sketch__arrow", "stroke-dasharray": "4 4" }));
    drawn.append(circle(near_me, 8, "sketch__me"));
  }
  const bar_m = [100, 50, 20, 10, 5, 2, 1].find((length) => length * scale <= WIDE / 3) ?? 1;
  const bar = svg("path", { d: `M12 ${HIGH - 16}v6h${(bar_m * scale).toFixed(1)}v-6`, class: "sketch__bar" });
  const words = svg("text", {
    x: (18 + bar_m * scale).toFixed(1),
    y: String(HIGH - 8),
    class: "sketch__words",
  });
  words.textContent = `${bar_m} m`;
  drawn.append(bar, words);
  return drawn;
}

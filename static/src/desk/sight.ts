// Hands the map what is to be drawn: the things in sight, the draft's marks, the selection.
import type { Desk } from "./desk";
import type { Drawn, EditMap } from "./map_view";
import type { Thing } from "./model/document";

/** What the kinds' layers read of a thing. */
function drawnThing({ id, kind, state }: Thing): Drawn {
  const plain = Object.entries(state.attributes).filter(
    ([, value]) => value !== null && typeof value !== "object",
  );
  const named = state.label ? { label: state.label } : {};
  return { geometry: state.geometry, properties: { ...Object.fromEntries(plain), ...named, id, kind } };
}

export class Sight {
  readonly #desk: Desk;
  readonly #map: EditMap;
  /** What was last drawn of each kind, to draw again only what changed. */
  readonly #last = new Map<string, readonly Thing[]>();
  #hidden = "";
  #waiting = 0;

  constructor(desk: Desk, map: EditMap) {
    this.#desk = desk;
    this.#map = map;
    for (const event of ["document", "place", "shown"] as const) desk.on(event, () => this.later());
    desk.on("selection", () => this.#drawSelected());
    this.later();
  }

  /** Draws at the next frame, once however often it was asked. */
  later(): void {
    if (this.#waiting !== 0) return;
    this.#waiting = requestAnimationFrame(() => {
      this.#waiting = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const { near, covered, shown, document: doc } = this.#desk;
    this.#map.showKinds(shown, !covered);
    // From afar only what the draft touched is drawn; the tiles show the rest.
    const all = this.#desk.things().filter(({ mark }) => near || mark !== "same");
    for (const slug of this.#desk.kinds.keys()) {
      const now = shown.has(slug) ? all.filter(({ kind }) => kind === slug) : [];
      const last = this.#last.get(slug) ?? [];
      const same =
        now.length === last.length &&
        now.every(({ id, state }, at) => id === last[at]?.id && state === last[at]?.state);
      if (same) continue;
      this.#last.set(slug, now);
      this.#map.setLive(slug, now.map(drawnThing));
    }
    const hidden = [...doc.edited.keys()];
    const key = hidden.join();
    if (key !== this.#hidden) {
      this.#hidden = key;
      this.#map.hideInTiles(hidden);
    }
    this.#drawMarks();
    this.#drawSelected();
  }

  #drawMarks(): void {
    const { document: doc, shown } = this.#desk;
    this.#map.setMarks(
      [...doc.edited].flatMap(([, { kind, origin, state }]): Drawn[] => {
        const geometry = state?.geometry ?? origin?.geometry;
        if (!geometry || !shown.has(kind)) return [];
        const mark = state ? (origin ? "changed" : "new") : "removed";
        return origin || state ? [{ geometry, properties: { mark } }] : [];
      }),
    );
  }

  #drawSelected(): void {
    this.#map.setSelected(
      this.#desk.selected().map(({ state }) => ({ geometry: state.geometry, properties: {} })),
    );
  }
}

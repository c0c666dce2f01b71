// Where the clerk stands, with how sure that is, and placing things there.
import { el } from "../lib/dom";
import type { Desk } from "./desk";
import { shapeOf } from "./geometry/cached";
import { movedBy } from "./geometry/plane";
import type { Drawn } from "./map_view";
import { reshape } from "./model/actions";
import type { Position } from "./model/types";
import { AddTool, addThing, dimensionsOf } from "./tools/add";
import type { Workbench } from "./tools/workbench";
import { shownLength } from "./words";

/** Corners of the circle that shows how sure a position is. */
const CORNERS = 48;

export class Gps {
  readonly #desk: Desk;
  readonly #bench: Workbench;
  readonly #bar: HTMLElement;
  readonly #said = el("span", { role: "status" });
  readonly #here: HTMLButtonElement;
  #watch: number | null = null;
  #place: Position | null = null;
  #first = true;
  /** Told when the position is watched or no longer. */
  onWatch: (on: boolean) => void = () => undefined;

  constructor(desk: Desk, bench: Workbench, bar: HTMLElement) {
    this.#desk = desk;
    this.#bench = bench;
    this.#bar = bar;
    this.#here = el(
      "button",
      { type: "button", class: "small-button", "data-act": "place-here" },
      desk.say("editor-gps-here"),
    );
    this.#here.addEventListener("click", () => this.#placeHere());
    const centre = el("button", { type: "button", class: "small-button" }, desk.say("editor-gps-centre"));
    centre.addEventListener("click", () => {
      if (this.#place) bench.map.centre(this.#place, 18);
    });
    bar.append(this.#said, this.#here, centre);
  }

  /** Begins or stops watching the position. */
  toggle(): void {
    if (this.#watch !== null) {
      this.#stop("");
      return;
    }
    const { say } = this.#desk;
    if (!("geolocation" in navigator)) {
      this.#desk.announce(say("editor-gps-failed"));
      return;
    }
    this.#bar.hidden = false;
    this.#first = true;
    this.#here.disabled = true;
    this.#said.textContent = say("editor-gps-looking");
    this.onWatch(true);
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords }) => this.#seen([coords.longitude, coords.latitude], coords.accuracy),
      ({ code, PERMISSION_DENIED }) => {
        if (code === PERMISSION_DENIED) this.#stop(say("editor-gps-failed"));
        else this.#said.textContent = say("editor-gps-failed");
      },
      { enableHighAccuracy: true, maximumAge: 2000 },
    );
  }

  #stop(words: string): void {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
    this.#place = null;
    this.#bar.hidden = true;
    this.#bench.overlay([]);
    this.onWatch(false);
    if (words !== "") this.#desk.announce(words);
  }

  #seen(place: Position, accuracy_m: number): void {
    this.#place = place;
    this.#here.disabled = false;
    this.#said.textContent = this.#desk.say("editor-gps-at", {
      accuracy: shownLength(accuracy_m, this.#desk.lang),
    });
    const ring = Array.from({ length: CORNERS }, (_, at) => {
      const angle = (at / CORNERS) * 2 * Math.PI;
      return movedBy(place, { x: accuracy_m * Math.cos(angle), y: accuracy_m * Math.sin(angle) });
    });
    const drawn: Drawn[] = [
      {
        geometry: { type: "Polygon", coordinates: [[...ring, ...ring.slice(0, 1)]] },
        properties: { role: "band" },
      },
      { geometry: { type: "Point", coordinates: place }, properties: { role: "here" } },
    ];
    this.#bench.overlay(drawn);
    if (this.#first) this.#bench.map.centre(place, 18);
    this.#first = false;
  }

  /** Adds a point here when points are being added, else moves the selected point here. */
  #placeHere(): void {
    const place = this.#place;
    if (!place) return;
    const { say } = this.#desk;
    const { tool } = this.#bench;
    const kind = tool instanceof AddTool ? tool.kind : null;
    if (kind && dimensionsOf(kind).includes(0)) {
      addThing(this.#bench, kind, { type: "Point", coordinates: place });
      return;
    }
    const selected = this.#desk.selected();
    const [only] = selected;
    if (!only || selected.length !== 1 || shapeOf(only.state.geometry).dimension !== 0) {
      this.#desk.announce(say("editor-gps-choose"));
      return;
    }
    const label = say("editor-did-move", { what: this.#desk.nameOf(only) });
    this.#desk.act(label, reshape(this.#desk.document, only.id, { type: "Point", coordinates: place }));
  }
}

// Exact coordinates by keyboard, in any system that the town uses.
import { el } from "../../lib/dom";
import type { Desk } from "../desk";
import type { Position } from "../model/types";
import { readNumber } from "../model/values";
import { shownNumber } from "../words";
import { button, choice, labelled, line, openDialog, showFault } from "./dialog";

/** Systems with the names of their axes, in their own order; those of Poland name the northing X. */
const SYSTEMS: readonly { crs: string; name: string; axes: [string, string]; decimals: number }[] = [
  { crs: "EPSG:2180", name: "PL-1992 (EPSG:2180)", axes: ["X (N)", "Y (E)"], decimals: 2 },
  { crs: "EPSG:2176", name: "PL-2000/5 (EPSG:2176)", axes: ["X (N)", "Y (E)"], decimals: 2 },
  { crs: "EPSG:2177", name: "PL-2000/6 (EPSG:2177)", axes: ["X (N)", "Y (E)"], decimals: 2 },
  { crs: "EPSG:2178", name: "PL-2000/7 (EPSG:2178)", axes: ["X (N)", "Y (E)"], decimals: 2 },
  { crs: "EPSG:2179", name: "PL-2000/8 (EPSG:2179)", axes: ["X (N)", "Y (E)"], decimals: 2 },
  { crs: "EPSG:4326", name: "WGS 84 φ, λ (EPSG:4326)", axes: ["φ (N)", "λ (E)"], decimals: 8 },
  { crs: "CRS84", name: "WGS 84 λ, φ (CRS84)", axes: ["λ (E)", "φ (N)"], decimals: 8 },
  { crs: "EPSG:3857", name: "Web Mercator (EPSG:3857)", axes: ["X (E)", "Y (N)"], decimals: 2 },
];

/** Names of the systems for lists. */
export const SYSTEM_CHOICES = SYSTEMS.map(({ crs, name }) => [crs, name] as const);

const REMEMBERED = "reeve-desk-crs";

/** What the coordinates are for. */
export interface CoordinateTask {
  /** Heading, such as the thing that is moved. */
  title: string;
  present: Position | null;
  use(place: Position): void;
}

/** Asks for two numbers and hands the place over. */
export function openCoordinates(desk: Desk, sprite: string, task: CoordinateTask): void {
  const { say, lang, api } = desk;
  const system = choice(SYSTEM_CHOICES, localStorage.getItem(REMEMBERED) ?? "EPSG:2180");
  const inputs = [line("", { inputmode: "decimal" }), line("", { inputmode: "decimal" })] as const;
  const groups = inputs.map((input, at) => labelled(input, { id: `coordinate-${at}`, label: "" }));
  const present = el("p", { class: "dialog__note", role: "status" });
  const now = () => SYSTEMS.find(({ crs }) => crs === system.value) ?? SYSTEMS[0];

  const show = async (): Promise<void> => {
    const chosen = now();
    if (!chosen) return;
    groups.forEach((group, at) => {
      const label = group.querySelector("label");
      if (label) label.textContent = chosen.axes[at] ?? "";
    });
    if (!task.present) return;
    try {
      const [there] = await api.coordinates(chosen.crs, [task.present], true);
      if (!there || system.value !== chosen.crs) return;
      const written = there.map((value) => shownNumber(value, lang, chosen.decimals));
      present.textContent = say("editor-coordinates-now", {
        first: written[0] ?? "",
        second: written[1] ?? "",
      });
      for (const [at, input] of inputs.entries()) {
        if (input.value === "") input.placeholder = written[at] ?? "";
      }
    } catch {
      present.textContent = say("editor-coordinates-failed");
    }
  };
  const apply = async (): Promise<void> => {
    const read = inputs.map((input) => readNumber(input.value));
    inputs.forEach((input, at) => {
      showFault(input, read[at] === null ? say("editor-bad-number") : "");
    });
    const [first, second] = read;
    if (typeof first !== "number" || typeof second !== "number") {
      inputs[read.indexOf(null)]?.focus();
      return;
    }
    try {
      const [place] = await api.coordinates(system.value, [[first, second]]);
      const sound = place && Math.abs(place[0]) <= 180 && Math.abs(place[1]) <= 85;
      if (!place || !sound) throw new RangeError("not on the map");
      localStorage.setItem(REMEMBERED, system.value);
      opened.close();
      task.use(place);
    } catch {
      showFault(inputs[0], say("editor-coordinates-bad"));
      inputs[0].focus();
    }
  };

  system.addEventListener("change", () => void show());
  const form = el(
    "form",
    {},
    labelled(system, { id: "coordinate-system", label: say("editor-coordinates-system") }),
    present,
    ...groups,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void apply();
  });
  // A form with several lines is sent by Enter only when it has a button of its own.
  form.append(el("button", { type: "submit", hidden: "", tabindex: "-1" }));
  const opened = openDialog({
    name: "coordinates",
    title: task.title,
    say,
    sprite,
    body: [form],
    buttons: [
      button(say("editor-coordinates-use"), () => void apply(), "first", { "data-act": "coordinates-use" }),
      button(say("editor-cancel"), () => opened.close()),
    ],
  });
  void show();
}

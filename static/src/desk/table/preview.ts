// Each change of a paste, old and new, before it is done; then all of it as one gesture.
import { el } from "../../lib/dom";
import type { Desk } from "../desk";
import { SYSTEM_CHOICES } from "../dialogs/coordinates";
import { button, choice, labelled, openDialog } from "../dialogs/dialog";
import { type Made, make, type Patch, patch, patched } from "../model/actions";
import { newId } from "../model/ids";
import { type DeskKind, defaultsOf } from "../model/kind";
import type { Change, Position, State } from "../model/types";
import { dimensionsOf } from "../tools/add";
import type { NewRow, PastePlan } from "./paste";
import { fieldsFor } from "./rows";

/** So many lines of a preview are drawn; the counts above tell of all. */
const LINES = 500;

/** For fingers and screen readers: a field to paste into. */
export function askForPaste({ say }: Desk, sprite: string, use: (pasted: string) => void): void {
  const area = el("textarea", { class: "govuk-textarea", rows: "8", spellcheck: "false" });
  const opened = openDialog({
    name: "paste",
    title: say("editor-paste-title"),
    say,
    sprite,
    body: [
      labelled(area, { id: "paste-area", label: say("editor-paste-here"), hint: say("editor-paste-hint") }),
    ],
    buttons: [
      button(
        say("editor-paste-look"),
        () => {
          const pasted = area.value;
          opened.close();
          if (pasted.trim() !== "") use(pasted);
        },
        "first",
        { "data-act": "paste-look" },
      ),
      button(say("editor-cancel"), () => opened.close()),
    ],
  });
  area.focus();
}

/** Shows what a paste would do. */
export function openPreview(desk: Desk, sprite: string, kind: DeskKind, plan: PastePlan): void {
  const { say } = desk;
  const making = plan.coordinates !== null;
  const good = making
    ? plan.made.filter(({ bad, cells }) => !bad && cells.every(({ fault }) => !fault)).length
    : plan.changes.filter(({ fault }) => !fault).length;
  const bad = (making ? plan.made.length : plan.changes.length) - good;
  const notes = [
    making ? say("editor-paste-makes", { n: good }) : say("editor-paste-changes", { n: good }),
    bad > 0 ? say("editor-paste-bad", { n: bad }) : "",
    plan.same > 0 ? say("editor-paste-same", { n: plan.same }) : "",
    plan.left_over > 0 ? say("editor-paste-left-over", { n: plan.left_over }) : "",
    plan.unknown.length > 0 ? say("editor-paste-unknown", { columns: plan.unknown.join(", ") }) : "",
    making && !dimensionsOf(kind).includes(0) ? say("editor-paste-no-points", { kind: kind.title }) : "",
    kind.writable ? "" : say("editor-read-only"),
  ].filter((note) => note !== "");
  const may = kind.writable && good > 0 && !(making && !dimensionsOf(kind).includes(0));
  const system = choice(SYSTEM_CHOICES, "EPSG:2180");
  const said = el("p", { class: "dialog__note", role: "status" });
  const apply = async (): Promise<void> => {
    try {
      const kept = making
        ? await makeRows(desk, kind, plan, system.value)
        : desk.act(say("editor-did-paste", { n: good }), changesOf(desk, plan));
      if (kept) opened.close();
      else said.textContent = desk.said;
    } catch {
      said.textContent = say("editor-coordinates-bad");
    }
  };
  const use = button(say("editor-paste-use", { n: good }), () => void apply(), "first", {
    "data-act": "paste-use",
  });
  use.disabled = !may;
  const opened = openDialog({
    name: "preview",
    title: say("editor-paste-preview"),
    say,
    sprite,
    wide: true,
    body: [
      el("ul", { class: "govuk-list govuk-list--bullet" }, ...notes.map((note) => el("li", {}, note))),
      plan.coordinates === "system" &&
        labelled(system, { id: "paste-system", label: say("editor-coordinates-system") }),
      el(
        "div",
        { class: "table-scroll", tabindex: "0", role: "region", "aria-label": say("editor-paste-preview") },
        making ? madeTable(desk, plan.made) : changeTable(desk, plan),
      ),
      said,
    ],
    buttons: [use, button(say("editor-cancel"), () => opened.close())],
  });
}

function tableOf(heads: readonly string[], rows: HTMLElement[]): HTMLElement {
  const head = el("thead", {}, el("tr", {}, ...heads.map((title) => el("th", { scope: "col" }, title))));
  return el("table", { class: "preview" }, head, el("tbody", {}, ...rows));
}

function changeTable(desk: Desk, { changes }: PastePlan): HTMLElement {
  const { say } = desk;
  const rows = changes.slice(0, LINES).map(({ id, column, before, after, fault }) => {
    const thing = desk.thing(id);
    const why = fault ? say(fault.key, fault.values) : "";
    return el(
      "tr",
      fault ? { class: "is-bad" } : {},
      el("td", {}, thing ? desk.nameOf(thing) : ""),
      el("td", {}, column.title),
      el("td", {}, el("del", {}, before === "" ? "–" : before)),
      el("td", {}, el("ins", {}, after === "" ? "–" : after)),
      el("td", {}, why === "" ? say("editor-paste-fits") : why),
    );
  });
  const heads = [
    say("editor-thing"),
    say("editor-column"),
    say("editor-old"),
    say("editor-new"),
    say("editor-paste-result"),
  ];
  return tableOf(heads, rows);
}

function madeTable({ say }: Desk, made: readonly NewRow[]): HTMLElement {
  const rows = made.slice(0, LINES).map(({ place, cells, bad }) => {
    const faults = cells.flatMap(({ column, fault }) =>
      fault ? [`${column.title}: ${say(fault.key, fault.values)}`] : [],
    );
    if (bad) faults.unshift(say("editor-coordinates-bad"));
    return el(
      "tr",
      faults.length > 0 ? { class: "is-bad" } : {},
      el("td", {}, bad ? "–" : place.join(" ")),
      el("td", {}, cells.map(({ column, after }) => `${column.title}: ${after}`).join("; ")),
      el("td", {}, faults.length > 0 ? faults.join("; ") : say("editor-paste-fits")),
    );
  });
  return tableOf([say("editor-coordinates"), say("editor-new"), say("editor-paste-result")], rows);
}

/** The changes of a paste: all cells of one thing together. */
function changesOf(desk: Desk, plan: PastePlan): Change[] {
  const by_thing = new Map<string, Patch>();
  for (const { id, column, value, fault } of plan.changes) {
    if (fault) continue;
    const before = by_thing.get(id) ?? {};
    const fields = fieldsFor(column, value);
    by_thing.set(id, {
      ...before,
      ...fields,
      ...(fields.attributes ? { attributes: { ...before.attributes, ...fields.attributes } } : {}),
    });
  }
  return [...by_thing].flatMap(([id, fields]) => patch(desk.document, [id], fields));
}

async function makeRows(desk: Desk, kind: DeskKind, plan: PastePlan, crs: string): Promise<boolean> {
  const rows = plan.made.filter(({ bad, cells }) => !bad && cells.every(({ fault }) => !fault));
  const numbers = rows.map(({ place }): Position => place);
  const places = plan.coordinates === "degrees" ? numbers : await desk.api.coordinates(crs, numbers);
  const made = rows.flatMap(({ cells }, at): Made[] => {
    const place = places[at];
    if (!place || Math.abs(place[0]) > 180 || Math.abs(place[1]) > 85) return [];
    const first: State = {
      geometry: { type: "Point", coordinates: place },
      label: null,
      attributes: defaultsOf(kind),
      status: "in_service",
      part_of: null,
    };
    const state = cells.reduce((now, { column, value }) => patched(now, fieldsFor(column, value)), first);
    return [{ id: newId(), kind: kind.slug, state }];
  });
  const kept = desk.act(desk.say("editor-did-paste-rows", { n: made.length, what: kind.title }), make(made));
  if (kept) desk.select(made.map(({ id }) => id));
  return kept;
}

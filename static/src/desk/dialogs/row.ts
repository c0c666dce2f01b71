// How many of what stand along the line that was drawn.
import { el } from "../../lib/dom";
import { lineLength_m } from "../geometry/measure";
import { counts, expand } from "../geometry/numbering";
import { evenly, everyMetres, ROW_LIMIT } from "../geometry/row";
import { type Made, make } from "../model/actions";
import { newId } from "../model/ids";
import { type DeskKind, defaultsOf, fieldsOf } from "../model/kind";
import type { Position, Value } from "../model/types";
import { readNumber, readValue } from "../model/values";
import { dimensionsOf } from "../tools/add";
import { dot } from "../tools/tool";
import type { Workbench } from "../tools/workbench";
import { shownLength } from "../words";
import { button, choice, labelled, line, openDialog, showFault } from "./dialog";

/** Keys of attributes that usually hold a number. */
const NUMBERED = ["ref", "number", "no", "code"];

/** Asks for kind, count and numbers, shows the places on the map, and makes the row as one gesture. */
export function openRow(bench: Workbench, sprite: string, along: Position[]): void {
  const { desk } = bench;
  const { say, lang } = desk;
  const kinds = [...desk.kinds.values()].filter((kind) => kind.writable && dimensionsOf(kind).includes(0));
  const pattern_of = desk.selected()[0];
  const length = lineLength_m(along);
  const kind = choice(
    kinds.map(({ slug, title }) => [slug, title] as const),
    kinds.find(({ slug }) => slug === pattern_of?.kind)?.slug ??
      kinds.find(({ slug }) => desk.shown.has(slug))?.slug,
  );
  const way = choice([
    ["count", say("editor-row-by-count")],
    ["step", say("editor-row-by-step")],
  ]);
  const count = line("20", { inputmode: "numeric" });
  const step = line("25", { inputmode: "decimal" });
  const field = choice([]);
  const pattern = line("", { spellcheck: "false" });
  const start = line("1", { inputmode: "numeric" });
  const by = line("1", { inputmode: "numeric" });
  const copy = el("input", { type: "checkbox", class: "tick", id: "row-copy" });
  const preview = el("p", { class: "dialog__note", role: "status" });
  const count_group = labelled(count, { id: "row-count", label: say("editor-row-count") });
  const step_group = labelled(step, { id: "row-step", label: say("editor-row-step"), suffix: "m" });

  const chosen = (): DeskKind | null => desk.kinds.get(kind.value) ?? null;
  const fillFields = (): void => {
    const now = chosen();
    const texts = now ? fieldsOf(now, lang).filter(({ property }) => property.type !== "boolean") : [];
    const usual = texts.find(({ key }) => NUMBERED.includes(key))?.key;
    field.replaceChildren(
      el("option", { value: "label" }, say("editor-label")),
      ...texts.map(({ key, title }) => el("option", { value: key }, title)),
    );
    field.value = usual ?? "label";
  };
  const places = (): Position[] => {
    if (way.value === "count") return evenly(along, readNumber(count.value) ?? 0);
    return everyMetres(along, readNumber(step.value) ?? 0);
  };
  const names = (n: number): string[] => {
    const wanted = { start: readNumber(start.value) ?? 1, step: readNumber(by.value) ?? 1 };
    return pattern.value.trim() === "" ? [] : expand(pattern.value.trim(), n, wanted);
  };
  const show = (): void => {
    count_group.hidden = way.value !== "count";
    step_group.hidden = way.value !== "step";
    const now = places();
    const named = names(now.length);
    const some = named.length > 3 ? [...named.slice(0, 2), "…", named.at(-1)].join(", ") : named.join(", ");
    const gap = now.length > 1 ? length / (now.length - 1) : 0;
    preview.textContent = say("editor-row-preview", {
      n: now.length,
      length: shownLength(length, lang),
      gap: shownLength(way.value === "count" ? gap : (readNumber(step.value) ?? 0), lang),
      names: some === "" ? "–" : some,
    });
    bench.overlay(now.map((place) => dot("shape", place)));
  };
  const apply = (): void => {
    const made = rowOf({
      bench,
      kind: chosen(),
      places: places(),
      names: names(places().length),
      field,
      pattern,
      copy,
    });
    if (made === "count") {
      showFault(way.value === "count" ? count : step, say("editor-row-bad-count", { n: ROW_LIMIT }));
    } else if (typeof made === "string") {
      showFault(pattern, made);
    } else if (desk.act(say("editor-did-row", { n: made.length, what: chosen()?.title ?? "" }), make(made))) {
      const slug = kind.value;
      if (!desk.shown.has(slug)) desk.show(slug, true);
      desk.select(made.map(({ id }) => id));
      opened.close();
      bench.use("select");
    }
  };

  kind.addEventListener("change", fillFields);
  fillFields();
  const body = el(
    "form",
    {},
    labelled(kind, { id: "row-kind", label: say("editor-kind") }),
    labelled(way, { id: "row-way", label: say("editor-row-way") }),
    count_group,
    step_group,
    el(
      "fieldset",
      { class: "govuk-fieldset" },
      el("legend", { class: "govuk-fieldset__legend" }, say("editor-row-numbers")),
      labelled(pattern, {
        id: "row-pattern",
        label: say("editor-row-pattern"),
        // Braces would be places of the text itself.
        hint: `${say("editor-row-pattern-hint")} L-{001}, 12/{n}, {A}`,
      }),
      labelled(field, { id: "row-field", label: say("editor-row-field") }),
      el(
        "div",
        { class: "dialog__pair" },
        labelled(start, { id: "row-start", label: say("editor-row-start") }),
        labelled(by, { id: "row-by", label: say("editor-row-by") }),
      ),
    ),
    pattern_of
      ? el(
          "p",
          { class: "tick-line" },
          copy,
          el("label", { for: "row-copy" }, say("editor-row-copy", { what: desk.nameOf(pattern_of) })),
        )
      : null,
    preview,
  );
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  body.addEventListener("input", show);
  body.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      apply();
    }
  });
  const opened = openDialog({
    name: "row",
    title: say("editor-row-title"),
    say,
    sprite,
    body: [body],
    buttons: [
      button(say("editor-row-make"), apply, "first", { "data-act": "row-make" }),
      button(say("editor-cancel"), () => opened.close()),
    ],
    onClose: () => bench.overlay([]),
  });
  show();
}

interface Row {
  bench: Workbench;
  kind: DeskKind | null;
  places: Position[];
  names: string[];
  field: HTMLSelectElement;
  pattern: HTMLInputElement;
  copy: HTMLInputElement;
}

/** What is to be made; words or `count` where it cannot be. */
function rowOf({ bench: { desk }, kind, places, names, field, pattern, copy }: Row): Made[] | string {
  if (!kind || places.length < 1) return "count";
  if (pattern.value.trim() !== "" && places.length > 1 && !counts(pattern.value)) {
    return desk.say("editor-row-bad-pattern");
  }
  const like = copy.checked ? desk.selected()[0] : undefined;
  const same = like?.kind === kind.slug ? like.state : undefined;
  const numbered = fieldsOf(kind, desk.lang).find(({ key }) => key === field.value);
  const made: Made[] = [];
  for (const [index, place] of places.entries()) {
    const name = names[index];
    const attributes: Record<string, Value> = { ...(same?.attributes ?? defaultsOf(kind)) };
    if (name !== undefined && numbered) {
      const read = readValue(numbered, name);
      if ("fault" in read) return `${name}: ${desk.say(read.fault, read.values ?? {})}`;
      attributes[numbered.key] = read.value;
    }
    made.push({
      id: newId(),
      kind: kind.slug,
      state: {
        geometry: { type: "Point", coordinates: place },
        label: name !== undefined && !numbered ? name : null,
        attributes,
        status: same?.status ?? "in_service",
        part_of: same?.part_of ?? null,
      },
    });
  }
  return made;
}

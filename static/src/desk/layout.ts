// The parts of the editor on the page: head, tools, map, form, table.
import { el, icon } from "../lib/dom";
import type { Say } from "./words";

/** What a button of the toolbar does; those of `TOOLS` take up a tool, the others act at once. */
export interface ToolButton {
  name: string;
  words: string;
  icon: string;
  /** Key on the map. */
  key: string;
}

/** Every button of the toolbar in its order. */
export function toolButtons(say: Say): ToolButton[] {
  return [
    { name: "select", words: say("editor-tool-select"), icon: "pointer", key: "V" },
    { name: "filter", words: say("editor-tool-filter"), icon: "filter", key: "F" },
    { name: "add", words: say("editor-tool-add"), icon: "add", key: "A" },
    { name: "row", words: say("editor-tool-row"), icon: "row", key: "W" },
    { name: "move", words: say("editor-tool-move"), icon: "move", key: "M" },
    { name: "reshape", words: say("editor-tool-reshape"), icon: "reshape", key: "R" },
    { name: "split", words: say("editor-tool-split"), icon: "split", key: "S" },
    { name: "join", words: say("editor-tool-join"), icon: "join", key: "J" },
    { name: "hole", words: say("editor-tool-hole"), icon: "hole", key: "H" },
    { name: "part", words: say("editor-tool-part"), icon: "part", key: "P" },
    { name: "copy", words: say("editor-tool-copy"), icon: "copy", key: "Ctrl+C" },
    { name: "delete", words: say("editor-tool-delete"), icon: "trash", key: "Delete" },
    { name: "coordinates", words: say("editor-tool-coordinates"), icon: "crosshair", key: "E" },
    { name: "gps", words: say("editor-tool-gps"), icon: "locate", key: "G" },
  ];
}

export interface Layout {
  map: HTMLElement;
  hint: HTMLElement;
  controls: HTMLElement;
  finish: HTMLButtonElement;
  cancel: HTMLButtonElement;
  said: HTMLElement;
  status: HTMLButtonElement;
  undo: HTMLButtonElement;
  redo: HTMLButtonElement;
  log: HTMLButtonElement;
  submit: HTMLButtonElement;
  layers: HTMLButtonElement;
  table_button: HTMLButtonElement;
  form_button: HTMLButtonElement;
  help: HTMLButtonElement;
  tools: ReadonlyMap<string, HTMLButtonElement>;
  form: HTMLElement;
  form_side: HTMLElement;
  form_close: HTMLButtonElement;
  table: HTMLElement;
  gps: HTMLElement;
}

/** Builds the editor's parts into its element. */
export function buildLayout(root: HTMLElement, say: Say, sprite: string): Layout {
  const iconButton = (
    name: string,
    sign: string,
    words: string,
    more: Record<string, string> = {},
  ): HTMLButtonElement =>
    el(
      "button",
      { type: "button", class: "head-button", "data-act": name, ...more },
      icon(sign, sprite),
      el("span", { class: "head-button__words" }, words),
    );
  const undo = iconButton("undo", "undo", say("editor-undo"), { title: "Ctrl+Z" });
  const redo = iconButton("redo", "redo", say("editor-redo"), { title: "Ctrl+Y" });
  const log = iconButton("log", "history", say("editor-log"));
  const layers = iconButton("layers", "layers", say("editor-layers"), { "aria-haspopup": "dialog" });
  const table_button = iconButton("table", "table", say("editor-table"), {
    "aria-expanded": "false",
    "aria-controls": "table-drawer",
  });
  const form_button = iconButton("form", "list", say("editor-form-short"), {
    "aria-expanded": "false",
    "aria-controls": "form-side",
  });
  form_button.classList.add("head-button--narrow");
  const help = iconButton("help", "question", say("editor-help"), { "aria-haspopup": "dialog" });
  const status = el("button", {
    type: "button",
    class: "draft-status",
    "data-act": "draft",
    "aria-haspopup": "dialog",
  });
  const submit = el(
    "button",
    {
      type: "button",
      class: "govuk-button govuk-!-margin-bottom-0 editor__submit",
      "data-act": "open-submit",
    },
    say("editor-submit"),
  );
  const tools = new Map<string, HTMLButtonElement>();
  const bar = el("div", {
    class: "editor__tools",
    role: "toolbar",
    "aria-label": say("editor-tools"),
    "aria-orientation": "vertical",
  });
  for (const [at, { name, words, icon: sign, key }] of toolButtons(say).entries()) {
    const made = el(
      "button",
      {
        type: "button",
        class: "tool-button",
        "data-tool": name,
        title: `${words} (${key})`,
        tabindex: at === 0 ? "0" : "-1",
      },
      icon(sign, sprite),
      el("span", {}, words),
    );
    tools.set(name, made);
    bar.append(made);
  }
  roving(bar);
  const map = el("div", { class: "editor__map map" });
  const hint = el("p", { class: "editor__hint", id: "tool-hint" });
  const controls = el("div", { class: "editor__controls", hidden: "" });
  const finish = smallButton("finish", say("editor-finish"));
  const cancel = smallButton("cancel", say("editor-cancel"));
  const said = el("p", { class: "editor__said", role: "status" });
  const gps = el("div", { class: "editor__gps", hidden: "" });
  const form = el("div", { class: "editor__form-body" });
  const form_close = el(
    "button",
    { type: "button", class: "round-button editor__form-close", "aria-label": say("editor-close") },
    icon("close", sprite),
  );
  const form_side = el(
    "section",
    { class: "editor__form", id: "form-side", "aria-label": say("editor-form-label") },
    form_close,
    form,
  );
  const table = el("section", {
    class: "editor__table",
    id: "table-drawer",
    "aria-labelledby": "table-title",
    hidden: "",
  });
  root.replaceChildren(
    el(
      "div",
      { class: "editor__head" },
      el("a", { class: "editor__back govuk-link", href: "/desk" }, icon("back", sprite), say("editor-back")),
      undo,
      redo,
      log,
      status,
      layers,
      table_button,
      form_button,
      help,
      submit,
    ),
    bar,
    el(
      "div",
      { class: "editor__middle" },
      el("div", { class: "editor__guide" }, hint, controls, finish, cancel),
      map,
      gps,
      said,
    ),
    form_side,
    table,
  );
  return {
    map,
    hint,
    controls,
    finish,
    cancel,
    said,
    status,
    undo,
    redo,
    log,
    submit,
    layers,
    table_button,
    form_button,
    help,
    tools,
    form,
    form_side,
    form_close,
    table,
    gps,
  };
}

function smallButton(name: string, words: string): HTMLButtonElement {
  return el("button", { type: "button", class: "small-button", "data-act": name, hidden: "" }, words);
}

/** One stop for Tab; arrows go through the buttons. */
function roving(bar: HTMLElement): void {
  bar.addEventListener("keydown", (event) => {
    const buttons = [...bar.querySelectorAll<HTMLButtonElement>("button")];
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowRight: 1,
      ArrowUp: -1,
      ArrowLeft: -1,
    };
    const step = steps[event.key];
    if (now < 0 || step === undefined) return;
    event.preventDefault();
    buttons[(now + step + buttons.length) % buttons.length]?.focus();
  });
  bar.addEventListener("focusin", (event) => {
    for (const one of bar.querySelectorAll("button")) one.tabIndex = one === event.target ? 0 : -1;
  });
}

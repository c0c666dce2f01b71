// The keys of the editor, and the list of what was done.
import { el } from "../../lib/dom";
import type { Desk } from "../desk";
import { shownTime } from "../words";
import { button, openDialog } from "./dialog";

/** Shows all keys. */
export function openHelp({ say }: Desk, sprite: string): void {
  const keys: [string, string][] = [
    ["← ↑ → ↓", say("editor-key-pan")],
    ["+ −", say("editor-key-zoom")],
    ["Enter", say("editor-key-enter")],
    ["Ctrl + Enter", say("editor-key-finish")],
    ["Esc", say("editor-key-escape")],
    ["Backspace", say("editor-key-backspace")],
    ["[ ]", say("editor-key-step")],
    [", .", say("editor-key-vertex")],
    ["Insert", say("editor-key-insert")],
    ["Alt + ← ↑ → ↓", say("editor-key-nudge")],
    ["Alt + Shift + ← ↑ → ↓", say("editor-key-nudge-far")],
    ["Ctrl + Z", say("editor-undo")],
    ["Ctrl + Y", say("editor-redo")],
    ["Ctrl + C, Ctrl + V", say("editor-key-copy")],
    ["Delete", say("editor-tool-delete")],
    ["V", say("editor-tool-select")],
    ["A", say("editor-tool-add")],
    ["M", say("editor-tool-move")],
    ["R", say("editor-tool-reshape")],
    ["S", say("editor-tool-split")],
    ["J", say("editor-tool-join")],
    ["H", say("editor-tool-hole")],
    ["P", say("editor-tool-part")],
    ["W", say("editor-tool-row")],
    ["F", say("editor-tool-filter")],
    ["E", say("editor-tool-coordinates")],
    ["G", say("editor-tool-gps")],
    ["L", say("editor-layers")],
    ["T", say("editor-table")],
    ["O", say("editor-key-form")],
    ["?", say("editor-help")],
  ];
  const list = el("dl", { class: "keys" });
  for (const [key, words] of keys) {
    list.append(el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, words)));
  }
  const opened = openDialog({
    name: "help",
    title: say("editor-help-title"),
    say,
    sprite,
    wide: true,
    body: [el("p", {}, say("editor-help-lead")), list],
    buttons: [button(say("editor-close"), () => opened.close(), "first")],
  });
}

/** Shows what was done and undone; a click goes to any point of it. */
export function openLog(desk: Desk, sprite: string): void {
  const { say, lang } = desk;
  const list = el("ol", { class: "log" });
  const goTo = (cursor: number): void => {
    while (desk.document.cursor > cursor) desk.undo();
    while (desk.document.cursor < cursor) desk.redo();
    fill();
  };
  const fill = (): void => {
    const { gestures, cursor } = desk.document;
    list.replaceChildren(
      ...gestures
        .map(({ label, at }, index) => {
          const is_done = index < cursor;
          const words = say(is_done ? "editor-log-back" : "editor-log-again");
          const go = el(
            "button",
            { type: "button", class: "small-button", "aria-label": `${words}: ${label}` },
            words,
          );
          go.addEventListener("click", () => goTo(is_done ? index : index + 1));
          return el(
            "li",
            { class: is_done ? "log__one" : "log__one log__one--undone" },
            el("span", { class: "log__time" }, shownTime(new Date(at), lang)),
            el("span", { class: "log__what" }, label),
            go,
          );
        })
        .reverse(),
    );
  };
  fill();
  const opened = openDialog({
    name: "log",
    title: say("editor-log-title"),
    say,
    sprite,
    body: [desk.document.gestures.length === 0 ? el("p", {}, say("editor-log-empty")) : list],
    buttons: [button(say("editor-close"), () => opened.close(), "first")],
  });
}

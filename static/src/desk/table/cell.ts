// One cell of the table while it is typed in.
import { el } from "../../lib/dom";
import { choice } from "../dialogs/dialog";
import { readValue } from "../model/values";
import type { Lang, Say } from "../words";
import type { Column } from "./paste";
import { optionsOf } from "./rows";

export interface CellParts {
  cell: HTMLTableCellElement;
  column: Column;
  /** What stands in the cell. */
  before: string;
  /** A first letter that takes the place of it. */
  first: string | undefined;
  say: Say;
  lang: Lang;
  /** What was typed does not fit; the cell stays open. */
  refused(words: string): void;
  /** The new text, or `null` where nothing changes; then where to go: rows down and columns right. */
  done(typed: string | null, step: [number, number] | null): void;
}

/** Opens a cell: Enter and Tab keep and go on, Escape gives up. */
export function openCell({ cell, column, before, first, say, lang, refused, done }: CellParts): void {
  const { field, title } = column;
  const listed =
    field.property.type === "boolean" || (field.options.length > 0 && field.property.type !== "array");
  const input = listed
    ? choice([["", say("editor-unknown")], ...optionsOf(column, lang)])
    : el("input", { type: "text", class: "grid__input", autocomplete: "off" });
  input.value = first !== undefined && !listed ? first : before;
  input.setAttribute("aria-label", title);
  cell.replaceChildren(input);
  input.focus();
  if (input instanceof HTMLInputElement && first === undefined) input.select();
  let over = false;
  const end = (keep: boolean, step: [number, number] | null): void => {
    if (over) return;
    const changed = keep && input.value !== before;
    const read = changed ? readValue(field, input.value) : null;
    if (read && "fault" in read) {
      input.setAttribute("aria-invalid", "true");
      refused(`${title}: ${say(read.fault, read.values ?? {})}`);
      return;
    }
    over = true;
    const typed = changed ? input.value : null;
    cell.replaceChildren(before);
    done(typed, step);
  };
  input.addEventListener("keydown", (raw) => {
    const event = raw as KeyboardEvent;
    event.stopPropagation();
    if (event.key === "Escape") end(false, [0, 0]);
    else if (event.key === "Enter") end(true, [event.shiftKey ? -1 : 1, 0]);
    else if (event.key === "Tab") end(true, [0, event.shiftKey ? -1 : 1]);
    else return;
    event.preventDefault();
  });
  input.addEventListener("paste", (event) => event.stopPropagation());
  input.addEventListener("blur", () => end(true, null));
}

// The table under the map: the same things and the same selection, to be read, sorted, typed and pasted into.
import { el, icon } from "../../lib/dom";
import type { Desk } from "../desk";
import { choice } from "../dialogs/dialog";
import { patch } from "../model/actions";
import type { Thing } from "../model/document";
import type { DeskKind } from "../model/kind";
import { readValue, writeValue } from "../model/values";
import { openCell } from "./cell";
import { type Column, planPaste, valueIn } from "./paste";
import { askForPaste, openPreview } from "./preview";
import { columnsOf, fieldsFor, kindFor, type Order, sorted } from "./rows";

/** Rows that are drawn at once; more come with a button. */
const PAGE = 300;

export class TablePanel {
  readonly #desk: Desk;
  readonly #element: HTMLElement;
  readonly #sprite: string;
  readonly #goTo: (ids: readonly string[]) => void;
  readonly #kind: HTMLSelectElement;
  readonly #source: HTMLSelectElement;
  readonly #note = el("p", { class: "grid__note", role: "status" });
  readonly #holder = el("div", { class: "grid__scroll" });
  #order: Order = { by: "number", down: false };
  #rows: Thing[] = [];
  #columns: Column[] = [];
  #pages = 1;
  /** Row and column of the cell that has, or would get, the focus. Column 0 is the number. */
  #cell = { row: 0, column: 0 };
  #editing = false;
  #chosen_by_table = false;
  #picked: readonly string[] = [];
  #waiting = 0;

  constructor(
    desk: Desk,
    element: HTMLElement,
    sprite: string,
    go_to: (ids: readonly string[]) => void,
    close: () => void,
  ) {
    const { say } = desk;
    this.#desk = desk;
    this.#element = element;
    this.#sprite = sprite;
    this.#goTo = go_to;
    this.#kind = choice([...desk.kinds.values()].map(({ slug, title }) => [slug, title] as const));
    this.#kind.setAttribute("aria-label", say("editor-kind"));
    this.#source = choice([
      ["sight", say("editor-table-sight")],
      ["selected", say("editor-table-selected")],
    ]);
    this.#source.setAttribute("aria-label", say("editor-table-source"));
    const paste = this.#tool("paste", say("editor-paste"), () => this.#pasteByHand());
    const show = this.#tool("locate", say("editor-show"), () => this.#goTo(desk.selection));
    const shut = el(
      "button",
      { type: "button", class: "round-button", "aria-label": say("editor-close") },
      icon("close", sprite),
    );
    shut.addEventListener("click", close);
    element.replaceChildren(
      el(
        "div",
        { class: "grid__head" },
        el("h2", { class: "grid__title", id: "table-title", tabindex: "-1" }, say("editor-table")),
        this.#kind,
        this.#source,
        paste,
        show,
        this.#note,
        shut,
      ),
      this.#holder,
    );
    this.#kind.addEventListener("change", () => this.#fresh());
    this.#source.addEventListener("change", () => this.#fresh());
    for (const event of ["document", "place", "shown"] as const) desk.on(event, () => this.#later());
    desk.on("selection", () => this.#selectionChanged());
    this.#holder.addEventListener("keydown", (event) => this.#key(event));
    this.#holder.addEventListener("paste", (event) => this.#paste(event));
  }

  #tool(sign: string, words: string, act: () => void): HTMLElement {
    const made = el(
      "button",
      { type: "button", class: "small-button", "data-act": `table-${sign}` },
      icon(sign, this.#sprite),
      words,
    );
    made.addEventListener("click", act);
    return made;
  }

  /** Shows the table of what is most to the point, and takes the focus. */
  open(): void {
    const many = this.#desk.selection.length > 1;
    this.#source.value = many ? "selected" : "sight";
    this.#kind.value = kindFor(this.#desk, this.#desk.selected()[0]?.kind ?? null) ?? "";
    this.#fresh();
    this.#element.querySelector<HTMLElement>("#table-title")?.focus();
  }

  #fresh(): void {
    this.#picked = this.#desk.selection;
    this.#pages = 1;
    this.#cell = { row: 0, column: 0 };
    this.#draw();
  }

  #later(): void {
    if (this.#element.hidden || this.#waiting !== 0) return;
    this.#waiting = requestAnimationFrame(() => {
      this.#waiting = 0;
      if (!this.#editing) this.#draw();
    });
  }

  #selectionChanged(): void {
    if (!this.#chosen_by_table) {
      this.#picked = this.#desk.selection;
      if (this.#source.value === "selected") this.#later();
    }
    for (const row of this.#holder.querySelectorAll<HTMLElement>("tr[data-id]")) {
      row.setAttribute("aria-selected", String(this.#desk.selection.includes(row.dataset.id ?? "")));
    }
  }

  #choose(ids: readonly string[]): void {
    this.#chosen_by_table = true;
    this.#desk.select(ids);
    this.#chosen_by_table = false;
  }

  get #shownKind(): DeskKind | null {
    return this.#desk.kinds.get(this.#kind.value) ?? null;
  }

  #draw(): void {
    const { desk, kind } = { desk: this.#desk, kind: this.#shownKind };
    const { say, lang } = desk;
    if (!kind) return;
    const had_focus = this.#holder.contains(document.activeElement);
    const all =
      this.#source.value === "selected"
        ? this.#picked.flatMap((id) => desk.thing(id) ?? [])
        : desk.near
          ? desk.inSight()
          : [];
    this.#columns = columnsOf(kind, say, lang);
    this.#rows = sorted(
      all.filter((thing) => thing.kind === kind.slug),
      this.#order,
      lang,
    );
    this.#note.textContent =
      this.#rows.length > 0
        ? say("editor-table-rows", { n: this.#rows.length })
        : this.#source.value === "sight" && !desk.near
          ? say("editor-zoom-in-to-select")
          : say("editor-table-empty");
    const shown = this.#rows.slice(0, PAGE * this.#pages);
    const table = el("table", { class: "grid", role: "grid", "aria-labelledby": "table-title" });
    table.setAttribute("aria-rowcount", String(this.#rows.length + 1));
    table.append(this.#head(), el("tbody", {}, ...shown.map((thing, row) => this.#row(thing, row))));
    const top = this.#holder.scrollTop;
    const left = this.#holder.scrollLeft;
    this.#holder.replaceChildren(...(this.#rows.length > 0 ? [table] : []));
    if (shown.length < this.#rows.length) {
      this.#holder.append(
        this.#tool("add", say("editor-table-more"), () => {
          this.#pages += 1;
          this.#draw();
        }),
      );
    }
    this.#holder.scrollTo({ top, left });
    this.#cell.row = Math.min(this.#cell.row, Math.max(0, shown.length - 1));
    this.#point(had_focus);
  }

  #head(): HTMLElement {
    const { say } = this.#desk;
    const heads: [string, string][] = [
      ["number", say("editor-number")],
      ...this.#columns.map(({ name, title }): [string, string] => [name, title]),
    ];
    const cells = heads.map(([by, title]) => {
      const active = this.#order.by === by;
      const sort = active ? (this.#order.down ? "descending" : "ascending") : "none";
      const order = el(
        "button",
        { type: "button", class: "grid__sort" },
        title,
        active ? (this.#order.down ? " ▾" : " ▴") : "",
      );
      order.addEventListener("click", () => {
        this.#order = { by, down: active && !this.#order.down };
        this.#draw();
        this.#holder.querySelector<HTMLElement>(`th[data-by="${by}"] button`)?.focus();
      });
      return el("th", { scope: "col", "aria-sort": sort, "data-by": by }, order);
    });
    return el("thead", {}, el("tr", {}, ...cells));
  }

  #row(thing: Thing, row: number): HTMLElement {
    const { desk } = { desk: this.#desk };
    const number = thing.number === null ? desk.say("editor-mark-new") : String(thing.number);
    const texts = this.#columns.map(({ name, field }) =>
      writeValue(field, valueIn(thing.state, name), desk.lang),
    );
    const line = el("tr", {
      "data-id": thing.id,
      "aria-selected": String(desk.selection.includes(thing.id)),
    });
    line.append(
      ...[number, ...texts].map((words, column) => {
        const cell = el("td", { tabindex: "-1", "data-column": String(column) }, words);
        if (column === 0 && thing.mark !== "same") cell.classList.add(`is-${thing.mark}`);
        return cell;
      }),
    );
    line.addEventListener("click", (event) => {
      const cell = (event.target as HTMLElement).closest("td");
      if (!cell || this.#editing) return;
      const again = this.#cell.row === row && document.activeElement === cell;
      this.#cell = { row, column: Number(cell.dataset.column) };
      this.#point(true);
      this.#rowClicked(thing.id, row, event);
      if (again && !event.ctrlKey && !event.shiftKey) this.#edit();
    });
    return line;
  }

  #rowClicked(id: string, row: number, event: MouseEvent): void {
    const { desk } = { desk: this.#desk };
    if (event.ctrlKey || event.metaKey) {
      const held = desk.selection.includes(id);
      this.#choose(held ? desk.selection.filter((one) => one !== id) : [...desk.selection, id]);
    } else if (event.shiftKey) {
      const from = Math.max(
        0,
        this.#rows.findIndex((one) => one.id === desk.selection[0]),
      );
      const [low, high] = from < row ? [from, row] : [row, from];
      this.#choose(this.#rows.slice(low, high + 1).map((one) => one.id));
    } else this.#choose([id]);
  }

  /** Gives the cell its place in the order of Tab, and the focus when wanted. */
  #point(focus: boolean): void {
    for (const cell of this.#holder.querySelectorAll('td[tabindex="0"]')) cell.setAttribute("tabindex", "-1");
    const cell = this.#cellElement();
    cell?.setAttribute("tabindex", "0");
    if (focus) cell?.focus();
  }

  #cellElement(): HTMLTableCellElement | null {
    const line = this.#holder.querySelectorAll("tbody tr")[this.#cell.row];
    return line?.querySelectorAll("td")[this.#cell.column] ?? null;
  }

  #go(down: number, right: number): void {
    const rows = this.#holder.querySelectorAll("tbody tr").length;
    this.#cell = {
      row: Math.min(Math.max(0, this.#cell.row + down), Math.max(0, rows - 1)),
      column: Math.min(Math.max(0, this.#cell.column + right), this.#columns.length),
    };
    this.#point(true);
  }

  #key(event: KeyboardEvent): void {
    if (this.#editing || !(event.target instanceof HTMLTableCellElement)) return;
    const steps: Readonly<Record<string, [number, number]>> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      PageUp: [-10, 0],
      PageDown: [10, 0],
      Home: [0, -1000],
      End: [0, 1000],
    };
    const step = steps[event.key];
    const thing = this.#rows[this.#cell.row];
    if (step && !event.altKey) this.#go(...step);
    else if (event.key === "Enter" || event.key === "F2") this.#edit();
    else if (event.key === " " && thing) {
      this.#chosen_by_table = true;
      this.#desk.toggle(thing.id);
      this.#chosen_by_table = false;
    } else if (event.key === "Delete" && this.#cell.column > 0) this.#keep("");
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey)
      this.#edit(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Opens the cell for typing; a first letter takes the place of what stood there. */
  #edit(first?: string): void {
    const cell = this.#cellElement();
    const thing = this.#rows[this.#cell.row];
    const column = this.#columns[this.#cell.column - 1];
    if (!cell || !thing || !column) return;
    if (this.#shownKind?.writable !== true) {
      this.#desk.announce(this.#desk.say("editor-read-only"));
      return;
    }
    const { say, lang } = this.#desk;
    this.#editing = true;
    openCell({
      cell,
      column,
      before: writeValue(column.field, valueIn(thing.state, column.name), lang),
      first,
      say,
      lang,
      refused: (words) => this.#desk.announce(words),
      done: (typed, step) => {
        this.#editing = false;
        if (typed !== null) this.#keep(typed);
        this.#draw();
        if (step) this.#go(...step);
      },
    });
  }

  #keep(typed: string): void {
    const { desk } = { desk: this.#desk };
    const thing = this.#rows[this.#cell.row];
    const column = this.#columns[this.#cell.column - 1];
    if (!thing || !column) return;
    const read = readValue(column.field, typed);
    if ("fault" in read) return;
    const label = desk.say("editor-did-change", { field: column.field.title, what: desk.nameOf(thing) });
    desk.act(label, patch(desk.document, [thing.id], fieldsFor(column, read.value)));
  }

  #paste(event: ClipboardEvent): void {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    if (this.#editing || pasted === "") return;
    event.preventDefault();
    this.#preview(pasted);
  }

  #pasteByHand(): void {
    askForPaste(this.#desk, this.#sprite, (pasted) => this.#preview(pasted));
  }

  #preview(pasted: string): void {
    const kind = this.#shownKind;
    if (!kind) return;
    const plan = planPaste(pasted, {
      columns: this.#columns,
      things: this.#rows,
      row: this.#cell.row,
      column: Math.max(0, this.#cell.column - 1),
      lang: this.#desk.lang,
    });
    openPreview(this.#desk, this.#sprite, kind, plan);
  }
}

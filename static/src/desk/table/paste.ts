// What a paste from a spreadsheet would do, cell by cell, before anything is done.
import type { Thing } from "../model/document";
import type { Field } from "../model/kind";
import type { State, Value } from "../model/types";
import { readNumber, readValue, writeValue } from "../model/values";
import type { Lang } from "../words";

/** A column of the table that can be filled. */
export interface Column {
  /** `label`, `status` or `attributes.KEY`. */
  name: string;
  title: string;
  field: Field;
}

export interface CellChange {
  id: string;
  column: Column;
  before: string;
  after: string;
  value: Value;
  /** Key of the text that says why it does not fit, with its values. */
  fault: { key: string; values: Record<string, string | number> } | null;
}

/** A row of the paste that makes a new point. */
export interface NewRow {
  /** First and second number in the order of the header. */
  place: [number, number];
  cells: { column: Column; after: string; value: Value; fault: CellChange["fault"] }[];
  /** The coordinates could not be read. */
  bad: boolean;
}

export interface PastePlan {
  /** The first row named the columns. */
  header: boolean;
  changes: CellChange[];
  /** Cells that hold already what was pasted. */
  same: number;
  /** Rows for which the table has none. */
  left_over: number;
  /** Columns that the table does not know, or that stick out at its right. */
  unknown: string[];
  /** Rows that make new points, when the header names coordinates. */
  made: NewRow[];
  /** How the header names them: degrees, or numbers of a system that must be chosen. */
  coordinates: "degrees" | "system" | null;
}

/** What is pasted into. */
export interface PasteTarget {
  columns: readonly Column[];
  things: readonly Thing[];
  /** Row and column of the chosen cell. */
  row: number;
  column: number;
  lang: Lang;
}

/** Splits what a spreadsheet puts on the clipboard into rows of cells. */
export function cellsOf(pasted: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const text = pasted.replace(/\r\n?/g, "\n");
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (letter === '"') quoted = false;
      else cell += letter;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === "\t") {
      row.push(cell);
      cell = "";
    } else if (letter === "\n") {
      rows.push([...row, cell]);
      row = [];
      cell = "";
    } else cell += letter;
  }
  if (cell !== "" || row.length > 0) rows.push([...row, cell]);
  return rows;
}

const FIRST_AXIS = ["lon", "lng", "longitude", "dlugosc", "długość", "x", "n", "northing"];
const SECOND_AXIS = ["lat", "latitude", "szerokosc", "szerokość", "y", "e", "easting"];
const DEGREES = [
  "lon",
  "lng",
  "longitude",
  "dlugosc",
  "długość",
  "lat",
  "latitude",
  "szerokosc",
  "szerokość",
];
const NUMBER = ["nr", "nr rejestru", "number", "numer"];

const bare = (cell: string): string => cell.trim().toLowerCase();

/** What each column of the header stands for. */
type Meaning = Column | "first" | "second" | "number" | null;

function meaningOf(cell: string, columns: readonly Column[]): Meaning {
  const wanted = bare(cell);
  if (wanted === "") return null;
  const column = columns.find(
    ({ name, title }) => bare(title) === wanted || name === wanted || name === `attributes.${wanted}`,
  );
  if (column) return column;
  if (FIRST_AXIS.includes(wanted)) return "first";
  if (SECOND_AXIS.includes(wanted)) return "second";
  return NUMBER.includes(wanted) ? "number" : null;
}

/** Works out what a paste would do. */
export function planPaste(pasted: string, target: PasteTarget): PastePlan {
  const rows = cellsOf(pasted);
  const [first = []] = rows;
  const meanings = first.map((cell) => meaningOf(cell, target.columns));
  const named = meanings.filter((meaning) => meaning !== null).length;
  const filled = first.filter((cell) => bare(cell) !== "").length;
  const header = named > 0 && named * 2 >= filled && rows.length > 1;
  const plan: PastePlan = {
    header,
    changes: [],
    same: 0,
    left_over: 0,
    unknown: [],
    made: [],
    coordinates: null,
  };
  if (!header) {
    const across = first.map((_, at) => target.columns[target.column + at] ?? null);
    plan.unknown = first.filter((cell, at) => across[at] === null && cell.trim() !== "");
    fill(plan, rows, across, target, (at) => target.things[target.row + at]);
    return plan;
  }
  const body = rows.slice(1);
  plan.unknown = first.filter((cell, at) => meanings[at] === null && cell.trim() !== "");
  const columns = meanings.map((meaning) => (typeof meaning === "object" ? meaning : null));
  const [one, other] = [meanings.indexOf("first"), meanings.indexOf("second")];
  if (one >= 0 && other >= 0) {
    plan.coordinates = DEGREES.includes(bare(first[one] ?? "")) ? "degrees" : "system";
    plan.made = body.map((cells) => newRow(cells, columns, [one, other], target.lang));
    return plan;
  }
  const number_at = meanings.indexOf("number");
  const by_number = new Map(target.things.map((thing) => [String(thing.number), thing]));
  fill(plan, body, columns, target, (at) =>
    number_at >= 0
      ? by_number.get((body[at]?.[number_at] ?? "").replace(/\s/g, ""))
      : target.things[target.row + at],
  );
  return plan;
}

function read(column: Column, cell: string): { value: Value; fault: CellChange["fault"] } {
  const answer = readValue(column.field, cell);
  if ("fault" in answer) return { value: null, fault: { key: answer.fault, values: answer.values ?? {} } };
  if (answer.value === null && column.field.required) {
    return { value: null, fault: { key: "editor-bad-required", values: {} } };
  }
  return { value: answer.value, fault: null };
}

function fill(
  plan: PastePlan,
  rows: readonly string[][],
  columns: readonly (Column | null)[],
  { lang }: PasteTarget,
  thing_at: (row: number) => Thing | undefined,
): void {
  rows.forEach((cells, at) => {
    const thing = thing_at(at);
    if (!thing) {
      plan.left_over += 1;
      return;
    }
    cells.forEach((cell, index) => {
      const column = columns[index];
      if (!column) return;
      const before = valueIn(thing.state, column.name);
      const { value, fault } = read(column, cell);
      if (!fault && JSON.stringify(before ?? null) === JSON.stringify(value)) plan.same += 1;
      else {
        const after = fault ? cell : writeValue(column.field, value, lang);
        plan.changes.push({
          id: thing.id,
          column,
          before: writeValue(column.field, before, lang),
          after,
          value,
          fault,
        });
      }
    });
  });
}

function newRow(
  cells: readonly string[],
  columns: readonly (Column | null)[],
  [one, other]: [number, number],
  lang: Lang,
): NewRow {
  const [first, second] = [readNumber(cells[one] ?? ""), readNumber(cells[other] ?? "")];
  const filled = columns.flatMap((column, at) => {
    const cell = cells[at]?.trim() ?? "";
    if (!column || cell === "") return [];
    const { value, fault } = read(column, cell);
    return [{ column, after: fault ? cell : writeValue(column.field, value, lang), value, fault }];
  });
  return { place: [first ?? 0, second ?? 0], cells: filled, bad: first === null || second === null };
}

/** The value of a column in a state. */
export function valueIn(state: State, name: string): Value | undefined {
  if (name === "label") return state.label;
  if (name === "status") return state.status;
  return state.attributes[name.replace(/^attributes\./, "")];
}

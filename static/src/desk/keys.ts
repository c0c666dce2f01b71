// Keys of the editor. Single letters work only while the map has the focus, so that they are in nobody's way.
import type { Workbench } from "./tools/workbench";

/** What keys can ask for beside the tools. */
export interface KeyActs {
  undo(): void;
  redo(): void;
  copy(): void;
  paste(): void;
  /** Moves the selection by metres east and north. */
  nudge(event: KeyboardEvent): boolean;
  /** Presses a button of the toolbar or head by its name. */
  press(name: string): void;
}

const LETTERS: Readonly<Record<string, string>> = {
  v: "select",
  a: "add",
  m: "move",
  r: "reshape",
  s: "split",
  j: "join",
  h: "hole",
  p: "part",
  w: "row",
  f: "filter",
  e: "coordinates",
  g: "gps",
  l: "layers",
  t: "table",
  o: "form",
  "?": "help",
  Delete: "delete",
};

/** Whether something is typed there, so that its own undo must work. */
function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}

/** Listens for keys on the map and for undo anywhere. */
export function listenToKeys(root: HTMLElement, bench: Workbench, acts: KeyActs): void {
  root.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.defaultPrevented || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) acts.undo();
    else if (key === "y" || (key === "z" && event.shiftKey)) acts.redo();
    else return;
    event.preventDefault();
  });
  bench.map.canvas.addEventListener("keydown", (event) => {
    if (mapKey(event, bench, acts)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
}

function mapKey(event: KeyboardEvent, bench: Workbench, acts: KeyActs): boolean {
  const held = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (held && key === "c") acts.copy();
  else if (held && key === "v") acts.paste();
  else if (held && event.key !== "Enter") return false;
  else if (bench.key(event)) return true;
  else if (acts.nudge(event)) return true;
  else if (event.altKey || held) return false;
  else if (event.key === "[" || event.key === "]") bench.step(event.key === "]" ? 1 : -1);
  else if (event.key === "Escape" && bench.name !== "select") bench.cancel();
  else {
    const name = LETTERS[event.key.length === 1 ? key : event.key];
    if (name === undefined) return false;
    acts.press(name);
  }
  return true;
}

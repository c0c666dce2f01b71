// Work in the background: asks how far it is, and goes to the next page when it has ended.
import { type Texts, text } from "../lib/text";

/** Time between two questions. */
const EVERY_MS = 1000;

interface Told {
  running: { phase: string; fraction: number; dead: boolean } | null;
}

/** Follows what runs until it has ended. */
export function follow(box: HTMLElement, texts: Texts): void {
  const said = box.querySelector("[data-import-said]");
  const bar = box.querySelector("progress");
  const ask = async (): Promise<void> => {
    const told = await fetch(box.dataset.api ?? "", { headers: { accept: "application/json" } })
      .then((answer) => (answer.ok ? (answer.json() as Promise<Told>) : null))
      // A line that breaks is asked again.
      .catch(() => null);
    if (told) {
      if (!told.running || told.running.dead) {
        location.assign(box.dataset.next ?? location.href);
        return;
      }
      const percent = Math.floor(told.running.fraction * 100);
      const words =
        told.running.phase === "waiting"
          ? text(texts, "imports-js-queue")
          : text(texts, "imports-js-running", { percent });
      if (bar) bar.value = percent;
      if (said && said.textContent !== words) said.textContent = words;
    }
    setTimeout(() => void ask(), EVERY_MS);
  };
  if (!box.querySelector("form")) setTimeout(() => void ask(), EVERY_MS / 2);
}

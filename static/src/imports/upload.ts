// Files are sent in pieces; what has arrived stays, and a reload, a broken line or a closed lid cost one piece.
import { el } from "../lib/dom";
import { takeDrops } from "../lib/drops";
import { type Texts, text } from "../lib/text";
import { type Chosen, ofDrop, ofInput } from "./chosen";
import {
  type Announced,
  afterPiece,
  base64,
  isClutter,
  MOST_BYTES,
  mayGoOn,
  PIECE_BYTES,
  type Remembered,
  Speed,
  sizeText,
} from "./upload_state";

type Stand = "waiting" | "sending" | "paused" | "done" | "failed";

/** A file on its way. */
interface Item {
  readonly path: string;
  readonly file: File;
  readonly row: Row;
  stand: Stand;
  sent: number;
  why: string;
  speed: Speed;
  stop: (() => void) | null;
}

/** What stands on the page for one file. */
interface Row {
  readonly root: HTMLLIElement;
  readonly said: HTMLElement;
  readonly bar: HTMLProgressElement;
  readonly button: HTMLButtonElement;
}

/** The panel in which files are added. */
export class UploadPanel {
  readonly #panel: HTMLElement;
  readonly #texts: Texts;
  readonly #lang: string;
  readonly #api: string;
  readonly #items: Item[] = [];
  #busy = false;

  constructor(panel: HTMLElement, texts: Texts) {
    this.#panel = panel;
    this.#texts = texts;
    this.#lang = document.documentElement.lang;
    this.#api = panel.dataset.api ?? "";
  }

  #say(key: string, values: Record<string, string | number> = {}): string {
    return text(this.#texts, key, values);
  }

  start(form: HTMLFormElement): void {
    const input = form.querySelector<HTMLInputElement>("input[type=file]");
    const ways = form.querySelector("[data-import-ways]");
    if (!input || !ways) return;
    input.addEventListener("change", () => {
      void this.#add(ofInput(input));
      input.value = "";
    });
    ways.append(this.#folder(), el("span", { class: "import-drop__drop" }, this.#say("imports-js-drop")));
    takeDrops(
      form,
      "import-drop--over",
      (dropped) => void ofDrop(dropped).then((chosen) => this.#add(chosen)),
    );
    form.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("beforeunload", (event) => {
      if (this.#items.some(({ stand }) => stand === "sending" || stand === "waiting")) event.preventDefault();
    });
    addEventListener("online", () => {
      for (const item of this.#items) if (item.stand === "failed") this.#resume(item);
    });
    this.#showHalf();
    this.#panel.dataset.ready = "true";
  }

  /** A button that takes a whole folder. */
  #folder(): HTMLElement {
    const input = el("input", { type: "file", webkitdirectory: "", hidden: "" });
    input.addEventListener("change", () => {
      void this.#add(ofInput(input));
      input.value = "";
    });
    const button = el(
      "button",
      { type: "button", class: "govuk-button govuk-button--secondary" },
      this.#say("imports-js-folder"),
    );
    button.addEventListener("click", () => input.click());
    return el("span", {}, button, input);
  }

  /** Files of which only a part has arrived are asked for: browsers do not keep them. */
  #showHalf(): void {
    const half = [...this.#panel.querySelectorAll<HTMLElement>('[data-file][data-whole="false"]')];
    const names = half.map(({ dataset }) => dataset.name ?? "").join(", ");
    if (names !== "") this.#live(this.#say("imports-js-continue", { name: names }));
  }

  #live(said: string): void {
    const live = this.#panel.querySelector("[data-import-live]");
    if (live) live.textContent = said;
  }

  async #add(chosen: readonly Chosen[]): Promise<void> {
    for (const { file, path } of chosen) {
      if (isClutter(path)) continue;
      const under = this.#items.find((item) => item.path === path && item.stand !== "done");
      if (under) continue;
      const item: Item = {
        path,
        file,
        row: this.#row(path),
        stand: "waiting",
        sent: 0,
        why: "",
        speed: new Speed(),
        stop: null,
      };
      if (file.size > MOST_BYTES) {
        item.stand = "failed";
        item.why = this.#say("imports-js-too-large", { most: MOST_BYTES / 1024 / 1024 });
      }
      item.row.button.addEventListener("click", () => {
        if (item.stand === "sending" || item.stand === "waiting") this.#pause(item);
        else this.#resume(item);
      });
      this.#items.push(item);
      this.#show(item);
    }
    const queue = this.#panel.querySelector<HTMLElement>("[data-import-queue]");
    if (queue) queue.hidden = this.#items.length === 0;
    await this.#work();
  }

  #row(name: string): Row {
    const said = el("span", { class: "import-files__fact" });
    const bar = el("progress", {
      class: "import-files__bar",
      max: "1",
      value: "0",
      "aria-label": this.#say("imports-js-progress", { name }),
    });
    const button = el("button", { type: "button", class: "govuk-button govuk-button--secondary" });
    const root = el(
      "li",
      { class: "import-files__one" },
      el("span", { class: "import-files__name" }, name),
      said,
      bar,
      button,
    );
    this.#panel.querySelector("[data-import-queue]")?.append(root);
    return { root, said, bar, button };
  }

  #show(item: Item): void {
    const { root, said, bar, button } = item.row;
    const part = item.file.size === 0 ? 1 : item.sent / item.file.size;
    const percent = Math.floor(part * 100);
    const words: Record<Stand, () => string> = {
      waiting: () => this.#say("imports-js-waiting"),
      sending: () =>
        this.#say("imports-js-sending", {
          percent,
          size: sizeText(item.file.size, this.#lang),
          speed: sizeText(item.speed.perSecond(), this.#lang),
        }),
      paused: () => this.#say("imports-js-paused", { percent }),
      done: () => this.#say("imports-js-done"),
      failed: () => item.why,
    };
    said.textContent = words[item.stand]();
    root.dataset.stand = item.stand;
    bar.value = part;
    bar.hidden = item.stand === "done";
    const goes = item.stand === "sending" || item.stand === "waiting";
    button.textContent = this.#say(goes ? "imports-js-pause" : "imports-js-resume");
    const key = goes ? "imports-js-pause-file" : "imports-js-resume-file";
    button.setAttribute("aria-label", this.#say(key, { name: item.path }));
    button.hidden = item.stand === "done" || item.file.size > MOST_BYTES;
  }

  #pause(item: Item): void {
    item.stand = "paused";
    item.stop?.();
    this.#show(item);
  }

  #resume(item: Item): void {
    item.stand = "waiting";
    item.why = "";
    item.speed = new Speed();
    this.#show(item);
    void this.#work();
  }

  /** Sends one file after the other: one line is not made faster by two. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (;;) {
        const item = this.#items.find(({ stand }) => stand === "waiting");
        if (!item) break;
        await this.#send(item);
        this.#show(item);
      }
    } finally {
      this.#busy = false;
    }
    if (this.#items.length > 0 && this.#items.every(({ stand }) => stand === "done")) await this.#end();
  }

  #fail(item: Item, key: string, status: number): void {
    if (item.stand === "paused") return;
    item.stand = "failed";
    const why = this.#say(key, { status });
    item.why = key === "imports-js-server" ? this.#say("imports-js-failed", { why }) : why;
  }

  async #send(item: Item): Promise<void> {
    item.stand = "sending";
    this.#show(item);
    const address = await this.#announce(item);
    if (!address) return;
    let tries = 0;
    while (item.sent < item.file.size && this.#isGoing(item)) {
      const end = Math.min(item.sent + PIECE_BYTES, item.file.size);
      const { status, offset } = await this.#piece(item, address, end);
      if (!this.#isGoing(item)) return;
      const next = afterPiece(status, offset, end, tries);
      if (next.go === "on") {
        item.sent = next.offset;
        tries = 0;
      } else if (next.go === "stop") {
        this.#fail(item, next.key, status);
        return;
      } else {
        tries += 1;
        await new Promise((done) => setTimeout(done, next.afterMs));
        item.sent = (await this.#arrived(address)) ?? item.sent;
      }
      this.#show(item);
    }
    if (this.#isGoing(item)) {
      item.stand = "done";
      localStorage.removeItem(this.#memory(item.path));
    }
  }

  /** Asked by a function, since pausing changes it while something is awaited. */
  #isGoing(item: Item): boolean {
    return item.stand === "sending";
  }

  #memory(path: string): string {
    return `reeve-import:${this.#api}:${path}`;
  }

  /** Announces a file and answers the address of its pieces; `null` when that did not work. */
  async #announce(item: Item): Promise<string | null> {
    const own: Remembered = { bytes: item.file.size, changed: item.file.lastModified };
    const known = read(localStorage.getItem(this.#memory(item.path)));
    for (let round = 0; round < 2; round += 1) {
      let answer: Response;
      try {
        answer = await fetch(`${this.#api}/files`, {
          method: "POST",
          headers: {
            "tus-resumable": "1.0.0",
            "upload-length": String(item.file.size),
            "upload-metadata": `filename ${base64(item.path)}`,
          },
        });
      } catch {
        this.#fail(item, "imports-js-offline", 0);
        return null;
      }
      if (!answer.ok) {
        await this.#refused(item, answer);
        return null;
      }
      const told = (await answer.json()) as Announced;
      const address = `${this.#api}/files/${told.id}`;
      if (mayGoOn(told, own, known)) {
        item.sent = told.received;
        localStorage.setItem(this.#memory(item.path), JSON.stringify(own));
        return address;
      }
      // Another file of the same name and size: what has arrived of the old one is of no use.
      await fetch(address, { method: "DELETE", headers: { "tus-resumable": "1.0.0" } });
    }
    this.#fail(item, "imports-js-server", 409);
    return null;
  }

  async #refused(item: Item, answer: Response): Promise<void> {
    if (answer.status === 401) {
      this.#fail(item, "imports-js-signed-out", 401);
      return;
    }
    const told = (await answer.json().catch(() => ({}))) as { detail?: unknown };
    this.#fail(item, "imports-js-server", answer.status);
    if (typeof told.detail === "string") item.why = told.detail;
  }

  async #arrived(address: string): Promise<number | null> {
    try {
      const answer = await fetch(address, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
      const offset = answer.headers.get("upload-offset");
      return answer.ok && offset !== null ? Number(offset) : null;
    } catch {
      return null;
    }
  }

  #piece(item: Item, address: string, end: number): Promise<{ status: number; offset: string | null }> {
    const begin = item.sent;
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("PATCH", address);
      request.setRequestHeader("content-type", "application/offset+octet-stream");
      request.setRequestHeader("tus-resumable", "1.0.0");
      request.setRequestHeader("upload-offset", String(begin));
      request.upload.addEventListener("progress", ({ loaded }) => {
        item.speed.mark(performance.now(), begin + loaded);
        if (!this.#isGoing(item)) return;
        const shown = item.sent;
        item.sent = begin + loaded;
        this.#show(item);
        item.sent = shown;
      });
      request.addEventListener("loadend", () => {
        item.stop = null;
        done({ status: request.status, offset: request.getResponseHeader("upload-offset") });
      });
      item.stop = () => request.abort();
      request.send(item.file.slice(begin, end));
    });
  }

  /** Says that all is there, and brings the list up to date. */
  async #end(): Promise<void> {
    this.#live(this.#say("imports-js-all"));
    const list = await fetch(`${this.#panel.dataset.base ?? ""}/files`, { headers: { accept: "text/html" } })
      .then((answer) => (answer.ok ? answer.text() : null))
      // The files are there; a reload shows them.
      .catch(() => null);
    if (list === null) return;
    const page = new DOMParser().parseFromString(list, "text/html");
    const fresh = page.querySelector("[data-import-files]");
    const title = page.querySelector("h1");
    if (fresh) this.#panel.querySelector("[data-import-files]")?.replaceWith(document.adoptNode(fresh));
    if (title) document.querySelector("h1")?.replaceWith(document.adoptNode(title));
    for (const { row } of this.#items) row.root.remove();
    this.#items.length = 0;
    const queue = this.#panel.querySelector<HTMLElement>("[data-import-queue]");
    if (queue) queue.hidden = true;
  }
}

function read(kept: string | null): Remembered | null {
  if (kept === null) return null;
  try {
    const { bytes, changed } = JSON.parse(kept) as Partial<Remembered>;
    return typeof bytes === "number" && typeof changed === "number" ? { bytes, changed } : null;
  } catch {
    return null;
  }
}

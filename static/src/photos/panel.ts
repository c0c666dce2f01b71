// Entry of the panel in which photos are added: several at once, each with its progress, its error and "try again".
// Without it the form sends the files in one go.
import { el } from "../lib/dom";
import { takeDrops } from "../lib/drops";
import { type Texts, text } from "../lib/text";
import { type Answer, faultOf, type Item, judge, ready, settled } from "./queue";

/** How often the list is asked for, and how long between. */
const LIST_TRIES = 5;
const LIST_PAUSE_MS = 1500;

/** What stands on the page for one file. */
interface Row {
  readonly root: HTMLLIElement;
  readonly said: HTMLElement;
  readonly bar: HTMLProgressElement;
  readonly again: HTMLButtonElement;
}

class PhotoPanel {
  readonly #panel: HTMLElement;
  readonly #texts: Texts;
  readonly #queue: HTMLElement;
  readonly #files = new Map<number, File>();
  readonly #rows = new Map<number, Row>();
  #items: readonly Item[] = [];
  #next = 1;

  constructor(panel: HTMLElement, texts: Texts, queue: HTMLElement) {
    this.#panel = panel;
    this.#texts = texts;
    this.#queue = queue;
  }

  #say(key: string, values: Record<string, string | number> = {}): string {
    return text(this.#texts, key, values);
  }

  start(form: HTMLFormElement, input: HTMLInputElement): void {
    const ways = el("div", { class: "photo-desk__ways" });
    input.replaceWith(ways);
    // Fingers take photos and mice drop files.
    const other = matchMedia("(pointer: coarse)").matches
      ? this.#camera()
      : el("span", { class: "photo-desk__drop" }, this.#say("photos-js-drop"));
    ways.append(input, other);
    input.addEventListener("change", () => this.#take(input));
    takeDrops(form, "photo-desk__add--over", (dropped) => this.#add([...dropped.files]));
    addEventListener("beforeunload", (event) => {
      if (!settled(this.#items)) event.preventDefault();
    });
  }

  /** A button that opens the camera. */
  #camera(): HTMLElement {
    const input = el("input", {
      type: "file",
      accept: "image/jpeg,image/png,image/webp",
      capture: "environment",
    });
    input.hidden = true;
    input.addEventListener("change", () => this.#take(input));
    const button = el(
      "button",
      { type: "button", class: "govuk-button govuk-button--secondary" },
      this.#say("photos-js-camera"),
    );
    button.addEventListener("click", () => input.click());
    return el("span", {}, button, input);
  }

  #take(input: HTMLInputElement): void {
    this.#add([...(input.files ?? [])]);
    // The same file may be chosen once more.
    input.value = "";
  }

  #add(files: readonly File[]): void {
    for (const file of files) {
      const id = this.#next;
      this.#next += 1;
      const fault = faultOf(file);
      const stand = fault ? "refused" : "waiting";
      const why = fault ? this.#say(fault) : "";
      this.#files.set(id, file);
      this.#items = [...this.#items, { id, name: file.name, stand, sent: 0, tries: 0, why }];
      this.#rows.set(id, this.#row(id, file.name));
      this.#show(id);
    }
    this.#queue.hidden = this.#items.length === 0;
    this.#go();
  }

  #row(id: number, name: string): Row {
    const said = el("span", { class: "photo-desk__said" });
    const bar = el("progress", {
      max: "1",
      value: "0",
      "aria-label": this.#say("photos-js-progress", { name }),
    });
    const again = el(
      "button",
      {
        type: "button",
        class: "govuk-button govuk-button--secondary",
        "aria-label": this.#say("photos-js-retry-file", { name }),
      },
      this.#say("photos-js-retry"),
    );
    again.addEventListener("click", () => {
      this.#change(id, { stand: "waiting", tries: 0, why: "" });
      this.#go();
    });
    const words = el("span", { class: "photo-desk__file" }, el("strong", {}, name), " ", said);
    const root = el("li", { class: "photo-desk__item" }, words, bar, again);
    this.#queue.append(root);
    return { root, said, bar, again };
  }

  #change(id: number, change: Partial<Item>): void {
    this.#items = this.#items.map((item) => (item.id === id ? { ...item, ...change } : item));
    this.#show(id);
  }

  #show(id: number): void {
    const item = this.#items.find((one) => one.id === id);
    const row = this.#rows.get(id);
    if (!item || !row) return;
    const words: Record<Item["stand"], () => string> = {
      waiting: () => this.#say("photos-js-waiting"),
      sending: () => this.#say("photos-js-sending", { percent: Math.round(item.sent * 100) }),
      working: () => this.#say("photos-js-working"),
      added: () => this.#say("photos-js-added"),
      known: () => this.#say("photos-js-known"),
      refused: () => item.why,
      failed: () => item.why,
    };
    const said = words[item.stand]();
    if (row.said.textContent !== said) row.said.textContent = said;
    row.root.dataset.stand = item.stand;
    row.bar.hidden = item.stand !== "sending" && item.stand !== "working";
    if (item.stand === "working") row.bar.removeAttribute("value");
    else row.bar.value = item.sent;
    row.again.hidden = item.stand !== "failed";
  }

  #go(): void {
    for (const item of ready(this.#items)) {
      const file = this.#files.get(item.id);
      if (file) this.#send(item.id, file, item.tries + 1);
    }
  }

  #send(id: number, file: File, tries: number): void {
    this.#change(id, { stand: "sending", sent: 0, tries });
    const request = new XMLHttpRequest();
    request.open("POST", this.#panel.dataset.photos ?? "");
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.setRequestHeader("x-file-name", encodeURIComponent(file.name));
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      this.#change(id, { sent: total > 0 ? loaded / total : 0 });
    });
    request.upload.addEventListener("load", () => this.#change(id, { stand: "working" }));
    request.addEventListener("loadend", () => {
      this.#answered(id, { status: request.status, detail: detailOf(request.responseText) }, tries);
    });
    request.send(file);
  }

  #answered(id: number, answer: Answer, tries: number): void {
    const verdict = judge(answer, tries);
    switch (verdict.stand) {
      case "waiting":
        // Its place is kept meanwhile, so that the others do not crowd in.
        setTimeout(() => {
          this.#change(id, { stand: "waiting" });
          this.#go();
        }, verdict.afterMs);
        return;
      case "refused":
        this.#change(id, { stand: "refused", why: verdict.why });
        break;
      case "failed":
        this.#change(id, { stand: "failed", why: this.#say(verdict.key, { status: answer.status }) });
        break;
      default:
        this.#change(id, { stand: verdict.stand, sent: 1 });
        this.#files.delete(id);
    }
    this.#go();
    if (settled(this.#items)) void this.#end();
  }

  /** Says what came of it, and brings the list up to date. */
  async #end(): Promise<void> {
    const count = (...stands: Item["stand"][]): number =>
      this.#items.filter(({ stand }) => stands.includes(stand)).length;
    const said = this.#panel.querySelector("[data-photos-said]");
    if (said) {
      said.textContent = this.#say("photos-js-done", {
        added: count("added", "known"),
        refused: count("refused", "failed"),
      });
    }
    const list = await this.#page(LIST_TRIES);
    if (list === null) return;
    const page = new DOMParser().parseFromString(list, "text/html");
    const fresh = page.querySelector("[data-photos-list]");
    const shown = this.#panel.querySelector("[data-photos-list]");
    if (fresh && shown) showNew(shown, fresh);
  }

  /** The page as it is now; asked for again while the service is overloaded. */
  async #page(tries: number): Promise<string | null> {
    const address = this.#panel.dataset.photosPage ?? "";
    const answer = await fetch(address, { headers: { accept: "text/html" } }).catch(() => null);
    // A line may also break in the middle of the page.
    const list = answer?.ok ? await answer.text().catch(() => null) : null;
    if (list !== null) return list;
    if (tries <= 1 || (answer && answer.status < 500)) return null;
    await new Promise((resolve) => setTimeout(resolve, LIST_PAUSE_MS));
    return this.#page(tries - 1);
  }
}

/** Puts the photos that are new into the list. The others stay: somebody may be writing a caption there. */
function showNew(shown: Element, fresh: Element): void {
  const list = shown.querySelector("ul");
  if (!list) {
    shown.replaceWith(document.adoptNode(fresh));
    return;
  }
  for (const [index, photo] of [...fresh.querySelectorAll(".photo-desk__photo")].entries()) {
    if (document.getElementById(photo.id)) continue;
    list.insertBefore(document.adoptNode(photo), list.children[index] ?? null);
  }
}

/** What a problem document says is wrong. */
function detailOf(body: string): string | null {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown };
    return typeof detail === "string" ? detail : null;
  } catch {
    return null;
  }
}

const panel = document.querySelector<HTMLElement>("[data-photos]");
const form = panel?.querySelector<HTMLFormElement>("[data-photos-form]");
const input = form?.querySelector<HTMLInputElement>("input[type=file]");
const queue = panel?.querySelector<HTMLElement>("[data-photos-queue]");
const texts = document.getElementById("photos-texts")?.textContent;
if (panel && form && input && queue && texts) {
  new PhotoPanel(panel, JSON.parse(texts) as Texts, queue).start(form, input);
  panel.dataset.ready = "true";
}

// "Walk the register" with the device's position and without a network.
import { el, icon, svg } from "../lib/dom";
import type { Position } from "../lib/geo";
import { type Texts, text } from "../lib/text";
import { bearing, distance_m, nearest } from "./measure";
import { Queue } from "./queue";
import { send } from "./send";
import { sketch } from "./sketch";
import type { Here, Outcome, Thing, Waiting } from "./types";

/** A report may be taken back for so long before it is sent. */
const SECOND_THOUGHTS_MS = 5_000;
/** What could not be sent is tried again so often. */
const RETRY_MS = 20_000;
/** With so few things left the next ones are fetched. */
const FEW = 5;
/** A position vaguer than this moves nothing. */
const VAGUEST_M = 25;
/** A move of more than this is asked about. */
const FAR_M = 20;

interface Config {
  texts: Texts;
  owner: string;
  lang: string;
  sprite: string;
  today: number;
}

class Walk {
  readonly #root: HTMLElement;
  readonly #config: Config;
  readonly #queue: Queue;
  readonly #live: HTMLElement;
  #things: Thing[] = [];
  readonly #done = new Set<string>();
  readonly #passed = new Set<string>();
  #here: Here | null = null;
  #current: Thing | null = null;
  #note = "";
  #asking: { outcome: Outcome; words: string } | null = null;
  #waiting: Waiting[] = [];
  #signed_out = false;
  #sending = false;
  #today: number;

  constructor(root: HTMLElement, live: HTMLElement, config: Config) {
    this.#root = root;
    this.#live = live;
    this.#config = config;
    this.#today = config.today;
    this.#queue = new Queue(config.owner);
  }

  #t(key: string, values: Record<string, string | number> = {}): string {
    return text(this.#config.texts, key, values);
  }

  #say(words: string): void {
    const said = this.#root.querySelector("[data-walk-said]");
    if (said) said.textContent = words;
  }

  async begin(): Promise<void> {
    this.#root.querySelector("[data-walk-plain]")?.remove();
    const kinds = this.#root.querySelector<HTMLFormElement>("[data-walk-kinds]");
    kinds?.querySelector("button")?.remove();
    kinds?.querySelector("select")?.addEventListener("change", () => kinds.requestSubmit());
    window.addEventListener("online", () => void this.#send());
    window.setInterval(() => void this.#send(), RETRY_MS);
    this.#waiting = await this.#queue.all();
    this.#say(this.#t("walk-locating"));
    this.#watch();
    await this.#fetch();
    void this.#send();
  }

  /** Follows the device. */
  #watch(): void {
    if (!("geolocation" in navigator)) {
      this.#say(this.#t("walk-no-position"));
      return;
    }
    let known = false;
    navigator.geolocation.watchPosition(
      ({ coords }) => {
        this.#here = { position: [coords.longitude, coords.latitude], accuracy_m: coords.accuracy };
        this.#say(this.#t("walk-accuracy", { n: Math.round(coords.accuracy) }));
        if (!known) {
          known = true;
          this.#current = null;
          void this.#fetch();
        }
        this.#showPlace();
      },
      () => {
        if (!known) this.#say(this.#t("walk-no-position"));
      },
      { enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000 },
    );
  }

  /** Takes the nearest things along. */
  async #fetch(): Promise<void> {
    const query = new URLSearchParams();
    if (this.#here) query.set("at", this.#here.position.map((degrees) => degrees.toFixed(6)).join(","));
    const kind = this.#root.querySelector<HTMLSelectElement>("[data-walk-kinds] select")?.value;
    if (kind) query.set("kind", kind);
    query.set("lang", document.documentElement.lang);
    try {
      const answer = await fetch(`/api/desk/walk?${query}`, { headers: { accept: "application/json" } });
      if (answer.status === 401) this.#signed_out = true;
      if (!answer.ok) throw new Error(String(answer.status));
      const { things, today }: { things: Thing[]; today: number } = await answer.json();
      this.#things = things;
      this.#today = today + this.#waiting.filter(({ outcome, refused }) => outcome && !refused).length;
    } catch {
      this.#say(this.#t("walk-load-failed"));
    }
    this.#show();
  }

  #left(): Thing[] {
    const waiting = new Set(this.#waiting.filter(({ outcome }) => outcome).map(({ asset }) => asset));
    const left = this.#things.filter(({ id }) => !this.#done.has(id) && !waiting.has(id));
    const fresh = left.filter(({ id }) => !this.#passed.has(id));
    return fresh;
  }

  /** Draws everything anew. */
  #show(): void {
    const left = this.#left();
    if (!this.#current || !left.includes(this.#current)) {
      this.#current = nearest(left, this.#here?.position ?? null);
      this.#note = "";
      this.#asking = null;
    }
    const counted = this.#root.querySelector("[data-walk-today]");
    if (counted) counted.textContent = this.#t("walk-counted", { n: this.#today });
    this.#live.replaceChildren(this.#current ? this.#card(this.#current) : this.#nothing(), this.#queueBox());
    this.#showPlace();
  }

  #nothing(): HTMLElement {
    return el(
      "div",
      { class: "empty", role: "status" },
      icon("check", this.#config.sprite),
      el(
        "div",
        {},
        el("h2", { class: "empty__title" }, this.#t("walk-none")),
        el("p", {}, this.#t("walk-none-hint")),
      ),
    );
  }

  #card(thing: Thing): HTMLElement {
    const sign = svg(
      "svg",
      { class: "kind-sign", viewBox: "0 0 28 28", "aria-hidden": "true", focusable: "false" },
      svg("circle", { cx: "14", cy: "14", r: "14", fill: thing.colour }),
      svg("use", {
        href: `${this.#config.sprite}#${thing.icon}`,
        x: "5",
        y: "5",
        width: "18",
        height: "18",
        color: "#fff",
      }),
    );
    const note = el("input", {
      class: "govuk-input",
      id: "walk-note",
      maxlength: "1000",
      autocomplete: "off",
      value: this.#note,
    });
    note.addEventListener("input", () => {
      this.#note = note.value;
    });
    return el(
      "article",
      { class: "walk-card", "aria-labelledby": "walk-label" },
      el("p", { class: "card__kind" }, sign, `${thing.kind_title} · ${thing.number}`),
      el(
        "h2",
        { class: "walk-card__label", id: "walk-label" },
        el("a", { class: "govuk-link", href: `/desk/assets/${thing.id}` }, thing.label),
      ),
      el("div", { "data-walk-place": "" }),
      el(
        "dl",
        { class: "facts" },
        ...thing.facts.map(({ title, value, unit }) =>
          el(
            "div",
            { class: "facts__row" },
            el("dt", {}, title),
            el("dd", {}, unit ? `${value}\u00a0${unit}` : value),
          ),
        ),
      ),
      el("label", { class: "govuk-label", for: "walk-note" }, this.#t("walk-note")),
      note,
      this.#asking ? this.#confirm(thing, this.#asking) : this.#buttons(thing),
    );
  }

  #button(name: string, key: string, more: string, act: () => void): HTMLButtonElement {
    const made = el(
      "button",
      { class: `walk__button ${more}`, type: "button" },
      icon(name, this.#config.sprite),
      this.#t(key),
    );
    made.addEventListener("click", act);
    return made;
  }

  #buttons(thing: Thing): HTMLElement {
    const buttons = el("div", { class: "walk__buttons" });
    buttons.append(
      this.#button("check", "walk-seen", "walk__button--seen", () => void this.#report(thing, "seen", null)),
    );
    if (thing.writable && thing.movable) {
      buttons.append(this.#button("locate", "walk-moved", "", () => this.#askMoved(thing)));
    }
    if (thing.writable) {
      buttons.append(
        this.#button("close", "walk-gone", "", () => {
          this.#asking = { outcome: "gone", words: this.#t("walk-confirm-gone") };
          this.#show();
        }),
      );
    }
    buttons.append(this.#photo(thing));
    buttons.append(
      this.#button("next", "walk-skip", "", () => {
        this.#passed.add(thing.id);
        this.#next();
      }),
    );
    return buttons;
  }

  #photo(thing: Thing): HTMLElement {
    const file = el("input", {
      type: "file",
      accept: "image/*",
      capture: "environment",
      class: "govuk-visually-hidden",
      id: "walk-photo",
      tabindex: "-1",
      "aria-hidden": "true",
    });
    file.addEventListener("change", () => {
      const photo = file.files?.[0];
      if (photo) void this.#wait({ ...this.#about(thing), photo, photo_name: photo.name });
    });
    const button = this.#button("camera", "walk-photo", "", () => file.click());
    return el("div", { class: "walk__photo" }, button, file);
  }

  #askMoved(thing: Thing): void {
    const here = this.#here;
    if (!here) {
      this.#say(this.#t("walk-no-position"));
      return;
    }
    if (here.accuracy_m > VAGUEST_M) {
      this.#say(this.#t("walk-inaccurate", { n: Math.round(here.accuracy_m) }));
      return;
    }
    const away = distance_m(here.position, thing.point);
    if (away <= FAR_M) {
      void this.#report(thing, "moved", here.position);
      return;
    }
    this.#asking = { outcome: "moved", words: this.#t("walk-confirm-moved", { n: Math.round(away) }) };
    this.#show();
  }

  #confirm(thing: Thing, { outcome, words }: { outcome: Outcome; words: string }): HTMLElement {
    const yes = this.#button("check", "walk-yes", "", () => {
      const position = this.#here?.position ?? null;
      void this.#report(thing, outcome, position);
    });
    const no = this.#button("close", "walk-no", "", () => {
      this.#asking = null;
      this.#show();
    });
    return el(
      "div",
      { class: "walk__confirm", role: "group", "aria-label": words },
      el("p", {}, words),
      el("div", { class: "walk__buttons" }, yes, no),
    );
  }

  /** Distance, arrow and sketch of the thing that is shown; changes with each step. */
  #showPlace(): void {
    const place = this.#live.querySelector("[data-walk-place]");
    const thing = this.#current;
    if (!place || !thing) return;
    const here = this.#here;
    const parts: Node[] = [];
    if (here) {
      const away = distance_m(here.position, thing.point);
      const turned = bearing(here.position, thing.point);
      const arrow = svg(
        "svg",
        { class: "walk-card__arrow", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
        svg("path", {
          d: "M12 2l7 19-7-4-7 4z",
          fill: "currentColor",
          transform: `rotate(${turned.toFixed(0)} 12 12)`,
        }),
      );
      parts.push(el("p", { class: "walk-card__away" }, arrow, this.#t("walk-away", { n: Math.round(away) })));
    }
    parts.push(sketch(thing, this.#things, here, this.#t("walk-sketch")));
    place.replaceChildren(...parts);
  }

  #about(thing: Thing): Waiting {
    return {
      report: crypto.randomUUID(),
      owner: this.#config.owner,
      asset: thing.id,
      label: thing.label,
      at: new Date().toISOString(),
    };
  }

  async #report(thing: Thing, outcome: Outcome, position: Position | null): Promise<void> {
    const where = position ?? this.#here?.position ?? null;
    await this.#wait({
      ...this.#about(thing),
      outcome,
      rev: thing.rev,
      position: where,
      note: this.#note.trim(),
    });
    this.#today += 1;
    this.#say(this.#t("walk-noted"));
    this.#next();
  }

  async #wait(waiting: Waiting): Promise<void> {
    this.#waiting.push(waiting);
    await this.#queue.put(waiting);
    window.setTimeout(() => void this.#send(), SECOND_THOUGHTS_MS + 100);
    this.#show();
  }

  #next(): void {
    this.#current = null;
    this.#show();
    this.#live.querySelector<HTMLElement>(".walk__button--seen")?.focus({ preventScroll: true });
    if (this.#left().length < FEW) void this.#fetch();
  }

  /** Sends what waits and is old enough. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (const waiting of [...this.#waiting]) {
        const young = Date.now() - Date.parse(waiting.at) < SECOND_THOUGHTS_MS;
        if (young || waiting.refused) continue;
        const sent = await send(waiting);
        if (sent === "later") break;
        this.#signed_out = sent === "signed-out";
        if (this.#signed_out) break;
        if (typeof sent === "object") {
          waiting.refused = sent.refused;
          if (sent.clash) waiting.clash = sent.clash;
          await this.#queue.put(waiting);
        } else {
          await this.#drop(waiting);
          if (waiting.outcome) this.#done.add(waiting.asset);
        }
      }
    } finally {
      this.#sending = false;
    }
    this.#live.querySelector("[data-walk-queue]")?.replaceWith(this.#queueBox());
  }

  async #drop(waiting: Waiting): Promise<void> {
    this.#waiting = this.#waiting.filter((one) => one !== waiting);
    await this.#queue.drop(waiting.report);
  }

  /** What waits, what was refused, and the way back from a slip. */
  #queueBox(): HTMLElement {
    const box = el("div", { "data-walk-queue": "" });
    const still = this.#waiting.filter(({ refused }) => !refused);
    const last = still.at(-1);
    if (still.length > 0) {
      const words = el("p", {}, this.#t("walk-waiting", { n: still.length }));
      const inner = el("div", { class: "walk__queue" }, words);
      if (last) {
        const back = el("button", { class: "link-button", type: "button" }, this.#t("walk-undo-last"));
        back.addEventListener("click", async () => {
          await this.#drop(last);
          if (last.outcome) this.#today -= 1;
          this.#current = this.#things.find(({ id }) => id === last.asset) ?? null;
          this.#show();
        });
        inner.append(back);
      }
      box.append(inner);
    }
    if (this.#signed_out) {
      const here = encodeURIComponent(location.pathname + location.search);
      const link = el("a", { class: "govuk-link", href: `/sign-in?next=${here}` }, this.#t("walk-sign-in"));
      box.append(
        el("div", { class: "walk__queue", role: "alert" }, el("p", {}, this.#t("walk-expired")), link),
      );
    }
    for (const refused of this.#waiting.filter(({ refused }) => refused)) {
      const { label, asset, clash } = refused;
      const words = clash
        ? this.#t("walk-clash", { label, who: clash.who, when: this.#moment(clash.when) })
        : this.#t("walk-refused", { label, why: refused.refused ?? "" });
      const page = el(
        "a",
        { class: "govuk-link", href: `/desk/assets/${asset}` },
        this.#t("walk-look", { label }),
      );
      const drop = el("button", { class: "link-button", type: "button" }, this.#t("walk-drop"));
      drop.addEventListener("click", async () => {
        await this.#drop(refused);
        this.#show();
      });
      box.append(el("div", { class: "walk__queue", role: "alert" }, el("p", {}, words), page, " ", drop));
    }
    return box;
  }

  #moment(at: string): string {
    const form = new Intl.DateTimeFormat(this.#config.lang, { dateStyle: "medium", timeStyle: "short" });
    return form.format(new Date(at));
  }
}

const root = document.querySelector<HTMLElement>("[data-walk]");
const live = root?.querySelector<HTMLElement>("[data-walk-live]");
const written = document.getElementById("walk-config")?.textContent;
if (root && live && written) void new Walk(root, live, JSON.parse(written)).begin();

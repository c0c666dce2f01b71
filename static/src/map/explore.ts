// The map page: layers that switch, a card, a table of what is in sight, an address to share.
import { el, icon } from "../lib/dom";
import { text } from "../lib/text";
import { formatState, type MapState, parseState } from "../lib/view_state";
import { type Hit, TownMap } from "./adapter";
import { askCard, askInSight, type Card, type InSight } from "./api";
import type { Kind, MapConfig } from "./config";
import { kindSign } from "./kind_sign";

/** How long the map must rest before the table asks again. */
const REST_MS = 350;

type PanelName = "layers" | "list" | "conditions" | "card";

/** Finds a part of the page that the template promises. */
function part<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as E;
}

/** Brings the map page to life. */
export async function explore(element: HTMLElement, config: MapConfig): Promise<void> {
  const said = parseState(location.search, location.hash);
  const page = new ExplorePage(config, said);
  await page.start(element);
}

class ExplorePage {
  readonly #config: MapConfig;
  readonly #kinds: Map<string, Kind>;
  readonly #shown: Set<string>;
  #at: string | null;
  #first: MapState;
  #map: TownMap | null = null;
  #element: HTMLElement | null = null;
  #asked: AbortController | null = null;
  #timer = 0;
  /** Counts what was last asked of the card, so that a late answer opens nothing. */
  #turn = 0;
  /** What had the focus before a panel opened, to give it back. */
  #before: HTMLElement | null = null;

  constructor(config: MapConfig, said: MapState) {
    this.#config = config;
    this.#kinds = new Map(config.kinds.map((kind) => [kind.slug, kind]));
    const known = said.layers?.filter((slug) => this.#kinds.has(slug));
    this.#shown = new Set(known ?? config.layers);
    this.#at = said.at;
    this.#first = said;
  }

  #say(key: string, values: Record<string, string | number> = {}): string {
    return text(this.#config.texts, key, values);
  }

  async start(element: HTMLElement): Promise<void> {
    this.#listenToLayers();
    this.#listenToPanels();
    const map = await TownMap.create(element, this.#config, {
      label: this.#say("js-map-label"),
      view: this.#first.view,
      yields: false,
    });
    this.#map = map;
    this.#element = element;
    map.addLocator();
    map.addKinds(this.#config.kinds, [...this.#shown]);
    map.onPick((hit) => this.#picked(hit));
    map.onRest(() => this.#rested());
    addEventListener("hashchange", () => {
      const { view } = parseState("", location.hash);
      if (view) map.jump(view);
    });
    this.#rested();
    if (part("conditions").querySelector(".govuk-error-message")) this.#show("conditions", null);
    if (this.#at) await this.#open(this.#at, false);
  }

  #listenToLayers(): void {
    for (const box of part("layers").querySelectorAll<HTMLInputElement>("input[type=checkbox]")) {
      box.checked = this.#shown.has(box.value);
      box.addEventListener("change", () => {
        if (box.checked) this.#shown.add(box.value);
        else this.#shown.delete(box.value);
        this.#map?.showKind(box.value, box.checked);
        this.#remember();
        this.#askTable();
      });
    }
  }

  #listenToPanels(): void {
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-opens]")) {
      button.addEventListener("click", () => {
        const name = button.dataset.opens as PanelName;
        const open = button.getAttribute("aria-expanded") === "true";
        if (open) this.#close(name);
        else this.#show(name, button);
      });
    }
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-closes]")) {
      button.addEventListener("click", () => this.#close(button.dataset.closes as PanelName));
    }
    part("explore").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const open = (["card", "list", "conditions", "layers"] as const).find((name) =>
        part(name).classList.contains("is-open"),
      );
      if (open) this.#close(open);
    });
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-share]")) {
      button.addEventListener("click", () => void this.#share());
    }
  }

  #show(name: PanelName, opener: HTMLElement | null): void {
    this.#before = opener ?? this.#before;
    for (const other of ["layers", "list", "conditions", "card"] as const) {
      part(other).classList.toggle("is-open", other === name);
      document
        .querySelector(`[data-opens="${other}"]`)
        ?.setAttribute("aria-expanded", String(other === name));
    }
    part(`${name}-title`).focus();
  }

  #close(name: PanelName): void {
    part(name).classList.remove("is-open");
    document.querySelector(`[data-opens="${name}"]`)?.setAttribute("aria-expanded", "false");
    if (name === "card") {
      this.#turn += 1;
      this.#at = null;
      this.#map?.ring(null);
      this.#remember();
    }
    const back = this.#before?.isConnected
      ? this.#before
      : document.querySelector<HTMLElement>(".maplibregl-canvas");
    back?.focus();
    this.#before = null;
  }

  #picked(hit: Hit | null): void {
    if (!hit) return;
    if (hit.count > 1 || !hit.id) {
      this.#map?.approach(hit.position);
      return;
    }
    this.#before = document.querySelector<HTMLElement>(".maplibregl-canvas");
    void this.#open(hit.id, true);
  }

  #rested(): void {
    this.#remember();
    // The filter asks what is in view, and knows nothing of the map.
    if (this.#map && this.#element) this.#element.dataset.bounds = this.#map.bounds().join(",");
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#askTable(), REST_MS);
  }

  /** Writes the state into the address, so that it can be shared and reloaded. */
  #remember(): void {
    if (!this.#map) return;
    const layers = this.#config.kinds.map(({ slug }) => slug).filter((slug) => this.#shown.has(slug));
    const state: MapState = { view: this.#map.view(), layers, at: this.#at };
    history.replaceState(null, "", `${location.pathname}${formatState(location.search, state)}`);
  }

  #askTable(): void {
    if (!this.#map) return;
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    const kinds = [...this.#shown];
    if (kinds.length === 0) {
      this.#fillTable([], 0);
      return;
    }
    part("list").setAttribute("aria-busy", "true");
    const { lang, as_of, filter } = this.#config;
    askInSight(kinds, this.#map.bounds(), lang, as_of, filter, asked.signal)
      .then(({ items, matched }) => this.#fillTable(items, matched))
      .catch((failure: unknown) => {
        if (failure instanceof DOMException && failure.name === "AbortError") return;
        part("sight-note").textContent = this.#say("js-list-failed");
      })
      .finally(() => {
        if (this.#asked === asked) part("list").removeAttribute("aria-busy");
      });
  }

  #fillTable(items: readonly InSight[], matched: number): void {
    const note =
      matched === 0
        ? this.#say(this.#shown.size === 0 ? "js-no-layers" : "js-nothing-in-sight")
        : matched > items.length
          ? this.#say("js-in-sight-part", { shown: items.length, n: matched })
          : this.#say("js-in-sight", { n: matched });
    const place = part("sight-note");
    if (place.textContent !== note) place.textContent = note;
    part("sight-table").hidden = items.length === 0;
    part("sight-rows").replaceChildren(...items.map((item) => this.#row(item)));
  }

  #row(item: InSight): HTMLTableRowElement {
    const kind = this.#kinds.get(item.kind);
    const name = item.label || `${item.kind_title} ${item.number}`;
    const open = el("button", { type: "button", class: "sight__open" }, name);
    open.addEventListener("click", () => {
      this.#before = open;
      void this.#open(item.id, true);
    });
    return el(
      "tr",
      {},
      el(
        "td",
        {},
        el(
          "span",
          { class: "sight__kind" },
          kind ? kindSign(kind, this.#config.sprite) : null,
          item.kind_title,
        ),
      ),
      el("td", {}, open, item.summary ? el("div", {}, item.summary) : null),
    );
  }

  async #open(id: string, by_hand: boolean): Promise<void> {
    const body = part("card-body");
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const card = await askCard(id, this.#config.lang);
      if (turn !== this.#turn) return;
      this.#at = card.id;
      part("card-title").textContent = card.label;
      body.replaceChildren(...this.#cardParts(card));
      this.#map?.ring(card.geometry);
      this.#map?.reveal(card.geometry);
      this.#remember();
    } catch {
      if (turn !== this.#turn) return;
      part("card-title").textContent = this.#say("js-card-failed-title");
      body.replaceChildren(el("p", {}, this.#say("js-card-failed")));
    }
    const before = this.#before;
    this.#show("card", before);
    if (!by_hand) part("card-title").blur();
  }

  #cardParts(card: Card): Node[] {
    const kind = this.#kinds.get(card.kind);
    const facts = card.attributes.map(({ title, value, unit }) =>
      el(
        "div",
        { class: "facts__row" },
        el("dt", {}, title),
        el("dd", {}, unit ? `${value}\u00a0${unit}` : value),
      ),
    );
    const all = `/assets/${encodeURIComponent(card.id)}`;
    const [photo] = card.photos;
    const alt = photo?.caption ?? this.#say("js-card-photo", { label: card.label });
    const links: [string, string][] = [[all, this.#say("js-card-all")]];
    if (card.kind === "graves") links.unshift([card.url, this.#say("js-card-grave")]);
    links.push([`/write?asset=${encodeURIComponent(card.id)}`, this.#say("js-card-write")]);
    return [
      el(
        "p",
        { class: "card__kind" },
        kind ? kindSign(kind, this.#config.sprite) : null,
        card.part_of?.label ? `${card.kind_title} · ${card.part_of.label}` : card.kind_title,
      ),
      ...(photo ? [el("a", { class: "card__photo", href: all }, el("img", { src: photo.small, alt }))] : []),
      facts.length > 0 ? el("dl", { class: "facts" }, ...facts) : el("p", {}, this.#say("js-card-no-facts")),
      el(
        "ul",
        { class: "card__links" },
        ...links.map(([href, words]) => el("li", {}, el("a", { class: "govuk-link", href }, words))),
      ),
      el("p", { class: "card__source" }, this.#say("js-card-source", { source: this.#sourceOf(card) })),
    ];
  }

  #sourceOf({ source, licence }: Card): string {
    if (source === "demo") return this.#say("js-source-demo");
    return [licence.attribution || source, licence.name].filter((part) => part !== "").join(", ");
  }

  async #share(): Promise<void> {
    this.#remember();
    const said = part("map-said");
    try {
      await navigator.clipboard.writeText(location.href);
      said.replaceChildren(icon("check", this.#config.sprite), ` ${this.#say("js-copied")}`);
    } catch {
      const field = el("input", {
        class: "govuk-input",
        readonly: "",
        "aria-label": this.#say("js-copy-this"),
      });
      field.value = location.href;
      said.replaceChildren(`${this.#say("js-copy-this")} `, field);
      field.focus();
      field.select();
    }
    window.setTimeout(() => said.replaceChildren(), 8000);
  }
}

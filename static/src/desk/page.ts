// Puts the editor together: state, map, tools, form, table, draft.
import type { Bounds } from "../lib/geo";
import { formatState, parseState } from "../lib/view_state";
import type { MapConfig } from "../map/config";
import { DeskApi } from "./api";
import { Deeds } from "./deeds";
import { Desk } from "./desk";
import { offerDrafts } from "./dialogs/drafts";
import { openFilter } from "./dialogs/filter";
import { openHelp, openLog } from "./dialogs/help";
import { openLayers } from "./dialogs/layers";
import { openRow } from "./dialogs/row";
import { NO_KEEPER, openKeeper } from "./draft/kept";
import { DraftSession } from "./draft/session";
import { DraftDesk } from "./draft_desk";
import { FormPanel } from "./form/panel";
import { boxOf } from "./geometry/cached";
import { Gps } from "./gps";
import { listenToKeys } from "./keys";
import { buildLayout, type Layout } from "./layout";
import { EditMap } from "./map_view";
import type { DeskKind } from "./model/kind";
import type { Position } from "./model/types";
import { Sight } from "./sight";
import { TablePanel } from "./table/panel";
import type { ToolName } from "./tools/tool";
import { Workbench } from "./tools/workbench";
import { type Say, sayFrom } from "./words";

const TOOLS: ReadonlySet<string> = new Set<ToolName>([
  "select",
  "add",
  "move",
  "reshape",
  "split",
  "hole",
  "part",
  "row",
]);

/** How long a message stays on the map. */
const SAID_MS = 8000;

/** Brings the editor's page to life. */
export async function startEditor(root: HTMLElement, config: MapConfig): Promise<void> {
  const say = sayFrom(config.texts);
  const api = new DeskApi(config.lang);
  const kinds = await api.kinds();
  const said = parseState(location.search, location.hash);
  const desk = new Desk(api, say, kinds, said.layers ?? firstLayers(config, kinds));
  const layout = buildLayout(root, say, config.sprite);
  const map = await EditMap.create(layout.map, config, kinds, said.view, say("editor-map-label"));
  const keeper = await openKeeper().catch(() => NO_KEEPER);
  await new EditorPage({ root, config, desk, layout, map, say }).start(keeper);
}

function firstLayers(config: MapConfig, kinds: readonly DeskKind[]): string[] {
  if (config.layers.length > 0) return config.layers;
  return kinds.filter(({ writable }) => writable).map(({ slug }) => slug);
}

interface Parts {
  root: HTMLElement;
  config: MapConfig;
  desk: Desk;
  layout: Layout;
  map: EditMap;
  say: Say;
}

class EditorPage {
  readonly #parts: Parts;
  readonly #bench: Workbench;
  readonly #form: FormPanel;
  readonly #table: TablePanel;
  readonly #gps: Gps;
  readonly #deeds: Deeds;
  readonly #drafts: DraftDesk;
  #saying = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { desk, map, layout, config } = parts;
    this.#bench = new Workbench(desk, map, layout, (along) => openRow(this.#bench, config.sprite, along));
    const go_to = (ids: readonly string[]): void => this.#goTo(ids);
    this.#form = new FormPanel(desk, layout.form, config.sprite, go_to);
    this.#table = new TablePanel(desk, layout.table, config.sprite, go_to, () => this.#showTable(false));
    const { root, say } = parts;
    this.#deeds = new Deeds({ desk, map, bench: this.#bench, say, sprite: config.sprite });
    this.#drafts = new DraftDesk({
      desk,
      root,
      layout,
      map,
      bench: this.#bench,
      form: this.#form,
      say,
      sprite: config.sprite,
      goTo: go_to,
      showForm: () => this.#showForm(true),
    });
    this.#gps = new Gps(desk, this.#bench, layout.gps);
    this.#gps.onWatch = (on) => layout.tools.get("gps")?.setAttribute("aria-pressed", String(on));
    new Sight(desk, map);
  }

  async start(keeper: Parameters<typeof this.begin>[0]): Promise<void> {
    this.#listen();
    await this.begin(keeper);
  }

  #listen(): void {
    const { desk, map, layout, root } = this.#parts;
    for (const [name, made] of layout.tools) made.addEventListener("click", () => this.#press(name));
    layout.undo.addEventListener("click", () => this.#undo());
    layout.redo.addEventListener("click", () => this.#redo());
    for (const name of ["log", "layers", "help"] as const) {
      layout[name].addEventListener("click", () => this.#press(name));
    }
    layout.status.addEventListener("click", () => this.#press("draft"));
    layout.submit.addEventListener("click", () => this.#drafts.openSubmit());
    layout.table_button.addEventListener("click", () => this.#press("table"));
    layout.form_button.addEventListener("click", () => this.#press("form"));
    layout.form_close.addEventListener("click", () => this.#showForm(false));
    listenToKeys(root, this.#bench, {
      undo: () => this.#undo(),
      redo: () => this.#redo(),
      copy: () => this.#deeds.copy(),
      paste: () => this.#deeds.place(),
      nudge: (event) => this.#deeds.nudge(event),
      press: (name) => this.#press(name),
    });
    this.#bench.onTool = (name) => {
      for (const [one, made] of layout.tools) {
        if (TOOLS.has(one)) made.setAttribute("aria-pressed", String(one === name));
      }
      root.dataset.using = name;
    };
    this.#bench.use("select");
    desk.on("said", () => this.#say());
    desk.on("document", () => this.#showLog());
    desk.on("shown", () => this.#remember());
    desk.on("selection", () => {
      root.dataset.selected = String(desk.selection.length);
    });
    map.onRest(() => this.#rested());
    this.#showLog();
  }

  /** Says it for a while; what the hint says already is only spoken. */
  #say(): void {
    const { desk, layout } = this.#parts;
    layout.said.textContent = desk.said;
    layout.said.classList.toggle("govuk-visually-hidden", desk.said === this.#bench.tool.hint());
    window.clearTimeout(this.#saying);
    this.#saying = window.setTimeout(() => layout.said.replaceChildren(), SAID_MS);
  }

  #rested(): void {
    const { desk, map, root } = this.#parts;
    this.#remember();
    root.dataset.loading = "true";
    void desk.moveTo(map.bounds(), map.view().zoom).finally(() => {
      root.dataset.loading = "false";
    });
  }

  /** Writes place and layers into the address, so that a reload comes back to them. */
  #remember(): void {
    const { desk, map } = this.#parts;
    const query = new URLSearchParams(location.search);
    for (const name of ["assets", "place"]) query.delete(name);
    const state = { view: map.view(), layers: [...desk.shown], at: null };
    history.replaceState(null, "", `${location.pathname}${formatState(query.toString(), state)}`);
  }

  /** Opens the draft that the address names, or asks which; then shows what it names. */
  async begin(keeper: ConstructorParameters<typeof DraftSession>[0]["keeper"]): Promise<void> {
    const { desk, root, config, say } = this.#parts;
    const query = new URLSearchParams(location.search);
    const wanted = [query.get("at") ?? "", ...(query.get("assets") ?? "").split(",")].filter(
      (id) => id !== "",
    );
    const named_view = location.hash !== "";
    const session = new DraftSession({
      desk,
      api: desk.api,
      keeper,
      owner: root.dataset.owner ?? "",
      status: (status) => this.#drafts.showStatus(status),
      clash: (theirs) => this.#drafts.clash(theirs),
    });
    this.#drafts.session = session;
    this.#rested();
    const asked = query.get("draft");
    if (asked) {
      if (!(await session.take(asked))) desk.announce(say("editor-draft-gone"));
    }
    root.dataset.ready = "true";
    if (!asked) {
      const drafts = await session.open();
      const chosen = drafts.length > 0 ? await offerDrafts(desk, config.sprite, drafts) : null;
      if (chosen !== null && !(await session.take(chosen))) desk.announce(say("editor-draft-gone"));
      if (chosen !== null && !named_view) this.#goTo([...desk.document.edited.keys()]);
    }
    if (wanted.length > 0) {
      const there = await desk.ensure(wanted);
      for (const id of there) {
        const kind = desk.thing(id)?.kind;
        if (kind !== undefined && !desk.shown.has(kind)) desk.show(kind, true);
      }
      desk.select(there);
      const place = placeOf(query.get("place"));
      if (place) this.#deeds.moveTo(place);
      if (!named_view) this.#goTo(there);
      if (there.length < wanted.length)
        desk.announce(say("editor-some-gone", { n: wanted.length - there.length }));
    }
  }

  #undo(): void {
    this.#form.settle();
    this.#parts.desk.undo();
  }

  #redo(): void {
    this.#form.settle();
    this.#parts.desk.redo();
  }

  #showLog(): void {
    const { desk, layout, root, say } = this.#parts;
    const { gestures, cursor } = desk.document;
    layout.undo.setAttribute("aria-disabled", String(cursor === 0));
    layout.redo.setAttribute("aria-disabled", String(cursor === gestures.length));
    const next = gestures[cursor - 1];
    layout.undo.title = next ? `${say("editor-undo")}: ${next.label} (Ctrl+Z)` : "Ctrl+Z";
    root.dataset.cursor = String(cursor);
  }

  #goTo(ids: readonly string[]): void {
    const { desk, map } = this.#parts;
    const boxes = ids.flatMap((id) => {
      const geometry = desk.thing(id)?.state.geometry ?? desk.document.edited.get(id)?.origin?.geometry;
      return geometry ? [boxOf(geometry)] : [];
    });
    const [first] = boxes;
    if (!first) return;
    const all = boxes.reduce(
      (box: Bounds, [w, s, e, n]): Bounds => [
        Math.min(box[0], w),
        Math.min(box[1], s),
        Math.max(box[2], e),
        Math.max(box[3], n),
      ],
      first,
    );
    map.fit(all);
  }

  /** Does what a button or its key asks for. */
  #press(name: string): void {
    const { desk, config } = this.#parts;
    this.#form.settle();
    if (TOOLS.has(name)) {
      this.#bench.use(name as ToolName);
      return;
    }
    const acts: Readonly<Record<string, () => void>> = {
      filter: () => openFilter(desk, config.sprite, (ids) => this.#found(ids)),
      join: () => this.#deeds.join(),
      copy: () => {
        this.#deeds.copy();
        this.#deeds.place();
      },
      delete: () => this.#deeds.delete(),
      coordinates: () => this.#deeds.coordinates(),
      gps: () => this.#gps.toggle(),
      layers: () => openLayers(desk, config.sprite),
      table: () => this.#showTable(this.#parts.layout.table.hidden !== false),
      form: () => this.#showForm(true),
      help: () => openHelp(desk, config.sprite),
      log: () => openLog(desk, config.sprite),
      draft: () => this.#drafts.openDraft(),
    };
    acts[name]?.();
  }

  #found(ids: string[]): void {
    const { desk, say } = this.#parts;
    desk.select(ids);
    this.#goTo(ids);
    desk.announce(say("editor-selected", { what: desk.named(ids) }));
  }

  #showTable(open: boolean): void {
    const { layout, map, root } = this.#parts;
    layout.table.hidden = !open;
    layout.table_button.setAttribute("aria-expanded", String(open));
    root.classList.toggle("has-table", open);
    map.resize();
    if (open) this.#table.open();
    else layout.table_button.focus();
  }

  /** On a narrow screen the form comes up from below; on a desk it is always there. */
  #showForm(open: boolean): void {
    const { layout, root } = this.#parts;
    root.classList.toggle("has-form", open);
    layout.form_button.setAttribute("aria-expanded", String(open));
    if (open) this.#form.focus();
    else layout.form_button.focus();
  }
}

/** Reads `lon,lat` of the address, as a photo's page links to the place where it was taken. */
function placeOf(written: string | null): Position | null {
  const [lon, lat] = (written ?? "").split(",").map(Number);
  const sound = lon !== undefined && lat !== undefined && Math.abs(lon) <= 180 && Math.abs(lat) <= 85;
  return sound && written !== null && written !== "" ? [lon, lat] : null;
}

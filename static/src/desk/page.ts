// Puts the editor together: state, map, tools, form, table, draft.
import { el } from "../lib/dom";
import type { Bounds } from "../lib/geo";
import { formatState, parseState } from "../lib/view_state";
import type { MapConfig } from "../map/config";
import { kindSign } from "../map/kind_sign";
import { DeskApi, type Submitted } from "./api";
import { Desk } from "./desk";
import { openCoordinates } from "./dialogs/coordinates";
import { button, type Opened, openDialog } from "./dialogs/dialog";
import { offerDrafts, openDraftClash, openGiveUp, openSignedOut } from "./dialogs/drafts";
import { openFilter } from "./dialogs/filter";
import { openHelp, openLog } from "./dialogs/help";
import { openRow } from "./dialogs/row";
import { SubmitDialog } from "./dialogs/submit";
import { NO_KEEPER, openKeeper } from "./draft/kept";
import { DraftSession } from "./draft/session";
import type { SyncStatus } from "./draft/sync";
import { FormPanel } from "./form/panel";
import { boxOf, shapeOf } from "./geometry/cached";
import { join } from "./geometry/join";
import { fromShape, vertices } from "./geometry/shape";
import { Gps } from "./gps";
import { listenToKeys } from "./keys";
import { buildLayout, type Layout, layerList } from "./layout";
import { EditMap } from "./map_view";
import { joined, move, remove, reshape } from "./model/actions";
import type { Thing } from "./model/document";
import type { DeskKind } from "./model/kind";
import type { Draft, Position } from "./model/types";
import { Sight } from "./sight";
import { TablePanel } from "./table/panel";
import { AddTool, addThing, dimensionsOf } from "./tools/add";
import { nudgeOf, ReshapeTool } from "./tools/reshape";
import type { ToolName } from "./tools/tool";
import { Workbench } from "./tools/workbench";
import { type Say, sayFrom, shownTime } from "./words";

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
  #session: DraftSession | null = null;
  #signed_out: Opened | null = null;
  #copied: readonly Thing[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    const { desk, map, layout, config } = parts;
    this.#bench = new Workbench(desk, map, layout, (along) => openRow(this.#bench, config.sprite, along));
    const go_to = (ids: readonly string[]): void => this.#goTo(ids);
    this.#form = new FormPanel(desk, layout.form, config.sprite, go_to);
    this.#table = new TablePanel(desk, layout.table, config.sprite, go_to, () => this.#showTable(false));
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
    layout.submit.addEventListener("click", () => this.#openSubmit());
    layout.table_button.addEventListener("click", () => this.#press("table"));
    layout.form_button.addEventListener("click", () => this.#press("form"));
    layout.form_close.addEventListener("click", () => this.#showForm(false));
    listenToKeys(root, this.#bench, {
      undo: () => this.#undo(),
      redo: () => this.#redo(),
      copy: () => this.#copy(),
      paste: () => this.#place(),
      nudge: (event) => this.#nudge(event),
      press: (name) => this.#press(name),
    });
    this.#bench.onTool = (name) => {
      for (const [one, made] of layout.tools) {
        if (TOOLS.has(one)) made.setAttribute("aria-pressed", String(one === name));
      }
      root.dataset.tool = name;
    };
    this.#bench.use("select");
    desk.on("said", () => {
      layout.said.textContent = desk.said;
    });
    desk.on("document", () => this.#showLog());
    desk.on("shown", () => this.#remember());
    desk.on("selection", () => {
      root.dataset.selected = String(desk.selection.length);
    });
    map.onRest(() => this.#rested());
    this.#showLog();
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
    query.delete("assets");
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
      status: (status) => this.#showStatus(status),
      clash: (theirs: Draft) => this.#draftClash(theirs),
    });
    this.#session = session;
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
      if (!named_view) this.#goTo(there);
      if (there.length < wanted.length)
        desk.announce(say("editor-some-gone", { n: wanted.length - there.length }));
    }
  }

  #draftClash(theirs: Draft): void {
    const { desk, config } = this.#parts;
    if (this.#session) openDraftClash(desk, config.sprite, this.#session, theirs);
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

  #showStatus({ state, version, saved_at, detail }: SyncStatus): void {
    const { layout, root, desk, say, config } = this.#parts;
    const words: Record<SyncStatus["state"], string> = {
      empty: say("editor-draft-empty"),
      saved: say("editor-draft-saved", { time: saved_at ? shownTime(saved_at, desk.lang) : "" }),
      saving: say("editor-draft-saving"),
      offline: say("editor-draft-offline"),
      "signed-out": say("editor-draft-signed-out"),
      clash: say("editor-two-windows-title"),
      refused: say("editor-draft-refused", { why: detail }),
    };
    layout.status.textContent = words[state];
    layout.status.dataset.state = state;
    root.dataset.sync = state;
    if (state === "saved" || state === "empty") root.dataset.saved = String(version);
    else delete root.dataset.saved;
    if (state === "signed-out" && !this.#signed_out) {
      this.#signed_out = openSignedOut(desk, config.sprite, () => this.#session?.sync.push());
    } else if (state === "saved" && this.#signed_out) {
      this.#signed_out.close();
      this.#signed_out = null;
    }
    if (state === "refused" || state === "offline") desk.announce(words[state]);
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

  #nudge(event: KeyboardEvent): boolean {
    const { desk, say } = this.#parts;
    const by = nudgeOf(event);
    if (!by || desk.selection.length === 0) return by !== null;
    const label = say("editor-did-move", { what: desk.named(desk.selection) });
    desk.act(label, move(desk.document, desk.selection, by), `nudge:${desk.selection.join()}`);
    return true;
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
      join: () => this.#join(),
      copy: () => {
        this.#copy();
        this.#place();
      },
      delete: () => this.#delete(),
      coordinates: () => this.#coordinates(),
      gps: () => this.#gps.toggle(),
      layers: () => this.#openLayers(),
      table: () => this.#showTable(this.#parts.layout.table.hidden !== false),
      form: () => this.#showForm(true),
      help: () => openHelp(desk, config.sprite),
      log: () => openLog(desk, config.sprite),
      draft: () => this.#openDraft(),
    };
    acts[name]?.();
  }

  #found(ids: string[]): void {
    const { desk, say } = this.#parts;
    desk.select(ids);
    this.#goTo(ids);
    desk.announce(say("editor-selected", { what: desk.named(ids) }));
  }

  #nothingSelected(): boolean {
    const { desk, say } = this.#parts;
    if (desk.selection.length > 0) return false;
    desk.announce(say("editor-select-first"));
    return true;
  }

  #join(): void {
    const { desk, say } = this.#parts;
    const selected = desk.selected();
    if (selected.length < 2 || new Set(selected.map(({ kind }) => kind)).size > 1) {
      desk.announce(say("editor-join-choose"));
      return;
    }
    const shape = join(selected.map(({ state }) => shapeOf(state.geometry)));
    const geometry = shape && fromShape(shape);
    const [first] = selected;
    if (!geometry || !first) {
      desk.announce(say("editor-join-mixed"));
      return;
    }
    const ids = selected.map(({ id }) => id);
    const label = say("editor-did-join", { what: desk.nameOf(first), n: ids.length });
    if (desk.act(label, joined(desk.document, ids, geometry))) desk.select([first.id]);
  }

  #delete(): void {
    const { desk, say } = this.#parts;
    if (this.#nothingSelected()) return;
    const label = say("editor-did-remove", { what: desk.named(desk.selection) });
    if (desk.act(label, remove(desk.document, desk.selection))) desk.select([]);
  }

  #copy(): void {
    const { desk, say } = this.#parts;
    if (this.#nothingSelected()) return;
    this.#copied = desk.selected();
    desk.announce(say("editor-copied", { n: this.#copied.length }));
  }

  #place(): void {
    if (this.#copied.length > 0) this.#bench.use("place", this.#copied);
  }

  /** Exact coordinates of the chosen vertex, of the selected point, or of a new point. */
  #coordinates(): void {
    const { desk, config, say, map } = this.#parts;
    const { tool } = this.#bench;
    const vertex = tool instanceof ReshapeTool ? tool.vertex : null;
    const open = (title: string, present: Position | null, use: (place: Position) => void): void =>
      openCoordinates(desk, config.sprite, {
        title,
        present,
        use: (place) => {
          use(place);
          map.centre(place);
        },
      });
    if (tool instanceof ReshapeTool && vertex) {
      open(say("editor-coordinates-vertex"), vertex.place, (place) => tool.place(place));
      return;
    }
    const adding = tool instanceof AddTool ? tool.kind : null;
    if (adding && dimensionsOf(adding).includes(0)) {
      open(say("editor-coordinates-new", { what: adding.singular }), desk.centre(), (place) => {
        addThing(this.#bench, adding, { type: "Point", coordinates: place });
      });
      return;
    }
    const selected = desk.selected();
    const [only] = selected;
    const shape = only && shapeOf(only.state.geometry);
    const place = shape && vertices(shape)[0]?.position;
    if (only && place && selected.length === 1 && shape.dimension === 0) {
      open(desk.nameOf(only), place, (to) => {
        const label = say("editor-did-move", { what: desk.nameOf(only) });
        desk.act(label, reshape(desk.document, only.id, { type: "Point", coordinates: to }));
      });
    } else desk.announce(say("editor-coordinates-choose"));
  }

  #openLayers(): void {
    const { desk, config, say } = this.#parts;
    const kinds = [...desk.kinds.values()].map((kind) => ({
      slug: kind.slug,
      title: kind.title,
      sign: kindSign(kind, config.sprite),
    }));
    const opened = openDialog({
      name: "layers",
      title: say("editor-layers"),
      say,
      sprite: config.sprite,
      body: [layerList(kinds, desk.shown, (slug, on) => desk.show(slug, on))],
      buttons: [button(say("editor-close"), () => opened.close(), "first")],
    });
  }

  #openDraft(): void {
    const { desk, config, say, layout } = this.#parts;
    const session = this.#session;
    if (!session) return;
    const opened = openDialog({
      name: "draft",
      title: say("editor-draft-title"),
      say,
      sprite: config.sprite,
      body: [
        el("p", {}, layout.status.textContent ?? ""),
        el(
          "p",
          {},
          say("editor-draft-count", { done: desk.document.cursor, all: desk.document.gestures.length }),
        ),
      ],
      buttons: [
        button(say("editor-draft-retry"), () => session.sync.push(), "first"),
        button(
          say("editor-draft-new"),
          () => {
            opened.close();
            void session.begin(false);
          },
          "second",
          { "data-act": "draft-new" },
        ),
        button(
          say("editor-give-up"),
          () => {
            opened.close();
            openGiveUp(desk, config.sprite, () => session.giveUp());
          },
          "warning",
        ),
      ],
    });
  }

  #openSubmit(): void {
    const { desk, config } = this.#parts;
    this.#form.settle();
    if (!this.#session) return;
    new SubmitDialog({
      desk,
      session: this.#session,
      sprite: config.sprite,
      showFault: (fault) => {
        void desk.ensure([fault.asset]).then(() => {
          this.#goTo([fault.asset]);
          this.#showForm(true);
          this.#form.showFault(fault);
        });
      },
      goTo: (ids) => this.#goTo(ids),
      overlay: (drawn) => this.#bench.overlay(drawn),
      done: (submitted) => this.#submitted(submitted),
    });
  }

  async #submitted({ change_set, number, assets, removed }: Submitted): Promise<void> {
    const { desk, config, say, map } = this.#parts;
    await this.#session?.begin(true);
    desk.take(assets, removed);
    map.refreshTiles();
    void desk.load(true);
    const opened = openDialog({
      name: "submitted",
      title: say("editor-submitted-title", { n: number }),
      say,
      sprite: config.sprite,
      body: [
        el("p", {}, say("editor-submitted", { n: assets.length + removed.length })),
        el(
          "p",
          {},
          el(
            "a",
            { class: "govuk-link", href: `/desk/changes/${encodeURIComponent(change_set)}` },
            say("editor-submitted-link"),
          ),
        ),
      ],
      buttons: [button(say("editor-submitted-on"), () => opened.close(), "first")],
    });
    opened.element.dataset.number = String(number);
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

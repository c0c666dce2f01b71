// The editor's map: with its pointer, the only files of the editor that call MapLibre. It shows what it is given and says what the
// pointer and the keys do; it decides nothing.
import type { CircleLayerSpecification, GeoJSONSource, Map as LibreMap } from "maplibre-gl";
import type { Bounds } from "../lib/geo";
import type { View } from "../lib/view_state";
import { crosshair, openMap } from "../map/adapter";
import type { MapConfig } from "../map/config";
import { drawIcon } from "../map/icon_image";
import { byDepth, imageName, kindLayers } from "../map/kind_layers";
import { FIRST_LABEL } from "../map/style";
import { type Shape, toShape } from "./geometry/shape";
import {
  liveLayers,
  liveSource,
  MARKS,
  markLayers,
  SELECTED,
  SKETCH,
  selectedLayers,
  sketchLayers,
} from "./map_layers";
import { listenToPointer, type Pixel, type Pointed, type Pointing } from "./map_pointer";
import type { DeskKind } from "./model/kind";
import type { Geometry, Position } from "./model/types";

/** A geometry to be drawn with what its layers ask for. */
export interface Drawn {
  geometry: Geometry;
  properties: Readonly<Record<string, unknown>>;
}

const NOTHING = { type: "FeatureCollection" as const, features: [] };

export class EditMap {
  readonly #map: LibreMap;
  readonly #kinds: readonly DeskKind[];
  #tiles_on = true;

  private constructor(map: LibreMap, kinds: readonly DeskKind[]) {
    this.#map = map;
    this.#kinds = kinds;
  }

  /** Puts the map into an element; throws where the browser has no WebGL. */
  static async create(
    element: HTMLElement,
    config: MapConfig,
    kinds: readonly DeskKind[],
    view: View | null,
    label: string,
  ): Promise<EditMap> {
    const map = await openMap(element, config, { label, view, yields: false });
    map.boxZoom.disable();
    map.doubleClickZoom.disable();
    const made = new EditMap(map, byDepth(kinds) as DeskKind[]);
    made.#addLayers();
    map.getContainer().append(crosshair());
    return made;
  }

  #addLayers(): void {
    const before = this.#map.getLayer(FIRST_LABEL) ? FIRST_LABEL : undefined;
    const add = (layer: object, under: string | undefined): void => {
      this.#map.addLayer(layer as CircleLayerSpecification, under);
    };
    for (const kind of this.#kinds) {
      const drawn = drawIcon(kind.icon, kind.colour);
      if (drawn) this.#map.addImage(imageName(kind.slug), drawn.data, { pixelRatio: drawn.ratio });
      if (kind.public) {
        this.#map.addSource(kind.slug, { type: "vector", url: `/tiles/${kind.slug}.json`, promoteId: "id" });
      }
      this.#map.addSource(liveSource(kind.slug), { type: "geojson", data: NOTHING });
      const layers = [...(kind.public ? kindLayers(kind) : []), ...liveLayers(kind)];
      for (const layer of layers) add(layer, layer.type === "symbol" ? undefined : before);
    }
    for (const source of [MARKS, SELECTED, SKETCH])
      this.#map.addSource(source, { type: "geojson", data: NOTHING });
    for (const layer of [...markLayers(), ...selectedLayers(), ...sketchLayers()]) add(layer, undefined);
  }

  #set(source: string, drawn: readonly Drawn[]): void {
    this.#map.getSource<GeoJSONSource>(source)?.setData({
      type: "FeatureCollection",
      features: drawn.map(({ geometry, properties }) => ({ type: "Feature", properties, geometry })),
    });
  }

  /** The loaded things of a kind. */
  setLive(slug: string, drawn: readonly Drawn[]): void {
    this.#set(liveSource(slug), drawn);
  }

  setMarks(drawn: readonly Drawn[]): void {
    this.#set(MARKS, drawn);
  }

  setSelected(drawn: readonly Drawn[]): void {
    this.#set(SELECTED, drawn);
  }

  setSketch(drawn: readonly Drawn[]): void {
    this.#set(SKETCH, drawn);
  }

  /** Shows kinds, their tiles only where the things themselves are not loaded. */
  showKinds(shown: ReadonlySet<string>, tiles: boolean): void {
    this.#tiles_on = tiles;
    for (const kind of this.#kinds) {
      const on = shown.has(kind.slug);
      for (const { id } of kind.public ? kindLayers(kind) : []) this.#visible(id, on && tiles);
      for (const { id } of liveLayers(kind)) this.#visible(id, on);
    }
  }

  #visible(id: string, on: boolean): void {
    const wanted = on ? "visible" : "none";
    if (this.#map.getLayoutProperty(id, "visibility") !== wanted) {
      this.#map.setLayoutProperty(id, "visibility", wanted);
    }
  }

  /** Leaves things out of the tiles, since they are drawn as the draft has them. */
  hideInTiles(ids: readonly string[]): void {
    for (const kind of this.#kinds) {
      if (!kind.public) continue;
      for (const layer of kindLayers(kind)) {
        const own = "filter" in layer ? layer.filter : undefined;
        const not = ["!", ["in", ["to-string", ["get", "id"]], ["literal", [...ids]]]];
        const filter = ids.length === 0 ? own : own ? ["all", own, not] : not;
        this.#map.setFilter(layer.id, filter as Parameters<LibreMap["setFilter"]>[1]);
      }
    }
  }

  /** Asks for the tiles of all kinds again, after a change was submitted. */
  refreshTiles(): void {
    for (const kind of this.#kinds) if (kind.public) this.#map.refreshTiles(kind.slug);
  }

  /** Id and kind of what the tiles show at a pixel; `null` where a dot stands for many or there is nothing. */
  tileHit({ x, y }: Pixel, reach_px: number): { id: string } | null {
    if (!this.#tiles_on) return null;
    const layers = this.#kinds.flatMap((kind) => (kind.public ? kindLayers(kind).map(({ id }) => id) : []));
    const found = this.#map.queryRenderedFeatures(
      [
        [x - reach_px, y - reach_px],
        [x + reach_px, y + reach_px],
      ],
      { layers },
    );
    const order = ["Point", "LineString", "Polygon"];
    const single = found
      .filter(({ properties }) => typeof properties.id === "string" && (properties.count ?? 1) <= 1)
      .sort((one, other) => order.indexOf(one.geometry.type) - order.indexOf(other.geometry.type));
    const [first] = single;
    return first ? { id: String(first.properties.id) } : null;
  }

  /** Lines and areas of the basemap near a pixel, to catch on. */
  basemapShapes({ x, y }: Pixel, reach_px: number): Shape[] {
    const layers = this.#map
      .getStyle()
      .layers.filter((layer) => "source" in layer && layer.source === "basemap" && layer.type !== "symbol")
      .map(({ id }) => id);
    const box: [[number, number], [number, number]] = [
      [x - reach_px, y - reach_px],
      [x + reach_px, y + reach_px],
    ];
    return this.#map.queryRenderedFeatures(box, { layers }).flatMap(({ geometry, layer }) => {
      // Where a tile cuts land into squares, its sides are no sides of the ground.
      const cut = layer.id === "land" || geometry.type === "GeometryCollection";
      return cut ? [] : [toShape(geometry as Geometry)];
    });
  }

  /** Tells of the pointer: clicks, drags, fingers. */
  listen(pointing: Pointing): void {
    listenToPointer(this.#map, pointing);
  }

  /** What the crosshair in the middle points at. */
  crosshairAt(event: { shiftKey: boolean; ctrlKey: boolean; altKey: boolean }): Pointed {
    const { lng, lat } = this.#map.getCenter();
    return {
      place: [lng, lat],
      pixel: this.#map.project([lng, lat]),
      add: event.shiftKey || event.ctrlKey,
      free: event.altKey,
      by: "keys",
    };
  }

  /** The element that has the keyboard when the map has it. */
  get canvas(): HTMLCanvasElement {
    return this.#map.getCanvas();
  }

  set cursor(shape: string) {
    this.#map.getCanvas().style.cursor = shape;
  }

  toPixel(place: Position): Pixel {
    return this.#map.project(place);
  }

  toPlace({ x, y }: Pixel): Position {
    const { lng, lat } = this.#map.unproject([x, y]);
    return [lng, lat];
  }

  /** How many metres one pixel covers in the middle of the map. */
  metresPerPixel(): number {
    const metres_at_equator = 40_075_016.7 / 512;
    const { lat } = this.#map.getCenter();
    return (metres_at_equator * Math.cos((lat * Math.PI) / 180)) / 2 ** this.#map.getZoom();
  }

  bounds(): Bounds {
    const box = this.#map.getBounds();
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  }

  view(): View {
    const { lng, lat } = this.#map.getCenter();
    return { zoom: this.#map.getZoom(), lat, lon: lng };
  }

  jump({ zoom, lat, lon }: View): void {
    this.#map.jumpTo({ center: [lon, lat], zoom });
  }

  /** Puts a place into the middle, at least as near as `zoom`. */
  centre(place: Position, zoom = 0): void {
    this.#map.jumpTo({ center: place, zoom: Math.max(this.#map.getZoom(), zoom) });
  }

  /** Shows a box with room around it. */
  fit(bounds: Bounds): void {
    this.#map.fitBounds(bounds, { padding: 60, maxZoom: 19, animate: false });
  }

  onRest(callback: () => void): void {
    this.#map.on("moveend", callback);
  }

  resize(): void {
    this.#map.resize();
  }
}

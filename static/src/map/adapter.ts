// The only file that calls MapLibre, beside the editor's view. Everything else speaks of kinds, places and bounds.
import type { Feature, FeatureCollection, Geometry } from "geojson";
import {
  AttributionControl,
  type GeoJSONSource,
  GeolocateControl,
  Map as LibreMap,
  type MapGeoJSONFeature,
  Marker,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import { el, icon, svg } from "../lib/dom";
import { type Bounds, boundsOf, contains, nearest, type Position, positions } from "../lib/geo";
import { text } from "../lib/text";
import type { View } from "../lib/view_state";
import type { Kind, MapConfig, Place, Way } from "./config";
import {
  type Crowd,
  type CrowdView,
  circleLayers,
  circleSource,
  fullest,
  heatLayer,
  heatSource,
} from "./crowd";
import { drawIcon } from "./icon_image";
import { byDepth, imageName, kindLayers } from "./kind_layers";
import { baseStyle, FIRST_LABEL } from "./style";

/** How near, in CSS pixels, a click or the crosshair must come to a thing. */
const REACH_PX = 14;

/** Room around what must be seen, more where the map's own buttons are. */
const FIT_PX = { top: 48, right: 72, bottom: 64, left: 56 };

/** Letters of both font files, so that labels wait for them. */
const SAMPLE = "aąćęłńóśźżĄĆĘŁŃÓŚŹŻ1";

/** A thing on the map that was pointed at. */
export interface Hit {
  id: string | null;
  kind: string;
  /** More than one: a thinned point that stands for so many. */
  count: number;
  position: Position;
}

/** What a map is made with. */
export interface MapOptions {
  /** What screen readers call the map. */
  label: string;
  view: View | null;
  /** Width on the left that something covers, in CSS pixels. */
  covered_px?: number;
  /** Leaves one finger and the wheel to the page that the map lies in. */
  yields: boolean;
}

/** A GeoJSON geometry as our JSON doors answer it. */
export interface Shape {
  type: string;
  coordinates?: unknown;
}

/** Things of these kinds lie within the others' areas and are meant first. */
const SMALLNESS = (feature: MapGeoJSONFeature): number =>
  ({ Point: 0, LineString: 1, Polygon: feature.layer.source === "graves" ? 1 : 2 })[
    feature.geometry.type as string
  ] ?? 3;

/**
 * Opens MapLibre's own map with the town's style, and waits until it can take more layers.
 *
 * Throws where the browser has no WebGL.
 */
export async function openMap(
  element: HTMLElement,
  config: MapConfig,
  options: MapOptions,
): Promise<LibreMap> {
  setWorkerUrl(config.worker);
  await Promise.allSettled(
    ["Reeve Sans", "Reeve Sans Semibold"].map((family) =>
      document.fonts.load(`600 24px "${family}"`, SAMPLE),
    ),
  );
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new LibreMap({
    container: element,
    style:
      config.basemap.style_url ??
      baseStyle({ tilejson: "/tiles/basemap.json", raster_url: config.basemap.raster_url }),
    ...(options.view
      ? { center: [options.view.lon, options.view.lat], zoom: options.view.zoom }
      : {
          bounds: config.bounds,
          fitBoundsOptions: {
            padding: { top: 24, right: 24, bottom: 24, left: 24 + (options.covered_px ?? 0) },
            maxZoom: 17,
          },
        }),
    maxZoom: 21,
    attributionControl: false,
    cooperativeGestures: options.yields,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    reduceMotion: still,
    fadeDuration: still ? 0 : 150,
    locale: locale(config, options.label),
    transformRequest: (url) => {
      const address = ownTiles(url, config.as_of);
      // Loaded by a worker of the map's, so that nobody else on the page would know of it.
      document.dispatchEvent(new CustomEvent("reeve-loads", { detail: address }));
      return { url: address };
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-left");
  if (config.attribution !== "") map.addControl(credits(config), "bottom-right");
  await new Promise<void>((done) => {
    map.once("style.load", () => done());
  });
  return map;
}

/** The town's map in one element of the page. */
export class TownMap {
  readonly #map: LibreMap;
  readonly #config: MapConfig;
  readonly #kinds = new Map<string, Kind>();

  private constructor(map: LibreMap, config: MapConfig) {
    this.#map = map;
    this.#config = config;
  }

  /**
   * Puts a map into an element and waits until its style can take more.
   *
   * Throws where the browser has no WebGL.
   */
  static async create(element: HTMLElement, config: MapConfig, options: MapOptions): Promise<TownMap> {
    return new TownMap(await openMap(element, config, options), config);
  }

  /** Adds a button that shows where the visitor stands. */
  addLocator(): void {
    this.#map.addControl(
      new GeolocateControl({ positionOptions: { enableHighAccuracy: true }, trackUserLocation: true }),
      "top-right",
    );
  }

  /** Adds the layers of kinds; those not named in `shown` are off at first. */
  addKinds(kinds: readonly Kind[], shown: readonly string[]): void {
    const before = this.#map.getLayer(FIRST_LABEL) ? FIRST_LABEL : undefined;
    for (const kind of byDepth(kinds)) {
      this.#kinds.set(kind.slug, kind);
      const drawn = drawIcon(kind.icon, kind.colour);
      if (drawn) this.#map.addImage(imageName(kind.slug), drawn.data, { pixelRatio: drawn.ratio });
      const filter = this.#config.filter?.kind === kind.slug ? this.#config.filter.text : null;
      const asked = filter === null ? "" : `?filter=${encodeURIComponent(filter)}`;
      this.#map.addSource(kind.slug, {
        type: "vector",
        url: `/tiles/${kind.slug}.json${asked}`,
        promoteId: "id",
      });
      const visibility = shown.includes(kind.slug) ? "visible" : "none";
      for (const layer of kindLayers(kind)) {
        const named = layer.type === "symbol";
        this.#map.addLayer(
          { ...layer, layout: { ...layer.layout, visibility } } as Parameters<LibreMap["addLayer"]>[0],
          named ? undefined : before,
        );
      }
    }
  }

  /** Leaves out one thing's name, where a flag already says it. */
  hideName(slug: string, label: string): void {
    const id = `${slug}:name`;
    const filter = this.#map.getFilter(id);
    const others: ["!=", ["get", string], string] = ["!=", ["get", "label"], label];
    if (filter) this.#map.setFilter(id, ["all", filter, others] as typeof filter);
  }

  /** Switches a kind's layers on or off. */
  showKind(slug: string, on: boolean): void {
    for (const id of this.#layersOf([slug])) {
      this.#map.setLayoutProperty(id, "visibility", on ? "visible" : "none");
    }
  }

  #layersOf(slugs: readonly string[]): string[] {
    return this.#map
      .getStyle()
      .layers.filter((layer) => "source" in layer && slugs.includes(layer.source))
      .map(({ id }) => id);
  }

  /** Calls back with what a click, a tap, or Enter under the crosshair meets; `null` for nothing. */
  onPick(callback: (hit: Hit | null) => void): void {
    const canvas = this.#map.getCanvas();
    this.#map.on("click", ({ point }) => callback(this.#hitAt(point)));
    this.#map.on("mousemove", ({ point }) => {
      canvas.style.cursor = this.#hitAt(point, 4) ? "pointer" : "";
    });
    canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      callback(this.#hitAt(this.#map.project(this.#map.getCenter()), REACH_PX * 2));
    });
    this.#map.getContainer().append(crosshair());
  }

  #hitAt(point: { x: number; y: number }, reach_px = REACH_PX): Hit | null {
    const layers = this.#layersOf([...this.#kinds.keys()]);
    const found = this.#map.queryRenderedFeatures(
      [
        [point.x - reach_px, point.y - reach_px],
        [point.x + reach_px, point.y + reach_px],
      ],
      { layers },
    );
    // An area counts only where it was truly met, a point or line also from nearby.
    const exact = new Set(
      this.#map.queryRenderedFeatures([point.x, point.y], { layers }).map((feature) => feature.properties.id),
    );
    const candidates = found.filter(
      (feature) =>
        feature.geometry.type.endsWith("Point") || !isArea(feature) || exact.has(feature.properties.id),
    );
    const least = Math.min(...candidates.map(SMALLNESS));
    const near = candidates.filter((feature) => SMALLNESS(feature) === least);
    const centre = this.#map.unproject([point.x, point.y]);
    const places = near.map((feature): Position => {
      const [first] = feature.geometry.type === "Point" ? positions(feature.geometry as Shape) : [];
      return first ?? [centre.lng, centre.lat];
    });
    const index = nearest(
      places.map((place) => this.#map.project(place)),
      point,
      reach_px * 2,
    );
    const feature = near[index];
    const position = places[index];
    if (!feature || !position) return null;
    const { id, count } = feature.properties;
    return {
      id: typeof id === "string" ? id : null,
      kind: feature.layer.source,
      count: typeof count === "number" ? count : 1,
      position,
    };
  }

  /** Calls back with each place that is clicked, tapped, or lies under the crosshair when Enter is pressed. */
  onPlace(callback: (place: Position) => void): void {
    this.#map.on("click", ({ lngLat }) => callback([lngLat.lng, lngLat.lat]));
    const canvas = this.#map.getCanvas();
    canvas.style.cursor = "crosshair";
    canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const { lng, lat } = this.#map.getCenter();
      callback([lng, lat]);
    });
    this.#map.getContainer().append(crosshair());
  }

  /** Calls back with the choice whose drawing was clicked. */
  onChoice(callback: (choice: string) => void): void {
    this.#map.on("click", ["items-area", "items-line", "items-point"], (event) => {
      const choice: unknown = event.features?.[0]?.properties.choice;
      if (typeof choice === "string") callback(choice);
    });
  }

  /** Rings a thing, or takes the ring away. */
  ring(shape: Shape | null): void {
    const data = {
      type: "FeatureCollection" as const,
      features: shape
        ? [{ type: "Feature" as const, properties: {}, geometry: shape as unknown as Geometry }]
        : [],
    };
    const source = this.#map.getSource<GeoJSONSource>("ring");
    if (source) {
      source.setData(data);
      return;
    }
    this.#map.addSource("ring", { type: "geojson", data });
    this.#map.addLayer({
      id: "ring-line",
      type: "line",
      source: "ring",
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": "#0b0c0c", "line-width": 4 },
    });
    this.#map.addLayer({
      id: "ring-point",
      type: "circle",
      source: "ring",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 19,
        "circle-opacity": 0,
        "circle-stroke-color": "#0b0c0c",
        "circle-stroke-width": 4,
      },
    });
  }

  /** Draws things in the colours of their groups, in place of those that were drawn before. */
  showItems(data: FeatureCollection, colours: Readonly<Record<string, string>>): void {
    const source = this.#map.getSource<GeoJSONSource>("items");
    if (source) {
      source.setData(data);
      return;
    }
    const pairs = Object.entries(colours).flat();
    const colour = ["match", ["get", "group"], ...pairs, "#47525d"] as unknown as string;
    const faint = ["case", ["get", "excluded"], 0.25, 0.9] as unknown as number;
    this.#map.addSource("items", { type: "geojson", data });
    this.#map.addLayer({
      id: "items-area",
      type: "fill",
      source: "items",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": colour, "fill-opacity": 0.35 },
    });
    this.#map.addLayer({
      id: "items-line",
      type: "line",
      source: "items",
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": colour, "line-width": 3, "line-opacity": faint },
    });
    this.#map.addLayer({
      id: "items-point",
      type: "circle",
      source: "items",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-color": colour,
        "circle-opacity": faint,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 2.5, 17, 7],
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 1.5,
      },
    });
    // Things that have a page of their own lead there; the table beside the map has the same links.
    const layers = ["items-area", "items-line", "items-point"];
    this.#map.on("click", layers, (event) => {
      const href: unknown = event.features?.[0]?.properties.href;
      if (typeof href === "string" && href.startsWith("/")) location.assign(href);
    });
    this.#map.on("mousemove", layers, (event) => {
      const leads = typeof event.features?.[0]?.properties.href === "string";
      this.#map.getCanvas().style.cursor = leads ? "pointer" : "";
    });
    this.#map.on("mouseleave", layers, () => {
      this.#map.getCanvas().style.cursor = "";
    });
  }

  /** Adds other ways to draw the squares of `showItems`: heat and circles, which `viewCrowd` shows. */
  addCrowd(crowd: Crowd, width_m: number): void {
    const most = fullest(crowd);
    // Names of streets stay readable above the heat.
    const before = this.#map.getLayer(FIRST_LABEL) ? FIRST_LABEL : undefined;
    this.#map.addSource("crowd-heat", heatSource(crowd));
    this.#map.addSource("crowd-circles", circleSource(crowd));
    this.#map.addLayer(heatLayer(width_m, this.#map.getCenter().lat, most), before);
    for (const layer of circleLayers(most)) this.#map.addLayer(layer);
    this.#map.on("click", "crowd-circle", ({ lngLat }) => this.approach([lngLat.lng, lngLat.lat]));
  }

  /** Shows one way to draw squares, hides the others, and waits until that is drawn. */
  async viewCrowd(view: CrowdView): Promise<void> {
    const layers = {
      squares: ["items-area", "items-line"],
      heat: ["crowd-heat"],
      clusters: ["crowd-circle", "crowd-number"],
    };
    for (const [name, ids] of Object.entries(layers)) {
      const visibility = name === view ? "visible" : "none";
      for (const id of ids) this.#map.setLayoutProperty(id, "visibility", visibility);
    }
    this.#map.triggerRepaint();
    await this.#map.once("idle");
  }

  /** Brings a thing into sight if it is not; `aside_px` is the width that a card covers. */
  reveal(shape: Shape): void {
    const bounds = boundsOf(positions(shape));
    if (!bounds) return;
    const middle: Position = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2];
    if (contains(this.bounds(), middle)) return;
    this.#map.easeTo({ center: middle, zoom: Math.max(this.#map.getZoom(), 16) });
  }

  /** Goes two zooms nearer to a place. */
  approach(position: Position): void {
    this.#map.easeTo({ center: position, zoom: Math.min(this.#map.getZoom() + 2, 20) });
  }

  /** Shows a box with room around it. */
  fit(bounds: Bounds, max_zoom = 19): void {
    this.#map.fitBounds(bounds, { padding: FIT_PX, maxZoom: max_zoom, animate: false });
  }

  /** What is in sight. */
  bounds(): Bounds {
    const box = this.#map.getBounds();
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  }

  /** Where the map looks. */
  view(): View {
    const { lng, lat } = this.#map.getCenter();
    return { zoom: this.#map.getZoom(), lat, lon: lng };
  }

  /** Goes to a view at once. */
  jump({ zoom, lat, lon }: View): void {
    this.#map.jumpTo({ center: [lon, lat], zoom });
  }

  /** Calls back whenever the map has come to rest. */
  onRest(callback: () => void): void {
    this.#map.on("moveend", callback);
  }

  /** Tells the map that its element has another size. */
  resize(): void {
    this.#map.resize();
  }

  /** Puts numbered signs that lead to a page; the list beside the map holds the same links for the keyboard. */
  addNumbered(places: readonly Place[]): HTMLElement[] {
    return places.map(({ position, number, href, label }) => {
      const sign = el(
        "a",
        { class: "badge", href: href ?? "#", tabindex: "-1", "aria-hidden": "true", title: label },
        String(number ?? ""),
      );
      new Marker({ element: sign }).setLngLat(position).addTo(this.#map);
      for (const name of ["aria-label", "role"]) sign.removeAttribute(name);
      // The best results lie on top.
      sign.style.zIndex = String(1000 - (number ?? 0));
      sign.setAttribute("tabindex", "-1");
      return sign;
    });
  }

  /** Puts a flag with a sign and words; the page says the same in its text. */
  addFlag(place: Place, sign: string, kind: "grave" | "gate"): void {
    const flag = el(
      "div",
      { class: `flag flag--${kind}`, "aria-hidden": "true" },
      el("span", { class: "flag__disc" }, icon(sign, this.#config.sprite)),
      place.label !== "" && el("span", { class: "flag__label" }, place.label),
    );
    new Marker({ element: flag, anchor: "top", offset: [0, -21] }).setLngLat(place.position).addTo(this.#map);
    for (const name of ["aria-label", "role", "tabindex"]) flag.removeAttribute(name);
  }

  /** Draws a way: firm where paths were surveyed, dashed for the last steps beside them. */
  addWay(way: Way): void {
    const feature = (part: string, coordinates: Position[]): Feature => ({
      type: "Feature",
      properties: { part },
      geometry: { type: "LineString", coordinates },
    });
    const features = [feature("line", way.line), feature("last", way.last_leg)].filter(
      ({ geometry }) => "coordinates" in geometry && geometry.coordinates.length > 1,
    );
    this.#map.addSource("way", { type: "geojson", data: { type: "FeatureCollection", features } });
    const layout = { "line-cap": "round" as const, "line-join": "round" as const };
    const first: ["==", ["get", string], string] = ["==", ["get", "part"], "line"];
    this.#map.addLayer({
      id: "way-edge",
      type: "line",
      source: "way",
      filter: first,
      layout,
      paint: { "line-color": "#ffffff", "line-width": 10 },
    });
    this.#map.addLayer({
      id: "way-line",
      type: "line",
      source: "way",
      filter: first,
      layout,
      paint: { "line-color": accent(), "line-width": 6 },
    });
    this.#map.addLayer({
      id: "way-last",
      type: "line",
      source: "way",
      filter: ["==", ["get", "part"], "last"],
      layout,
      paint: { "line-color": accent(), "line-width": 4, "line-dasharray": [0.2, 2] },
    });
  }
}

function isArea(feature: MapGeoJSONFeature): boolean {
  return feature.geometry.type.endsWith("Polygon");
}

/** The town's accent as the style sheets have it now. */
function accent(): string {
  return getComputedStyle(document.documentElement).getPropertyValue("--town-accent").trim() || "#0d5c63";
}

/** Our tiles are asked for where the page came from, whatever address a TileJSON was written with. */
function ownTiles(url: string, as_of: string | null): string {
  const { pathname, search } = new URL(url, location.href);
  if (!pathname.startsWith("/tiles/")) return url;
  const dated = as_of && pathname.endsWith(".mvt") ? `as_of=${encodeURIComponent(as_of)}` : "";
  const query = [search.slice(1), dated].filter((part) => part !== "").join("&");
  return `${location.origin}${pathname}${query === "" ? "" : `?${query}`}`;
}

function credits(config: MapConfig): AttributionControl {
  const line = document.createElement("div");
  if (config.attribution_url) line.append(el("a", { href: config.attribution_url }, config.attribution));
  else line.append(config.attribution);
  return new AttributionControl({ compact: false, customAttribution: line.innerHTML });
}

/** The cross in the middle that the keyboard points with. */
export function crosshair(): HTMLElement {
  return el(
    "div",
    { class: "crosshair", "aria-hidden": "true" },
    svg(
      "svg",
      { viewBox: "0 0 44 44" },
      svg("path", {
        d: "M22 4v12M22 28v12M4 22h12M28 22h12",
        fill: "none",
        stroke: "currentColor",
        "stroke-width": "3",
      }),
    ),
  );
}

function locale(config: MapConfig, label: string): Record<string, string> {
  const say = (key: string): string => text(config.texts, key);
  return {
    "Map.Title": label,
    "NavigationControl.ZoomIn": say("js-zoom-in"),
    "NavigationControl.ZoomOut": say("js-zoom-out"),
    "GeolocateControl.FindMyLocation": say("js-locate"),
    "GeolocateControl.LocationNotAvailable": say("js-locate-failed"),
    "AttributionControl.ToggleAttribution": say("js-credits"),
    "CooperativeGesturesHandler.WindowsHelpText": say("js-gesture-ctrl"),
    "CooperativeGesturesHandler.MacHelpText": say("js-gesture-cmd"),
    "CooperativeGesturesHandler.MobileHelpText": say("js-gesture-fingers"),
  };
}

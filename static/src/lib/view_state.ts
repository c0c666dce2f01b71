/** Where the map looks: zoom, and the centre in degrees. */
export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

/** What a shared address says of the map. */
export interface MapState {
  view: View | null;
  /** Slugs of the layers that are on; `null` when the address does not say. */
  layers: string[] | null;
  /** Id of the thing whose card is open. */
  at: string | null;
}

const SLUG = /^[a-z][a-z0-9_-]{0,62}$/;
const ID = /^[0-9a-zA-Z-]{1,64}$/;

/** Reads `#z/lat/lon`; anything that is no place on earth gives `null`. */
export function parseView(hash: string): View | null {
  const parts = hash.replace(/^#/, "").split("/");
  if (parts.length !== 3 || parts.some((part) => part.trim() === "")) return null;
  const [zoom, lat, lon] = parts.map(Number);
  if (zoom === undefined || lat === undefined || lon === undefined) return null;
  const sound = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85.06 && Math.abs(lon) <= 180;
  return sound ? { zoom, lat, lon } : null;
}

/** Writes `#z/lat/lon` with as many decimals as the zoom can show. */
export function formatView({ zoom, lat, lon }: View): string {
  const decimals = Math.min(6, Math.max(2, Math.ceil((zoom * Math.LN2 + Math.log(512 / 360)) / Math.LN10)));
  return `#${Number(zoom.toFixed(2))}/${lat.toFixed(decimals)}/${lon.toFixed(decimals)}`;
}

/** Reads an address's query and hash; what is not understood counts as not said. */
export function parseState(search: string, hash: string): MapState {
  const query = new URLSearchParams(search);
  const layers = query.getAll("layers").flatMap((list) => list.split(","));
  const at = query.get("at");
  return {
    view: parseView(hash),
    layers: query.has("layers") ? [...new Set(layers.filter((slug) => SLUG.test(slug)))] : null,
    at: at && ID.test(at) ? at : null,
  };
}

/** The query and hash that lead back to a state; other parameters of the query stay. */
export function formatState(search: string, state: MapState): string {
  const query = new URLSearchParams(search);
  query.delete("layers");
  query.delete("at");
  const parts = [query.toString()];
  if (state.layers) parts.push(`layers=${state.layers.join(",")}`);
  if (state.at) parts.push(`at=${encodeURIComponent(state.at)}`);
  const said = parts.filter((part) => part !== "").join("&");
  return `${said === "" ? "" : `?${said}`}${state.view ? formatView(state.view) : ""}`;
}

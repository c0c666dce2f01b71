// Loads the things themselves that lie in sight, once the map is near enough, and knows what is loaded.
import type { Bounds } from "../lib/geo";
import { type DeskApi, FEATURE_LIMIT } from "./api";
import { widened } from "./geometry/cached";
import type { Asset } from "./model/types";

/** Zoom from which the things themselves are loaded, and not only seen in tiles. */
const NEAR_ZOOM = 16;

/** Who hears of what came. */
export interface LoaderEars {
  found(assets: readonly Asset[], bounds: Bounds): void;
  /** There are more than one answer holds. */
  cut(matched: number): void;
  failed(): void;
}

export class SightLoader {
  readonly #api: DeskApi;
  readonly #shown: ReadonlySet<string>;
  readonly #ears: LoaderEars;
  #bounds: Bounds = [0, 0, 0, 0];
  #near = false;
  /** What the last loading covered, with its kinds; `null` when it was cut off or failed. */
  #loaded: { bounds: Bounds; kinds: string } | null = null;
  #loading: AbortController | null = null;

  constructor(api: DeskApi, shown: ReadonlySet<string>, ears: LoaderEars) {
    this.#api = api;
    this.#shown = shown;
    this.#ears = ears;
  }

  get bounds(): Bounds {
    return this.#bounds;
  }

  get near(): boolean {
    return this.#near;
  }

  /** The map looks elsewhere. */
  look(bounds: Bounds, zoom: number): void {
    this.#bounds = bounds;
    this.#near = zoom >= NEAR_ZOOM;
  }

  /** Whether everything in sight is loaded. */
  get covered(): boolean {
    const loaded = this.#loaded;
    if (!this.#near || !loaded || loaded.kinds !== this.#kindsKey()) return false;
    const [w, s, e, n] = this.#bounds;
    const box = loaded.bounds;
    return box[0] <= w && box[1] <= s && box[2] >= e && box[3] >= n;
  }

  #kindsKey(): string {
    return [...this.#shown].sort().join(",");
  }

  /** Loads what is in sight, and some ground around it, unless it is there already. */
  async load(fresh: boolean): Promise<void> {
    if (!this.#near || this.#shown.size === 0 || (this.covered && !fresh)) return;
    this.#loading?.abort();
    const asked = new AbortController();
    this.#loading = asked;
    const bounds = widened(this.#bounds, 0.5);
    const kinds = this.#kindsKey();
    try {
      const { assets, matched } = await this.#api.features([...this.#shown], bounds, asked.signal);
      if (asked.signal.aborted) return;
      const whole = matched <= Math.min(assets.length, FEATURE_LIMIT);
      this.#loaded = whole ? { bounds, kinds } : null;
      this.#ears.found(assets, bounds);
      if (!whole) this.#ears.cut(matched);
    } catch (failure) {
      if (asked.signal.aborted) return;
      this.#loaded = null;
      console.warn("things in sight could not be loaded", failure);
      this.#ears.failed();
    }
  }
}

/** Longitude and latitude in degrees. */
export type Position = [number, number];

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number];

interface Geometry {
  type: string;
  coordinates?: unknown;
  geometries?: Geometry[];
}

/** Every position of a GeoJSON geometry, in its own order. */
export function positions(geometry: Geometry): Position[] {
  if (geometry.geometries) return geometry.geometries.flatMap(positions);
  const found: Position[] = [];
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    const [lon, lat] = part;
    if (typeof lon === "number" && typeof lat === "number") found.push([lon, lat]);
    else for (const inner of part) walk(inner);
  };
  walk(geometry.coordinates);
  return found;
}

/** The smallest box around positions; `null` when there is none. */
export function boundsOf(all: readonly Position[]): Bounds | null {
  if (all.length === 0) return null;
  const lons = all.map(([lon]) => lon);
  const lats = all.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** Whether a position lies in a box, its edge included. */
export function contains([west, south, east, north]: Bounds, [lon, lat]: Position): boolean {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

/**
 * Which of several screen points lies nearest to another.
 *
 * Answers the index, or -1 when there is none within `reach_px`.
 */
export function nearest(
  points: readonly { x: number; y: number }[],
  to: { x: number; y: number },
  reach_px: number,
): number {
  let best = -1;
  let least = reach_px;
  points.forEach(({ x, y }, index) => {
    const away = Math.hypot(x - to.x, y - to.y);
    if (away <= least) {
      least = away;
      best = index;
    }
  });
  return best;
}

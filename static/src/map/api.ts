import type { Bounds, Position } from "../lib/geo";
import type { Shape } from "./adapter";

/** A thing in the table of what is in sight. */
export interface InSight {
  id: string;
  kind: string;
  kind_title: string;
  label: string;
  number: number;
  summary: string;
  point: Position;
}

/** Everything that a card says of a thing, in the page's language. */
export interface Card {
  id: string;
  kind: string;
  kind_title: string;
  number: number;
  /** What people call it, or kind and number. */
  label: string;
  status: string;
  geometry: Shape;
  attributes: { key: string; title: string; value: string; unit: string | null }[];
  source: string;
  licence: { name: string; attribution: string };
  part_of: { id: string; label: string; kind: string } | null;
  /** Its own page. */
  url: string;
  /** Photos, the latest first. */
  photos: { caption: string | null; small: string; width: number; height: number }[];
}

async function ask<T>(address: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(address, {
    headers: { accept: "application/json" },
    ...(signal ? { signal } : {}),
  });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** Asks for a thing's card in a language. */
export function askCard(id: string, lang: string): Promise<Card> {
  return ask(`/api/assets/${encodeURIComponent(id)}?lang=${lang}`);
}

/** Asks what of some kinds lies within bounds. */
export function askInSight(
  kinds: readonly string[],
  bounds: Bounds,
  lang: string,
  as_of: string | null,
  filter: { kind: string; text: string } | null,
  signal: AbortSignal,
): Promise<{ items: InSight[]; matched: number }> {
  const box = bounds.map((degrees) => degrees.toFixed(6)).join(",");
  const query = new URLSearchParams({ kinds: kinds.join(","), bbox: box, limit: "100", lang });
  if (as_of) query.set("as_of", as_of);
  if (filter && kinds.includes(filter.kind)) {
    query.set("filter", filter.text);
    query.set("filter-kind", filter.kind);
  }
  return ask(`/api/features?${query}`, signal);
}

import type { Bounds, Position } from "../lib/geo";
import type { Shape } from "./adapter";

/** A thing in the table of what is in sight. */
export interface InSight {
  id: string;
  kind: string;
  kind_title: string;
  label: string | null;
  number: string | number | null;
  summary: string | null;
  point: Position;
}

/** Everything that a card says of a thing. */
export interface Card {
  id: string;
  kind: string;
  kind_title: string;
  number: string | number | null;
  label: string | null;
  status: string | null;
  geometry: Shape;
  attributes: { key: string; title: string; value: unknown; unit: string | null }[];
  source: string | null;
  licence: string | null;
  part_of: { id: string; label: string | null; kind: string } | null;
  url: string | null;
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
  signal: AbortSignal,
): Promise<{ items: InSight[]; matched: number }> {
  const box = bounds.map((degrees) => degrees.toFixed(6)).join(",");
  const query = new URLSearchParams({ kinds: kinds.join(","), bbox: box, limit: "100", lang });
  return ask(`/api/features?${query}`, signal);
}

import type { Position } from "../lib/geo";

/** A thing to walk to, as `/api/desk/walk` tells it. */
export interface Thing {
  id: string;
  /** Its version, named in each report about it. */
  rev: number;
  kind: string;
  kind_title: string;
  icon: string;
  colour: string;
  number: number;
  label: string;
  facts: readonly { key: string; title: string; value: string; unit: string | null }[];
  point: Position;
  writable: boolean;
  movable: boolean;
}

export type Outcome = "seen" | "moved" | "gone";

/** A change by somebody else that a report does not know of. */
export interface Clash {
  who: string;
  /** RFC 3339. */
  when: string;
}

/** Something that waits to be sent: a report, or a photo. */
export interface Waiting {
  /** Made here, so that what is sent twice counts once. */
  report: string;
  /** Whose it is: somebody else on the same device must not send it as their own. */
  owner: string;
  asset: string;
  label: string;
  /** When it was found, RFC 3339. */
  at: string;
  outcome?: Outcome;
  /** The version that was shown. */
  rev?: number;
  position?: Position | null;
  note?: string;
  photo?: Blob;
  photo_name?: string;
  /** Why the server did not take it. */
  refused?: string;
  /** Who changed the thing meanwhile, and when: somebody has to look at it. */
  clash?: Clash;
}

/** Where this device is. */
export interface Here {
  position: Position;
  /** Metres. */
  accuracy_m: number;
}

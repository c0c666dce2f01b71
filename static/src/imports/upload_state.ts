// Files that are being sent, piece by piece: pure, so that it can be tested without a browser.

/** Largest file that the server takes, in bytes. */
export const MOST_BYTES = 512 * 1024 * 1024;
/** Size of a piece, in bytes: small enough for a weak line, large enough not to ask too often. */
export const PIECE_BYTES = 4 * 1024 * 1024;
/** How often a piece is sent again by itself. */
export const MOST_TRIES = 6;

/** What is remembered of a file between two visits, so that only the same one is gone on with. */
export interface Remembered {
  readonly bytes: number;
  /** When the file was last changed, in milliseconds. */
  readonly changed: number;
}

/** What the server said of a file that was announced. */
export interface Announced {
  readonly id: string;
  readonly received: number;
}

/**
 * Whether a file may be gone on with: nothing of it has arrived yet, or what is remembered of it is the same.
 *
 * A file of the same name and size that was changed meanwhile is another one.
 */
export function mayGoOn(announced: Announced, file: Remembered, known: Remembered | null): boolean {
  if (announced.received === 0 || known === null) return true;
  return known.bytes === file.bytes && known.changed === file.changed;
}

/** What comes after an answer to a piece. */
export type Next =
  | { readonly go: "on"; readonly offset: number }
  /** Ask how much has arrived, and go on there. */
  | { readonly go: "ask"; readonly afterMs: number }
  | { readonly go: "stop"; readonly key: string };

/** Judges an answer to a piece that ended at `end` and was sent `tries` times; status 0 is none. */
export function afterPiece(status: number, offset: string | null, end: number, tries: number): Next {
  if (status === 204) {
    const said = Number(offset);
    return { go: "on", offset: offset !== null && Number.isFinite(said) ? said : end };
  }
  if (status === 401) return { go: "stop", key: "imports-js-signed-out" };
  const again = status === 0 || status === 409 || status === 429 || status >= 500;
  if (again && tries < MOST_TRIES) return { go: "ask", afterMs: 500 * 2 ** tries };
  if (status === 0) return { go: "stop", key: "imports-js-offline" };
  return { go: "stop", key: "imports-js-server" };
}

/** Bytes a second over the last seconds. */
export class Speed {
  readonly #marks: { at: number; bytes: number }[] = [];

  /** Notes that so many bytes had arrived at an instant in milliseconds. */
  mark(at: number, bytes: number): void {
    this.#marks.push({ at, bytes });
    while (this.#marks.length > 2 && at - (this.#marks[0]?.at ?? at) > 5000) this.#marks.shift();
  }

  /** The speed, or 0 before it can be known. */
  perSecond(): number {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (!first || !last || last.at === first.at) return 0;
    return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.at - first.at));
  }
}

/** "3,4 MB". */
export function sizeText(bytes: number, lang: string): string {
  const [value, unit] =
    bytes < 1000 ? [bytes, "B"] : bytes < 1e6 ? [bytes / 1000, "kB"] : [bytes / 1e6, "MB"];
  const digits = unit === "MB" && value < 10 ? 1 : 0;
  return `${value.toLocaleString(lang, { maximumFractionDigits: digits, minimumFractionDigits: digits })}\u00a0${unit}`;
}

/** Text as base64 of its UTF-8 bytes, as `Upload-Metadata` wants names. */
export function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

/** Files that operating systems put beside others and nobody means. */
export function isClutter(path: string): boolean {
  const name = path.split("/").at(-1) ?? path;
  return /^(\._|~\$)/.test(name) || [".DS_Store", "Thumbs.db", "desktop.ini"].includes(name);
}

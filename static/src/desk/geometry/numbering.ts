// Numbers by a pattern: `L-{001}` gives L-001, L-002 …; `12/{n}` 12/1, 12/2 …; `{A}` A, B … Z, AA.

/** How a row is counted. */
export interface Counting {
  /** First number of `{n}`; places that name their own beginning keep it. */
  start: number;
  step: number;
}

const PLACE = /\{(n|\d+|[A-Z]+|[a-z]+)(?:\.\.)?\}/g;

/** Whether a pattern has a place that counts, so that no two get the same. */
export function counts(pattern: string): boolean {
  return pattern.search(PLACE) >= 0;
}

/** The names that a pattern gives to so many things. */
export function expand(pattern: string, count: number, { start, step }: Counting): string[] {
  return Array.from({ length: count }, (_, index) =>
    pattern.replace(PLACE, (_place, from: string) => {
      const added = index * step;
      if (from === "n") return String(start + added);
      if (/^\d+$/.test(from)) return padded(Number(from) + added, from.length);
      const upper = from === from.toUpperCase();
      const letters = toLetters(fromLetters(from.toUpperCase()) + added);
      return upper ? letters : letters.toLowerCase();
    }),
  );
}

function padded(number: number, width: number): string {
  return number < 0 ? `-${String(-number).padStart(width, "0")}` : String(number).padStart(width, "0");
}

/** A = 1, Z = 26, AA = 27. */
function fromLetters(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function toLetters(number: number): string {
  let left = Math.max(1, number);
  let letters = "";
  while (left > 0) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
    left = Math.floor((left - 1) / 26);
  }
  return letters;
}

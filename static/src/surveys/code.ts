// Printed personal codes, as `ballots/src/code.rs` makes them: both are tested with the same cases.

const LETTERS = "34679ACDEFHJKMNPQRTUWXY";
const LENGTH = 16;

/** A code as somebody types it: small letters, spaces and hyphens do not matter. Null when it was mistyped. */
export function readCode(typed: string): string | null {
  const letters = typed
    .slice(0, 60)
    .replace(/[\s\-‐‑–.]/g, "")
    .toUpperCase();
  const places = [...letters].map((letter) => LETTERS.indexOf(letter));
  if (places.length !== LENGTH || places.includes(-1)) return null;
  // Each place has a weight of its own, so that one wrong character and two that changed places are noticed.
  const sum = places.reduce((sum, place, at) => sum + place * (at + 1), 0);
  return sum % LETTERS.length === 0 ? letters : null;
}

/** A code as it is printed. */
export function showCode(code: string): string {
  return (code.match(/.{1,4}/g) ?? []).join("-");
}

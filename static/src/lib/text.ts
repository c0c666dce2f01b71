/** Texts of the page in its language, sent by the server; `%name%` stands for a value. */
export type Texts = Readonly<Record<string, string>>;

/**
 * Looks a text up and fills its places in.
 *
 * An unknown key answers itself, so that a gap shows instead of breaking the page.
 */
export function text(
  texts: Texts,
  key: string,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const pattern = texts[key] ?? key;
  return pattern.replace(/%(\w+)%/g, (place, name: string) => {
    const value = values[name];
    return value === undefined ? place : String(value);
  });
}

/** What an element may be given: text, another element, or nothing. */
export type Child = Node | string | null | undefined | false;

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element with attributes and children; texts are never read as markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) if (child) made.append(child);
  return made;
}

/** Makes an SVG element with attributes and children. */
export function svg(
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Node[]
): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** An icon of the sprite, hidden from screen readers: the words beside it say the same. */
export function icon(name: string, sprite: string): SVGElement {
  return svg(
    "svg",
    { class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("use", { href: `${sprite}#${name}` }),
  );
}

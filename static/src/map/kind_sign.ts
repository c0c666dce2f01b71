import { svg } from "../lib/dom";
import type { Kind } from "./config";

/** The small sign of a kind, the same that the server draws in the list of layers. */
export function kindSign(kind: Kind, sprite: string): SVGElement {
  const hidden = { class: "kind-sign", viewBox: "0 0 28 28", "aria-hidden": "true", focusable: "false" };
  return svg(
    "svg",
    hidden,
    svg("circle", { cx: "14", cy: "14", r: "14", fill: kind.colour }),
    svg("use", {
      href: `${sprite}#${kind.icon}`,
      x: "5",
      y: "5",
      width: "18",
      height: "18",
      color: "#ffffff",
    }),
  );
}

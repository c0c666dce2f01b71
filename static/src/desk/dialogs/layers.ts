// Which kinds are seen.
import { el } from "../../lib/dom";
import { kindSign } from "../../map/kind_sign";
import type { Desk } from "../desk";
import { button, openDialog } from "./dialog";

/** Shows all kinds with ticks. */
export function openLayers(desk: Desk, sprite: string): void {
  const { say } = desk;
  const list = el("ul", { class: "layers" });
  for (const kind of desk.kinds.values()) {
    const { slug, title } = kind;
    const box = el("input", { class: "layers__box", type: "checkbox", id: `layer-${slug}`, value: slug });
    box.checked = desk.shown.has(slug);
    box.addEventListener("change", () => desk.show(slug, box.checked));
    const label = el(
      "label",
      { class: "layers__label", for: `layer-${slug}` },
      kindSign(kind, sprite),
      title,
    );
    list.append(el("li", { class: "layers__one" }, box, label));
  }
  const opened = openDialog({
    name: "layers",
    title: say("editor-layers"),
    say,
    sprite,
    body: [list],
    buttons: [button(say("editor-close"), () => opened.close(), "first")],
  });
}

// Entry of the editor's page.
import { startEditor } from "./desk/page";
import { text } from "./lib/text";
import { readConfig } from "./map/config";

const element = document.getElementById("editor");
const config = readConfig(document);

if (element && config) {
  startEditor(element, config).catch((failure: unknown) => {
    // No WebGL, no answer, or a session that has ended: say so instead of an empty page.
    console.warn("the editor could not be started", failure);
    element.replaceChildren(text(config.texts, "editor-failed"));
    element.classList.add("map--failed");
  });
}

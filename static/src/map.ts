// Entry of every page that has a map.
import { text } from "./lib/text";
import { readConfig } from "./map/config";
import { explore } from "./map/explore";
import { placed } from "./map/placed";

const element = document.querySelector<HTMLElement>("[data-map]");
const config = readConfig(document);

if (element && config) {
  const show = element.dataset.map === "explore" ? explore : placed;
  show(element, config)
    .then(() => {
      element.dataset.ready = "true";
    })
    .catch((failure: unknown) => {
      // No WebGL, or the map's own files did not arrive: the drawn map and the lists say the same.
      console.warn("the map could not be shown", failure);
      element.replaceChildren(text(config.texts, "js-map-failed"));
      element.classList.add("map--failed");
      document.documentElement.classList.add("map-failed");
    });
}

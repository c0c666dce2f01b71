// Entry of the wizard's pages: files sent in pieces, and work that is waited for. Without it the pages do the same by
// forms and by being loaded again.
import type { Texts } from "../lib/text";
import { follow } from "./running";
import { UploadPanel } from "./upload";

const block = document.getElementById("imports-texts")?.textContent;
const texts: Texts = block ? (JSON.parse(block) as Texts) : {};

const panel = document.querySelector<HTMLElement>("[data-import-upload]");
const form = panel?.querySelector<HTMLFormElement>("[data-import-form]");
if (panel && form) new UploadPanel(panel, texts).start(form);

const running = document.querySelector<HTMLElement>("[data-import-running]");
if (running) follow(running, texts);

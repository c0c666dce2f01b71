// Entry of the pages on which passkeys are used. Everything else there works without scripts.
import { preparePasskeys } from "./accounts/passkeys";

for (const box of document.querySelectorAll<HTMLElement>("[data-passkey]")) preparePasskeys(box);

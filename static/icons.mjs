// Draws the icons of the home screen from art/crest.svg into art/: npm run icons, after the crest has changed. The
// pictures are committed, so that building needs no browser. CHROMIUM names another one than `chromium`.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const art = join(dirname(fileURLToPath(import.meta.url)), "art");
const crest = readFileSync(join(art, "crest.svg"), "utf8");

/** The crest without its shield, in white: systems take only the shape of a badge. */
const badge = crest.replace(/<path d="M4 3h40[^>]*>/, "").replace(/<path d="M7\.5 6[^>]*>/, "");

/** Share: how much of the height the crest takes. Of a maskable icon only the middle 80 % is sure to be seen. */
const icons = [
  { name: "icon-192.png", size: 192, share: 0.94, ground: null, svg: crest },
  { name: "icon-512.png", size: 512, share: 0.94, ground: null, svg: crest },
  { name: "icon-maskable-512.png", size: 512, share: 0.6, ground: "#e3efef", svg: crest },
  { name: "apple-touch-icon.png", size: 180, share: 0.74, ground: "#ffffff", svg: crest },
  { name: "badge-96.png", size: 96, share: 1.3, ground: null, svg: badge },
];

/** Runs in the browser: draws each icon and leaves the pictures in the page's text. */
function draw(list) {
  const drawn = list.map(async ({ size, share, ground, svg }) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const pen = canvas.getContext("2d");
    if (ground) {
      pen.fillStyle = ground;
      pen.fillRect(0, 0, size, size);
    }
    const height = size * share;
    const width = (height * 48) / 56;
    const sized = svg.replace("<svg ", `<svg width="${width}" height="${height}" `);
    const picture = Object.assign(new Image(), { src: `data:image/svg+xml,${encodeURIComponent(sized)}` });
    await picture.decode();
    pen.drawImage(picture, (size - width) / 2, (size - height) / 2, width, height);
    return canvas.toDataURL("image/png");
  });
  Promise.all(drawn).then((urls) => {
    document.body.textContent = `DRAWN ${urls.join(" ")} DRAWN`;
  });
}

const page = `<meta charset="utf-8"><body><script>(${draw})(${JSON.stringify(icons)})</script>`;
const dom = execFileSync(
  process.env.CHROMIUM ?? "chromium",
  [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--virtual-time-budget=5000",
    "--dump-dom",
    `data:text/html;base64,${Buffer.from(page).toString("base64")}`,
  ],
  { encoding: "utf8", maxBuffer: 16 * 1024 * 1024, stdio: ["ignore", "pipe", "ignore"] },
);
const urls = /DRAWN (.*) DRAWN<\/body>/s.exec(dom)?.[1]?.split(" ");
if (urls?.length !== icons.length) throw new Error("the browser drew nothing");
for (const [index, { name }] of icons.entries()) {
  writeFileSync(join(art, name), Buffer.from(urls[index].slice("data:image/png;base64,".length), "base64"));
}

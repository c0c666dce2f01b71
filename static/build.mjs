// Builds everything that a page asks for into dist/: one style sheet, the scripts, MapLibre's worker,
// fonts and icons. Names are not hashed; the server adds `?v=…` and caching headers.
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const modules = join(here, "node_modules");

/** Browsers that the pages promise to serve; older ones get the pages without scripts. */
const target = ["chrome109", "firefox115", "safari16.4"];

async function scripts() {
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: {
      accounts: "src/accounts.ts",
      app: "src/app.ts",
      map: "src/map.ts",
      editor: "src/editor.ts",
      filter: "src/filter/filter.ts",
      imports: "src/imports/imports.ts",
      imports_map: "src/imports/review_map.ts",
      photos: "src/photos/panel.ts",
      push: "src/push/push.ts",
      surveys: "src/surveys/form.ts",
      surveys_map: "src/surveys/map.ts",
      vote: "src/surveys/vote.ts",
      walk: "src/walk/walk.ts",
    },
    outdir: "dist",
    bundle: true,
    minify: true,
    format: "esm",
    target,
    sourcemap: "linked",
    legalComments: "linked",
    logLevel: "warning",
  });
  // Runs before the page is drawn and marks it as scripted; a classic script, since modules run late.
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: { boot: "src/boot.ts" },
    outdir: "dist",
    bundle: true,
    minify: true,
    format: "iife",
    target,
    logLevel: "warning",
  });
  await cp(join(modules, "maplibre-gl/dist/maplibre-gl-worker.mjs"), join(dist, "maplibre-worker.js"));
}

async function styles() {
  const options = { loadPaths: [modules], quietDeps: true };
  const app = sass.compile(join(here, "styles/app.scss"), options);
  const map = await readFile(join(modules, "maplibre-gl/dist/maplibre-gl.css"), "utf8");
  for (const [name, contents] of [
    ["app.css", app.css],
    ["map.css", map],
  ]) {
    const small = await esbuild.transform(contents, { loader: "css", minify: true, target });
    await writeFile(join(dist, name), small.code);
  }
}

async function fonts() {
  const from = join(modules, "@fontsource-variable/source-sans-3");
  await mkdir(join(dist, "fonts"), { recursive: true });
  for (const part of ["latin", "latin-ext"]) {
    await cp(
      join(from, `files/source-sans-3-${part}-wght-normal.woff2`),
      join(dist, `fonts/sans-${part}.woff2`),
    );
  }
  await cp(join(from, "LICENSE"), join(dist, "fonts/LICENSE"));
  // The same letters for PDF, which the server writes (crate paper).
  const paper = join(modules, "@expo-google-fonts/source-sans-3");
  for (const [name, cut] of [
    ["regular", "400Regular/SourceSans3_400Regular.ttf"],
    ["bold", "600SemiBold/SourceSans3_600SemiBold.ttf"],
  ]) {
    await cp(join(paper, cut), join(dist, `fonts/sans-${name}.ttf`));
  }
}

/** One sprite of `<symbol>`s from icons.json, the same paths that the map draws on its canvas. */
async function icons() {
  const all = JSON.parse(await readFile(join(here, "src/icons.json"), "utf8"));
  const symbols = Object.entries(all).map(([name, { stroke, fill }]) => {
    const lines = stroke
      ? `<path d="${stroke}" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`
      : "";
    const solid = fill ? `<path d="${fill}" fill="currentColor"/>` : "";
    return `<symbol id="${name}" viewBox="0 0 24 24">${solid}${lines}</symbol>`;
  });
  await writeFile(
    join(dist, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`,
  );
}

/** What every page needs, so that it is there before the first page is read without a network. */
const shell = [
  "app.css",
  "app.js",
  "boot.js",
  "crest.svg",
  "favicon.svg",
  "fonts/sans-latin.woff2",
  "fonts/sans-latin-ext.woff2",
  "icon-192.png",
  "icons.svg",
];

/** A sum of all that was built: another build makes another worker, which replaces the one before and its files. */
async function sumOfDist() {
  const sum = createHash("sha256");
  const files = (await readdir(dist, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    sum.update(relative(dist, path));
    sum.update(await readFile(path));
  }
  return sum.digest("hex").slice(0, 16);
}

/** The service worker, last, since it names all the rest. A classic script: not every browser has module workers. */
async function worker() {
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: { sw: "src/sw/worker.ts" },
    outdir: "dist",
    bundle: true,
    minify: true,
    format: "iife",
    target,
    define: {
      BUILD: JSON.stringify(await sumOfDist()),
      SHELL: JSON.stringify(shell.map((name) => `/static/${name}`)),
    },
    logLevel: "warning",
  });
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([scripts(), styles(), fonts(), icons(), cp(join(here, "art"), dist, { recursive: true })]);
await worker();

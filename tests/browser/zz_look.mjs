import { chromium } from "playwright-core";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--use-angle=swiftshader","--enable-unsafe-swiftshader","--ignore-gpu-blocklist","--disable-background-networking","--disable-component-update","--disable-sync","--disable-quic"] });
const base = "http://127.0.0.1:8190";
async function as(who, viewport, mobile) {
  const c = await b.newContext({ baseURL: base, locale: "pl-PL", viewport, isMobile: !!mobile, hasTouch: !!mobile });
  const p = await c.newPage();
  p.on("console", (m) => m.type() === "error" && console.log("console", m.text()));
  p.on("pageerror", (e) => console.log("pageerror", e.message));
  await p.goto("/sign-in");
  await p.screenshot({ path: `/tmp/reeve/shots/signin.png` });
  await p.fill('input[type="email"], input[name="email"]', who);
  await p.fill('input[type="password"]', "zielony-plot-przy-moscie");
  await p.click('main button[type="submit"]');
  await p.waitForLoadState("networkidle");
  return p;
}
const p = await as("klerk@reeve.example", { width: 1440, height: 900 });
console.log(p.url());
for (const path of ["/desk", "/desk/changes", "/desk/account", "/desk/tokens", "/desk/roles", "/desk/walk"]) { const r = await p.goto(path); console.log(path, r.status()); await p.waitForTimeout(500); await p.screenshot({ path: `/tmp/reeve/shots/klerk${path.replaceAll("/", "_")}.png`, fullPage: true }); }
await p.goto("/desk/map"); await p.waitForSelector('#editor[data-ready="true"]', { timeout: 60000 }); await p.waitForTimeout(4000);
await p.screenshot({ path: "/tmp/reeve/shots/editor.png" });
const q = await as("admin@reeve.example", { width: 1280, height: 900 });
for (const path of ["/desk/people", "/desk/kinds", "/desk/kinds/trees", "/desk/kinds/new"]) { const r = await q.goto(path); console.log(path, r.status()); await q.screenshot({ path: `/tmp/reeve/shots/admin${path.replaceAll("/", "_")}.png`, fullPage: true }); }
await b.close();

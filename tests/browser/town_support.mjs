// A town of a test's own, with the world outside beside it: a real mail server, an SMS gateway and a push service that
// open what they get, a certified provider of identity. What left the town is read there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { leads, PATIENCE_MS } from "./support.mjs";

const PROGRAM = process.env.REEVE_PROGRAM;
const START_MS = 180_000;
/** Of the accounts of the made-up town. */
export const DEMO_PASSWORD = "abcdefabcdefabcdefabcdefabcdef12";
/** Of residents who sign up in tests. */
export const OWN_PASSWORD = "mój pies lubi marchewkę";

const beside = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const missing = !PROGRAM
  ? "REEVE_PROGRAM names no program"
  : ["mail", "identity"].find((name) => !existsSync(beside(`${name}/node_modules`)));

/** Options of tests that need a town of their own. */
export const needsTown = { skip: missing ?? false };

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Waits until something is there. */
export async function eventually(find, what, patience = PATIENCE_MS) {
  const until = Date.now() + patience;
  for (;;) {
    const found = await find();
    if (found) return found;
    assert.ok(Date.now() < until, `${what} did not come`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The first line that a program prints; what it says later is let go. */
function firstLine(child) {
  return new Promise((done) => {
    let text = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (piece) => {
      text += piece;
      if (text.includes("\n")) done(text.split("\n", 1)[0]);
    });
    child.once("exit", () => done(text));
  });
}

/**
 * Starts a town. `host` is the name under which pages are opened (passkeys belong to a name, and 127.0.0.1 is none);
 * `village` fills it with the made-up village and its accounts.
 */
export async function startTown({ host = "127.0.0.1", village = false } = {}) {
  const running = [];
  const scratch = mkdtempSync(join(tmpdir(), "reeve-town-"));
  const start = (command, args, { env, cwd } = {}) => {
    const stdio = ["pipe", "pipe", process.env.REEVE_SHOW ? "inherit" : "ignore"];
    // A town of its own must not tell the sandbox of the village that payments come to it from now on.
    const { REEVE_SANDBOX_URL: _, ...outside } = process.env;
    const child = spawn(command, args, { cwd, env: { ...outside, ...env }, stdio });
    running.push(child);
    return firstLine(child);
  };
  const end = async () => {
    for (const child of running.reverse()) {
      if (child.exitCode !== null) continue;
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
    }
    rmSync(scratch, { recursive: true, force: true });
  };

  const port = await freePort();
  const base = `http://${host}:${port}`;
  const mails = join(scratch, "mails");
  writeFileSync(mails, "");
  const [mail_port, provider_line, sandbox_line] = await Promise.all([
    start("node", ["server.mjs", mails, "--until-stdin-ends"], { cwd: beside("mail") }),
    start(
      "node",
      [
        "provider.mjs",
        ...["--redirect-uri", `${base}/sign-in/back/state`],
        ...["--post-logout-redirect-uri", `${base}/sign-in`, "--until-stdin-ends"],
      ],
      { cwd: beside("identity") },
    ),
    start(PROGRAM, ["sandbox", "--listen", "127.0.0.1:0"]),
  ]);
  const provider = JSON.parse(provider_line);
  const sandbox = sandbox_line.split(" ").at(-1);
  const levels = ["low", "substantial", "high"].map((level) => `"http://eidas.europa.eu/LoA/${level}" = "${level}"`);
  writeFileSync(
    join(scratch, "reeve.toml"),
    `var = "${scratch}/var"
listen = "127.0.0.1:${port}"
base_url = "${base}"
static_dir = "${beside("../static/dist")}"
[town]
name = "Zmyślin"
[mail]
servers = ["smtp://127.0.0.1:${mail_port}?tls=none"]
from = "Urząd w Zmyślinie <urzad@zmyslin.example>"
[sms]
url = "${sandbox}/sms"
token = "sandbox-token"
sender = "Zmyslin"
[push]
loopback = true
[[identity]]
id = "state"
name = { pl = "Login państwowy", en = "State login" }
issuer = "${provider.issuer}"
client_id = "${provider.client_id}"
client_secret = "${provider.client_secret}"
scopes = ["openid", "profile", "email", "pesel"]
allow_http_loopback = true
acr_values = ["http://eidas.europa.eu/LoA/low", "http://eidas.europa.eu/LoA/substantial", "http://eidas.europa.eu/LoA/high"]
[identity.levels]
${levels.join("\n")}
`,
  );
  const env = {
    REEVE_CONFIG: join(scratch, "reeve.toml"),
    REEVE_DEMO_PASSWORD: DEMO_PASSWORD,
    ...{ DATABASE_URL: "", REEVE_VAR: "", REEVE_LISTEN: "" },
  };
  start(PROGRAM, village ? ["serve", "--demo", "--size", "village"] : ["serve"], { env });
  const ready = () => fetch(`http://127.0.0.1:${port}/readyz`).then(({ ok }) => ok, () => false);
  await eventually(ready, "the service", START_MS).catch(async (error) => {
    await end();
    throw error;
  });

  const arrived = () => readFileSync(mails, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const told = async (path) => (await fetch(`${sandbox}${path}`)).json();
  return {
    base,
    issuer: provider.issuer,
    sandbox,
    end,
    /** Mails to an address, the oldest first. */
    mailsTo: (address) => arrived().filter(({ recipients }) => recipients.includes(address)),
    /** The link of the last mail to an address that holds one of this kind. */
    async linkTo(address, path) {
      const link = new RegExp(`${base}(${path}\\S+)`);
      return eventually(() => {
        const found = arrived().filter(({ recipients, text }) => recipients.includes(address) && link.test(text)).at(-1);
        return found?.text.match(link)[1];
      }, `a mail to ${address}`);
    },
    /** Texts to a number, as the gateway writes it. */
    textsTo: async (number) => (await told("/sms.json")).sms.filter(({ to }) => to === number),
    /** Notices to a browser of the sandbox, opened. */
    noticesTo: async (id) => (await told("/push.json")).push.filter(({ subscription }) => subscription === id),
    /** A new browser of the sandbox, bound to whoever may write to it. */
    async newBrowser(applicationServerKey) {
      const answer = await fetch(`${sandbox}/push/new`, { method: "POST", body: JSON.stringify({ applicationServerKey }) });
      assert.equal(answer.status, 201);
      return answer.json();
    },
    /** Chromium reports statuses as errors, and here other sites are asked than that of the other tests. */
    forgive(wrong) {
      const fine = (line) =>
        line.includes("status of") || line.startsWith(`asked ${base}`) || line.startsWith(`asked ${provider.issuer}`);
      wrong.splice(0, wrong.length, ...wrong.filter((line) => !fine(line)));
    },
    /** Asks for an account; answers the path of the link that came by mail. */
    async signUp(page, name, email) {
      await page.goto("/account/new");
      await page.fill("#name", name);
      await page.fill("#email", email);
      await leads(page, () => page.locator("form[action='/account/new'] button[type=submit]").click());
      await page.locator("h1", { hasText: /Sprawdź pocztę|Look into your mailbox/ }).waitFor();
      return this.linkTo(email, "/account/confirm/");
    },
    /** Signs up with a password, up to the account. */
    async newResident(page, name, email) {
      await page.goto(await this.signUp(page, name, email));
      await page.fill("#password", OWN_PASSWORD);
      await leads(page, () => page.locator("main form button[type=submit]").first().click());
      await page.waitForURL("**/account");
    },
  };
}

/** Signs in with a password and goes on to a page of ours. */
export async function signInAt(page, email, password, next) {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.fill("#email", email);
  await page.fill("#password", password);
  await leads(page, () => page.locator("form[action='/sign-in'] button[type=submit]").click());
  await page.waitForURL((url) => url.pathname + url.search === next);
}

/** A resident with a code comes to the desk; the clerk looks twice. `between` is done before the second look. */
export async function verify(own, desk, { given_names, family_name, pesel, born }, between = async () => {}) {
  await own.goto("/account/identity");
  await leads(own, () => own.locator("button[value=ahead]").click());
  await own.waitForURL("**/account/identity?done=code*");
  await desk.goto("/desk/residents/verify");
  await desk.fill("#code", await own.locator("p.desk-code").innerText());
  await leads(desk, () => desk.locator("main .desk__body button[type=submit]").click());
  await desk.check("input[value=id-card]");
  await desk.fill("#given_names", given_names);
  await desk.fill("#family_name", family_name);
  await desk.fill("#born", born);
  // A number whose check digit is wrong is refused where it was typed.
  await desk.fill("#pesel", `${pesel.slice(0, -1)}${(Number(pesel.at(-1)) + 1) % 10}`);
  await leads(desk, () => desk.locator("form[action$='/check'] button[type=submit]").click());
  await desk.locator(".govuk-error-summary a[href='#pesel']").waitFor();
  await desk.fill("#pesel", pesel);
  await leads(desk, () => desk.locator("form[action$='/check'] button[type=submit]").click());
  await between();
  await leads(desk, () => desk.locator("form[action$='/confirm'] button[type=submit]").click());
  await desk.waitForURL("**done=verified");
}

/** A clerk enters a power of attorney of a company for whoever signs in with an address. */
export async function enterMandate(desk, company, agent, scopes = ["deliveries"]) {
  await desk.goto("/desk/residents/mandates/new");
  await desk.fill("#nip", company.nip);
  await desk.fill("#company", company.name);
  await desk.fill("#agent", agent);
  for (const scope of scopes) await desk.check(`input[name=scope][value=${scope}]`);
  await desk.fill("#document", "Pełnomocnictwo z 20 listopada 2026 (przykład)");
  await leads(desk, () => desk.locator("main form button[type=submit]").last().click());
  // A power of attorney is looked at once more before it holds.
  const confirm = desk.locator("form[action$='/mandates/confirm'] button.govuk-button:not(.govuk-button--secondary)");
  await leads(desk, () => confirm.click());
}

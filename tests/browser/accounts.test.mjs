// The pages of the accounts in a real browser: axe in both languages, signing in, a passkey from a virtual key.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, close, leads, LOOKS, noFindings, open, SCREENS, withPage } from "./support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const CLERK = "klerk@reeve.example";
const ADMIN = "admin@reeve.example";
const SHOTS = process.env.REEVE_SHOTS;

before(open);
after(close);

async function signIn(page, email) {
  await page.goto("/sign-in?next=/desk/account");
  await page.fill("#email", email);
  await page.fill("#password", PASSWORD);
  await leads(page, () => page.locator("form[action='/sign-in'] button[type=submit]").click());
  await page.waitForURL("**/desk/account");
}

/** Chromium itself reports the page's own status as an error. */
function forgiveStatus(wrong) {
  wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of")));
}

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

const needsDemo = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };

for (const [screen, lang] of LOOKS) {
  test(`pages of the accounts on a ${screen} in ${lang}`, needsDemo, async () => {
    await withPage({ lang, screen }, async (page, wrong) => {
      const look = async (path, name) => {
        await page.goto(path);
        assert.equal(await page.getAttribute("html", "lang"), lang);
        assert.equal(await page.locator("h1").count(), 1);
        // A telephone widens its view for what is too wide, so the screen is what counts.
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        const over = width - SCREENS[screen].viewport.width;
        assert.ok(over <= 0, `${path}: ${over} pixels too wide`);
        await noFindings(page, path);
        await shot(page, `${name}-${screen}-${lang}`);
      };
      await look("/sign-in", "sign-in");
      await leads(page, () => page.locator("form[action='/sign-in'] button[type=submit]").click());
      await page.locator(".govuk-error-summary").waitFor();
      await noFindings(page, "/sign-in with faults");
      await shot(page, `sign-in-faults-${screen}-${lang}`);
      await look("/sign-in/help", "sign-in-help");
      await look("/reset/no-such-link", "link-gone");
      await signIn(page, ADMIN);
      await look("/desk/account", "account");
      await look("/desk/account/password", "password");
      await look("/desk/account/app", "app");
      await look("/desk/account/confirm", "confirm");
      await look("/desk/tokens", "tokens");
      await look("/desk/roles", "roles");
      await look("/desk/people/new", "person-new");
      await look("/desk/people", "people");
      await look("/desk/people?q=nobody-like-that", "people-none");
      await page.goto("/desk/people?q=klerk");
      await leads(page, () => page.locator("table a").first().click());
      await page.locator("#sessions-title").waitFor();
      await noFindings(page, "a person");
      await shot(page, `person-${screen}-${lang}`);
      forgiveStatus(wrong);
    });
  });
}

test("signing in by keyboard, without scripts, and out again", needsDemo, async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto("/desk/tokens");
    assert.match(page.url(), /\/sign-in\?next=/);
    await page.locator("#email").focus();
    await page.keyboard.type(CLERK);
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/desk/tokens");
    await page.locator(".desk__out").click();
    await page.waitForURL("**/sign-in?done=out");
    await page.goto("/desk/tokens");
    assert.match(page.url(), /\/sign-in\?next=/);
  });
});

test("a token is shown once, with what it may do", needsDemo, async () => {
  await withPage({}, async (page) => {
    await signIn(page, CLERK);
    await page.goto("/desk/tokens");
    await page.fill("#name", "QGIS w terenie");
    await page.locator("label[for=scope-1]").click();
    await leads(page, () => page.locator("form[action='/desk/tokens'] button").click());
    const token = await page.locator("#made-token").innerText();
    assert.match(token, /^rv_/);
    await noFindings(page, "a token that was made");
    await shot(page, "token-made");
    const answer = await fetch(`${BASE}/api/kinds`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 200);
    await page.goto("/desk/tokens");
    assert.equal(await page.getByText(token).count(), 0);
    await page.locator(".rows .link-button").first().click();
    await page.waitForURL("**/desk/tokens?done=revoked");
    const again = await fetch(`${BASE}/api/kinds`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(again.status, 401);
  });
});

test("a passkey is added, signs in alone, is the second step, and is removed", needsDemo, async () => {
  // Passkeys belong to a name, and 127.0.0.1 is none.
  const base = BASE.replace("127.0.0.1", "localhost");
  await withPage({ baseURL: base }, async (page, wrong) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await signIn(page, CLERK);
    await page.fill("#passkey-name", "Laptop w biurze");
    await page.locator("[data-passkey=add] button").click();
    await page.waitForURL("**/desk/account?done=passkey");
    await page.locator(".rows strong", { hasText: "Laptop w biurze" }).waitFor();
    await noFindings(page, "an account with a passkey");
    await shot(page, "account-passkey");
    await page.locator(".desk__out").click();
    await page.waitForURL("**/sign-in?done=out");

    // Alone, without address and password.
    await page.goto("/sign-in?next=/desk/tokens");
    await page.locator("[data-passkey=sign-in] button").click();
    await page.waitForURL("**/desk/tokens");
    await page.locator(".desk__out").click();
    await page.waitForURL("**/sign-in?done=out");

    // After the password.
    await page.fill("#email", CLERK);
    await page.fill("#password", PASSWORD);
    await page.locator("form[action='/sign-in'] button[type=submit]").click();
    await page.waitForURL("**/sign-in/second");
    await noFindings(page, "the second step");
    await shot(page, "second");
    await page.locator("[data-passkey=sign-in] button").click();
    await page.waitForURL("**/desk");
    await page.goto("/desk/account");
    await page.locator("form[action$='/remove'] button").click();
    await page.waitForURL("**/desk/account?done=passkey-removed");
    assert.equal(await page.locator(".rows strong", { hasText: "Laptop w biurze" }).count(), 0);
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes(base) && !line.includes("status of")));
  });
});

// A resident in a real browser: signing up by a mail that a real server took, up to verified at the desk; a passkey alone,
// the state's login, acting for a company, closing. The town of these tests is one of its own, with a mail server and a
// provider of identity beside it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, leads, LOOKS, noFindings, open, SCREENS, withPage } from "./support.mjs";
import {
  DEMO_PASSWORD,
  enterMandate,
  needsTown,
  OWN_PASSWORD as PASSWORD,
  signInAt,
  startTown,
  verify,
} from "./town_support.mjs";

const SHOTS = process.env.REEVE_SHOTS;
const ADMIN = "admin@reeve.example";
// Made up, like everybody here.
const ZOFIA = { given_names: "Zofia", family_name: "Zmyślona", pesel: "95010199987", born: "01.01.1995" };
const PIOTR = { given_names: "Piotr", family_name: "Zmyślony", pesel: "90010299972", born: "02.01.1990" };
const COMPANY = { nip: "5250000009", name: "Zmyślone Młyny sp. z o.o." };

let town;

before(async () => {
  if (needsTown.skip) return;
  await open();
  // Passkeys belong to a name, and 127.0.0.1 is none.
  town = await startTown({ host: "localhost", village: true });
});

after(async () => {
  if (needsTown.skip) return;
  await close();
  await town?.end();
});

async function looked(page, where, screen) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= SCREENS[screen].viewport.width, `${where}: ${width} is too wide`);
  await noFindings(page, where);
  if (SHOTS) {
    const lang = await page.getAttribute("html", "lang");
    await page.screenshot({ path: `${SHOTS}/residents-${where.replaceAll(/\W+/g, "-")}-${screen}-${lang}.png`, fullPage: true });
  }
}

async function atProvider(page, user, level) {
  await page.waitForURL(`${town.issuer}/**`);
  await page.selectOption("#user", user);
  await page.selectOption("#level", level);
  await page.click("#sign-in");
}

for (const [screen, lang] of LOOKS) {
  test(`from signing up to signing out on a ${screen} in ${lang}`, needsTown, async () => {
    await withPage({ baseURL: town.base, lang, screen }, async (page, wrong) => {
      const email = `anna-${screen}-${lang}@poczta.example`;
      await page.goto("/sign-in");
      await looked(page, "sign-in", screen);
      await leads(page, () => page.locator("a[href='/account/new']").click());
      await looked(page, "sign-up", screen);
      await leads(page, () => page.locator("form[action='/account/new'] button[type=submit]").click());
      await page.locator(".govuk-error-summary").waitFor();
      await looked(page, "sign-up with faults", screen);
      const link = await town.signUp(page, "Anna Zmyślona", email);
      await looked(page, "mail written", screen);
      await page.goto(link);
      await looked(page, "sign-up confirm", screen);
      await page.fill("#password", PASSWORD);
      await page.locator("main form button[type=submit]").first().click();
      await page.waitForURL("**/account");
      for (const path of ["/account/security", "/account/security/password", "/account/security/email", "/account/security/app", "/account/security/confirm", "/account/close"]) {
        await page.goto(path);
        assert.equal(await page.locator("h1").count(), 1, path);
        await looked(page, path, screen);
      }
      await page.goto(link);
      await looked(page, "link used", screen);
      await page.goto("/account/security");
      await page.locator(".desk__out").click();
      await page.waitForURL("**/sign-in?done=out");
      await page.goto("/sign-in/help");
      await looked(page, "recovery", screen);
      await page.goto("/account/confirm/no-such-link");
      await looked(page, "link gone", screen);
      town.forgive(wrong);
    });
  });
}

test("without scripts, from signing up to closing and opening again", needsTown, async () => {
  await withPage({ baseURL: town.base, javaScriptEnabled: false }, async (page, wrong) => {
    const email = "bez-skryptow@poczta.example";
    await page.goto(await town.signUp(page, "Jan Zmyślony", email));
    await page.fill("#password", PASSWORD);
    await page.locator("main form button[type=submit]").first().click();
    await page.waitForURL("**/account");
    await page.goto("/account/close");
    await page.locator("form[action='/account/close'] button").click();
    await page.locator("h1", { hasText: "Konto jest zamknięte" }).waitFor();
    await page.goto(await town.linkTo(email, "/account/reopen/"));
    await page.locator("main form button[type=submit]").click();
    await page.waitForURL("**/sign-in?done=reopened");
    await page.fill("#email", email);
    await page.fill("#password", PASSWORD);
    await page.locator("form[action='/sign-in'] button[type=submit]").click();
    await page.waitForURL("**/account");
    town.forgive(wrong);
  });
});

test("an account without a password signs in by a passkey alone", needsTown, async () => {
  await withPage({ baseURL: town.base }, async (page, wrong) => {
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
    await page.goto(await town.signUp(page, "Ewa Zmyślona", "klucz@poczta.example"));
    await page.locator("button[value=passkey]").click();
    await page.waitForURL("**/account/security?done=add-passkey");
    await page.fill("#passkey-name", "Telefon");
    await page.locator("[data-passkey=add] button").click();
    await page.waitForURL("**/account/security?done=passkey");
    await looked(page, "account with a passkey", "desk");
    // Shown again before something dangerous.
    await page.goto("/account/security/confirm?next=/account/close");
    await looked(page, "confirm by passkey", "desk");
    await page.locator("[data-passkey=confirm] button").click();
    await page.waitForURL("**/account/close");
    await page.locator(".desk__out").click();
    await page.waitForURL("**/sign-in?done=out");
    await page.goto("/sign-in?next=/account/security");
    await page.locator("[data-passkey=sign-in] button").click();
    await page.waitForURL("**/account/security");
    town.forgive(wrong);
  });
});

test("the state's login at two levels of assurance", needsTown, async () => {
  const people = [["jan", "low", "Konto z e-mailem"], ["kacper", "substantial", "Tożsamość potwierdzona"]];
  for (const [user, level, told] of people) {
    await withPage({ baseURL: town.base }, async (page, wrong) => {
      await page.goto("/sign-in");
      await page.locator("form[action='/sign-in/with/state'] button").click();
      await atProvider(page, user, level);
      await page.waitForURL("**/sign-in/new");
      await looked(page, `address after the provider at ${level}`, "desk");
      await page.locator("form[action='/sign-in/new'] button[type=submit]").click();
      await page.waitForURL("**/account");
      await page.locator("main", { hasText: told }).waitFor();
      await page.goto("/account/security");
      await page.locator("#identities").waitFor();
      await looked(page, `account of the provider at ${level}`, "desk");
      // Signing out is offered there too, and leads back.
      await page.locator(".desk__out").click();
      await page.locator("h1", { hasText: "Jesteś wylogowany" }).waitFor();
      await looked(page, "signed out", "desk");
      await page.locator(`a[href^='${town.issuer}']`).click();
      await page.locator("#sign-out").click();
      await page.waitForURL("**/sign-in");
      // Somebody who gives up there is told so.
      await page.locator("form[action='/sign-in/with/state'] button").click();
      await page.waitForURL(`${town.issuer}/**`);
      await page.click("#cancel");
      await page.locator("h1", { hasText: "Logowanie przerwane" }).waitFor();
      await looked(page, "given up", "desk");
      town.forgive(wrong);
    });
  }
});

/** A page of its own without scripts. */
function asNobody(act) {
  return withPage({ baseURL: town.base, javaScriptEnabled: false }, async (page, wrong) => {
    await act(page);
    town.forgive(wrong);
  });
}

/** Opens a page of somebody whose level rose at the desk; whoever was signed in before may have to sign in again. */
async function comeBack(page, email, path) {
  await page.goto(path);
  if (new URL(page.url()).pathname === "/sign-in") await signInAt(page, email, PASSWORD, path);
}

test("from signing up by mail to verified at the desk, without scripts", needsTown, async () => {
  const { features } = await (await fetch(`${town.base}/ogc/collections/addresses/items?limit=1&f=json`)).json();
  const { street, number, place, postcode } = features[0].properties;
  await asNobody(async (own) => {
    const level = async () => {
      await own.goto("/account");
      return own.locator("main .chip").first().innerText();
    };
    await town.newResident(own, "Zofia Zmyślona", "zofia@poczta.example");
    assert.equal(await level(), "Konto z e-mailem");

    // Where she lives, as the register of addresses has it.
    await own.goto("/account/identity");
    const { given_names, family_name } = ZOFIA;
    const declared = { given_names, family_name, street, house_number: number, postcode, place };
    for (const [field, value] of Object.entries(declared)) await own.fill(`#${field}`, value);
    await leads(own, () => own.locator("button[value=roll]").click());
    await own.waitForURL("**/account/identity?done=resident");
    assert.equal(await level(), "Mieszkaniec");

    await asNobody(async (desk) => {
      await signInAt(desk, ADMIN, DEMO_PASSWORD, "/desk/residents/verify");
      await verify(own, desk, ZOFIA, async () => assert.equal(await level(), "Mieszkaniec", "one look is not enough"));
    });

    await comeBack(own, "zofia@poczta.example", "/account");
    assert.equal(await level(), "Tożsamość potwierdzona");
    await own.goto("/account/messages");
    await leads(own, () => own.getByRole("link", { name: "Potwierdziliśmy Twoją tożsamość" }).click());
    assert.match(await own.locator(".said").innerText(), /Zofia Zmyślona, potwierdziliśmy, kim jesteś: w urzędzie/);
    await own.goto("/account/privacy");
    const looks = own.locator("table[aria-labelledby=looks-title]");
    assert.match(await looks.innerText(), /Ada Admin/, "she sees who looked");
    for (const path of ["/account", "/account/data", "/account/privacy"]) {
      await own.goto(path);
      assert.ok(!(await own.content()).includes(ZOFIA.pesel), `${path} shows no whole number`);
    }
  });
});

/** The company owes rent for a hall. */
async function owes(desk) {
  await desk.goto("/desk/dues");
  await desk.fill("#q", COMPANY.nip);
  await desk.selectOption("#purpose", "case");
  await leads(desk, () => desk.locator("form.short[method=post] button[type=submit]").first().click());
  await leads(desk, () => desk.locator(".rows__row a").first().click());
  await leads(desk, () => desk.locator("a[href*='/assess?']").click());
  await desk.selectOption("#kind", "rent");
  await desk.fill("#object", "Hala zmyślona 3");
  await desk.fill("#decision", "U.3.TEST");
  await desk.fill("#amount", "700");
  await desk.fill("#single_term", new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
  await leads(desk, () => desk.locator("form.short button[type=submit]").click());
  assert.match(desk.url(), /done=assessed/);
}

test("an attorney sees the company's inbox and books, and nothing of them once the power of attorney is revoked", needsTown, async () => {
  const attorney = "pelnomocnik@poczta.example";
  await asNobody((own) =>
    asNobody(async (desk) => {
      await town.newResident(own, "Piotr Zmyślony", attorney);
      await signInAt(desk, ADMIN, DEMO_PASSWORD, "/desk/residents/verify");
      await verify(own, desk, PIOTR);
      await enterMandate(desk, COMPANY, attorney, ["deliveries", "dues"]);
      await owes(desk);

      await comeBack(own, attorney, "/account/mandates");
      const mandate = own.locator(`section[aria-label='${COMPANY.name}']`);
      const id = await mandate.locator("button[name=mandate]").getAttribute("value");
      await leads(own, () => mandate.locator("button[name=mandate]").click());
      const acting = own.getByRole("complementary", { name: "Działasz w imieniu kogoś innego" });
      for (const path of ["/account", "/account/messages", "/account/consents", "/help", "/map"]) {
        await own.goto(path);
        assert.match(await acting.innerText(), new RegExp(`Działasz w imieniu: ${COMPANY.name}`), path);
      }
      await own.goto("/account/messages");
      assert.equal(await own.locator("main .rows__row").count(), 1, "the company's one letter, and none of one's own");
      await leads(own, () => own.getByRole("link", { name: "Wpisano pełnomocnictwo" }).click());
      assert.match(await own.locator(".said").innerText(), new RegExp(`może działać w imieniu:\\n${COMPANY.name}`));
      const letter = own.url();
      await own.goto("/account/dues");
      await leads(own, () => own.locator("main a[href^='/account/dues/accounts/']").first().click());
      assert.match(await own.locator("main").innerText(), /Hala zmyślona 3[^]*U\.3\.TEST[^]*700,00/);
      const books = own.url();

      // The company thinks better of it; the clerk writes down why.
      await desk.goto("/desk/residents");
      await desk.fill("#q", attorney);
      await desk.selectOption("#purpose", "mandate");
      await leads(desk, () => desk.locator("form[role=search] button[type=submit]").click());
      await leads(desk, () => desk.locator(".rows__row a").first().click());
      const there = desk.locator(`section[aria-label^='${COMPANY.name}']`);
      await there.locator("input[name=why]").fill("Spółka odwołała");
      await leads(desk, () => there.locator("button[type=submit]").click());
      assert.match(await there.innerText(), /Spółka odwołała/);

      // From the very next request.
      assert.equal((await own.goto(letter)).status(), 404);
      assert.equal((await own.goto(books)).status(), 404);
      assert.equal(await acting.count(), 0);
      for (const path of ["/account", "/account/data", "/account/consents", "/account/privacy", "/account/security", "/account/dues", "/help"]) {
        await own.goto(path);
        assert.equal(await acting.count(), 0, path);
        assert.ok(!(await own.content()).includes(COMPANY.name), `${path} still names the company`);
      }
      await own.goto("/account/messages");
      assert.ok((await own.getByRole("link", { name: "Odwołano pełnomocnictwo" }).count()) > 0, "it was told");
      // It stands among what was, with the reason, and can be used no more.
      await own.goto("/account/mandates");
      assert.match(await mandate.innerText(), /Spółka odwołała/);
      assert.equal(await mandate.locator("button").count(), 0);
      const form_token = await own.locator("input[name=form_token]").first().inputValue();
      const again = await own.request.post("/account/acting", { form: { form_token, mandate: id }, headers: { origin: town.base } });
      assert.equal(again.status(), 409);
      await own.goto("/account");
      assert.equal(await acting.count(), 0);
    }),
  );
});

// The service on a phone: what was read is there without a network, for whoever read it; it can be installed; messages
// are shown.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signIn } from "./editor_support.mjs";
import { standBefore } from "./pwa_support.mjs";
import { BASE, close, findSomebody, LANGUAGES, mapReady, noFindings, open, withPage } from "./support.mjs";

before(open);
after(close);

/** What the browser itself says of a network that is away, and of the page in a page's place. */
const AWAY = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of 503|Failed to fetch/;

/** A page on a phone whose network goes away. */
function onPhone(options, act) {
  return withPage({ screen: "phone", ...options }, async (page, wrong) => {
    await act(page, wrong);
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !AWAY.test(line)));
  });
}

/** Opens a page and waits until the worker has it. */
async function read(page, path) {
  await page.goto(path);
  await mapReady(page);
  await kept(page, path);
}

/** What can be read without a network, as the worker tells it. */
function askKept(page) {
  return page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    const told = new Promise((done) => {
      port1.onmessage = ({ data }) => done(data);
    });
    active.postMessage({ ask: "kept" }, [port2]);
    return (await told).map(({ href }) => href);
  });
}

async function kept(page, path) {
  const end = Date.now() + 20_000;
  while (!(await askKept(page)).includes(path)) assert.ok(Date.now() < end, `${path} is not kept`);
}

async function notKept(page, path) {
  const end = Date.now() + 20_000;
  while ((await askKept(page)).includes(path)) assert.ok(Date.now() < end, `${path} is still kept`);
}

for (const lang of LANGUAGES) {
  test(`a grave that was read is there without a network and says so; one that was not is not (${lang})`, async () => {
    const { person, grave } = await findSomebody();
    await onPhone({ lang }, async (page) => {
      const path = `/graves/${grave.id}`;
      // Also the very first page, which was there before the worker.
      await read(page, path);
      const title = await page.title();
      await page.context().setOffline(true);
      await page.goto(path);
      await page.locator(".people__name", { hasText: person.surname }).first().waitFor();
      const notice = page.locator(".notice--kept");
      const said = lang === "pl" ? /^Z pamięci urządzenia, odczytane 1 minutę temu \(/ : /^From this device's memory, read 1 minute ago \(/;
      assert.match(await notice.innerText(), said);
      assert.ok(await page.evaluate(() => getComputedStyle(document.body).fontFamily.includes("Reeve Sans")), "styles");
      await noFindings(page, "a kept page");

      const answer = await page.goto("/graves?q=Nikt-Taki");
      assert.equal(answer.status(), 503);
      assert.equal(await page.locator("h1").innerText(), lang === "pl" ? "Brak połączenia" : "No connection");
      await page.locator('[data-kept-list][data-ready="true"]').waitFor();
      const links = page.locator("[data-kept-list] a");
      assert.deepEqual(await links.evaluateAll((all) => all.map((one) => one.getAttribute("href"))), [path]);
      assert.equal(await links.first().innerText(), title);
      await noFindings(page, "no connection");
      await links.first().click();
      await notice.waitFor();

      // Back again: the page itself, without a notice.
      await page.context().setOffline(false);
      await notice.getByRole("link").click();
      await notice.waitFor({ state: "detached" });
    });
  });
}

test("the page in place of another goes on by itself when the network is back", async () => {
  await onPhone({}, async (page) => {
    await read(page, "/help");
    await page.context().setOffline(true);
    await page.goto("/accessibility");
    await page.locator('[data-kept-list][data-ready="true"]').waitFor();
    await page.context().setOffline(false);
    await page.waitForFunction(() => document.querySelector("[data-kept-list]") === null);
    assert.equal(new URL(page.url()).pathname, "/accessibility");
    assert.match(await page.locator("h1").innerText(), /dostępności/);
  });
});

test("what was read signed in is shown to nobody else: gone after signing out, also without a network", async () => {
  await onPhone({}, async (page) => {
    await read(page, "/graves");
    await signIn(page);
    await read(page, "/help");
    const own = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("reeve-own-")));
    assert.equal((await own()).length, 1, "one cache for whoever is signed in");
    await page.context().setOffline(true);
    await page.goto("/help");
    assert.equal(await page.locator(".masthead__list a[href='/desk']").count(), 1, "as it was read: signed in");
    await page.context().setOffline(false);

    await page.goto("/desk/account");
    await page.locator(".desk__out").click();
    await page.waitForURL("**/sign-in?done=out");
    await notKept(page, "/help");
    assert.deepEqual(await own(), []);
    await page.context().setOffline(true);
    const answer = await page.goto("/help");
    assert.equal(answer.status(), 503);
    await page.goto("/graves");
    await page.locator(".notice--kept").waitFor();
    assert.equal(await page.locator(".masthead__list a[href='/desk']").count(), 0);
  });
});

test("a session that ended elsewhere takes its pages with it", async () => {
  await onPhone({}, async (page) => {
    await page.goto("/help");
    await signIn(page);
    await read(page, "/accessibility");
    await page.context().clearCookies();
    await page.goto("/graves");
    await notKept(page, "/accessibility");
    assert.equal(await page.evaluate(async () => (await caches.keys()).some((name) => name.startsWith("reeve-own-"))), false);
  });
});

test("the desk, sign-in and secrets are never kept", async () => {
  await onPhone({}, async (page, wrong) => {
    await read(page, "/help");
    await signIn(page);
    for (const path of ["/desk", "/desk/account", "/sign-in", "/sign-in/help", "/reset/no-such-link"]) await page.goto(path);
    await read(page, "/help");
    const all = await page.evaluate(async () => {
      const found = [];
      for (const name of await caches.keys()) {
        for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
      }
      return found;
    });
    assert.ok(all.includes("/static/app.js"));
    assert.deepEqual(all.filter((path) => /^\/(desk|sign-in|reset|api\/desk|healthz|sw\.js)/.test(path)), []);
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of 404")));
  });
});

test("a form without a network stays with what was typed, and goes when the network is back", async () => {
  await onPhone({}, async (page, wrong) => {
    await page.goto("/sign-in");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.fill("#email", "anna.zmyslona@gmina.example");
    await page.fill("#password", "nie-takie-haslo");
    const send = page.locator("form[action='/sign-in'] button[type=submit]");
    await page.context().setOffline(true);
    await send.click();
    const said = page.locator("[data-unsent]");
    await said.waitFor();
    assert.match(await said.innerText(), /^Nie wysłano: brak połączenia/);
    assert.ok(await said.evaluate((box) => box === document.activeElement), "it takes the focus");
    assert.equal(await page.inputValue("#email"), "anna.zmyslona@gmina.example");
    await noFindings(page, "a form that waits");
    await send.click();
    assert.equal(await said.count(), 1, "said once");
    await page.context().setOffline(false);
    await send.click();
    await page.locator(".govuk-error-summary:not([data-unsent])").waitFor();
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of 422")));
  });
});

test("another build replaces the worker and its files, and what was read stays", async () => {
  const front = await standBefore();
  await onPhone({ baseURL: front.base }, async (page, wrong) => {
    await read(page, "/help");
    const shells = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("reeve-shell-")));
    const [before_it, ...more] = await shells();
    assert.deepEqual(more, []);
    const build = before_it.slice("reeve-shell-".length);
    const script = await (await fetch(`${BASE}/sw.js`)).text();
    assert.ok(script.includes(build));
    const body = script.replaceAll(build, "another");
    front.answers.set("GET /sw.js", () => ({ type: "text/javascript", body }));
    await page.evaluate(async () => {
      const changed = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
      await (await navigator.serviceWorker.ready).update();
      await changed;
    });
    // The new worker is there before it has swept.
    const end = Date.now() + 20_000;
    while (String(await shells()) !== "reeve-shell-another") assert.ok(Date.now() < end, `${await shells()}`);
    await kept(page, "/help");
    await page.context().setOffline(true);
    await page.goto("/help");
    await page.locator(".notice--kept").waitFor();
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.startsWith(`asked ${front.base}`)));
  }).finally(front.close);
});

test("it can be installed, and the manifest says how", async () => {
  await onPhone({}, async (page) => {
    await read(page, "/help");
    const devtools = await page.context().newCDPSession(page);
    const { errors, data, url } = await devtools.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    const manifest = JSON.parse(data);
    assert.equal(manifest.display, "standalone");
    for (const { src, sizes, type } of manifest.icons) {
      const icon = await fetch(new URL(src, url));
      assert.equal(icon.status, 200, src);
      assert.equal(icon.headers.get("content-type"), type, src);
      const head = Buffer.from(await icon.arrayBuffer());
      assert.equal(`${head.readUInt32BE(16)}x${head.readUInt32BE(20)}`, sizes, src);
    }
    assert.ok(manifest.icons.some(({ purpose }) => purpose === "maskable"));
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    // A browser of the tests has no profile of its own and would not install anything.
    const ids = installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito");
    assert.deepEqual(ids, []);
  });
});

test("installing is offered on the page of help alone, and asks the browser only when wanted", async () => {
  await onPhone({}, async (page) => {
    const offer = () =>
      page.evaluate(() => {
        const event = new Event("beforeinstallprompt", { cancelable: true });
        event.prompt = async () => {
          window.asked = true;
        };
        event.userChoice = Promise.resolve({ outcome: "accepted" });
        window.dispatchEvent(event);
        return event.defaultPrevented;
      });
    await page.goto("/graves");
    assert.ok(await offer(), "no banner of the browser's own");
    assert.equal(await page.locator("[data-install]").count(), 0);
    await page.goto("/help");
    const box = page.locator("[data-install]");
    assert.ok(await box.isHidden());
    await offer();
    await box.waitFor();
    await noFindings(page, "help with an offer");
    assert.equal(await page.evaluate(() => window.asked), undefined);
    await box.getByRole("button").click();
    assert.equal(await page.evaluate(() => window.asked), true);
    await page.evaluate(() => window.dispatchEvent(new Event("appinstalled")));
    await box.getByText("Gotowe.").waitFor();
  });
});

test("an iPhone is told how to do it by hand", async () => {
  const userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
  await onPhone({ userAgent }, async (page) => {
    await page.goto("/help");
    await page.locator("[data-install]").getByText("Do ekranu początkowego").waitFor();
  });
});

test("a push is shown, whatever it holds, and leads to our own pages", async () => {
  await onPhone({ permissions: ["notifications"] }, async (page) => {
    await read(page, "/help");
    const devtools = await page.context().newCDPSession(page);
    const registered = new Promise((done) => {
      devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        const found = registrations.find(({ scopeURL, isDeleted }) => scopeURL.startsWith(BASE) && !isDeleted);
        if (found) done(found.registrationId);
      });
    });
    await devtools.send("ServiceWorker.enable");
    const registrationId = await registered;
    // Chromium forgets a notice that is asked for while it is still being shown, so the worker says when it is there.
    const [worker] = page.context().serviceWorkers();
    await worker.evaluate(() => {
      const show = self.registration.showNotification.bind(self.registration);
      self.shown = [];
      self.registration.showNotification = async (title, options) => {
        await show(title, options);
        self.shown.push(title);
      };
    });
    const push = async (data, wanted) => {
      await devtools.send("ServiceWorker.deliverPushMessage", { origin: BASE, registrationId, data });
      const end = Date.now() + 20_000;
      const shown = () => worker.evaluate(() => self.shown);
      while (!(await shown()).includes(wanted)) assert.ok(Date.now() < end, `not shown: ${wanted}`);
      const there = await worker.evaluate(async () =>
        (await self.registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data })),
      );
      assert.equal(there.filter(({ tag }) => tag === "m1").length, 1, "the same tag takes the place of the one before");
      return there.find(({ title }) => title === wanted);
    };
    const whole = { title: "Dokument jest gotowy", body: "Można go odebrać.", href: "/help", tag: "m1" };
    const { href, ...words } = whole;
    assert.deepEqual(await push(JSON.stringify(whole), whole.title), { ...words, data: { href } });
    const foreign = { ...whole, title: "Obcy adres", href: "https://zly.example/" };
    assert.deepEqual((await push(JSON.stringify(foreign), foreign.title)).data, { href: "/account/messages" });
    const plain = await push("nic, co da się przeczytać", "Nowa wiadomość z urzędu");
    assert.deepEqual(plain.data, { href: "/account/messages" });

    // A click: no user's hand in a test, so what matters is that it closes and goes where it says.
    const opened = await worker.evaluate(async () => {
      const [notification] = await self.registration.getNotifications({ tag: "m1" });
      const gone = [];
      self.clients.openWindow = async (path) => void gone.push(path);
      const event = new NotificationEvent("notificationclick", { notification });
      let done = Promise.resolve();
      event.waitUntil = (work) => {
        done = work;
      };
      self.dispatchEvent(event);
      await done;
      return { gone, left: (await self.registration.getNotifications({ tag: "m1" })).length };
    });
    assert.deepEqual(opened, { gone: ["/account/messages"], left: 0 });
  });
});

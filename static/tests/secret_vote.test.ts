import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { RSABSSA } from "@cloudflare/blindrsa-ts";
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import type { Answers } from "../src/surveys/answers";
import {
  type Answer,
  type Keeper,
  type Kept,
  mayPass,
  Refused,
  type Town,
  vote,
} from "../src/surveys/casting";
import { type Form, faultsOf } from "../src/surveys/fits";
import {
  type Ballot,
  ballotOf,
  bytesOf,
  joined,
  newRight,
  signatureOf,
  TooLong,
  textOf,
  tokenKey,
  type Urn,
  uuidBytes,
} from "../src/surveys/secret";

const data = "../ballots/tests/data";
const read = (name: string) => JSON.parse(readFileSync(`${data}/${name}`, "utf8"));

test("tokens are those of RFC 9474", async () => {
  const vector: Record<string, string> = read("rfc9474.json");
  const hex = (name: string) => new Uint8Array(Buffer.from(vector[name] ?? "", "hex"));
  const number = (name: string) => BigInt(`0x${vector[name]}`);
  const base64url = (name: string) => Buffer.from(hex(name)).toString("base64url");
  // r is the inverse of inv; r = inv^-1 mod n, by Euclid.
  let [a, b, x, y] = [number("n"), number("inv"), 0n, 1n];
  while (b !== 0n) {
    const q = a / b;
    [a, b, x, y] = [b, a - q * b, y, x - q * y];
  }
  const n = number("n");
  const r = (((x % n) + n) % n).toString(16).padStart(1024, "0");
  const said = [hex("msg_prefix"), hex("salt"), new Uint8Array(Buffer.from(r, "hex"))];
  const random = crypto.getRandomValues;
  crypto.getRandomValues = ((to: Uint8Array) => {
    to.set(said.shift() ?? []);
    return to;
  }) as typeof random;
  try {
    const suite = RSABSSA.SHA384.PSS.Randomized();
    const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
    const jwk = { kty: "RSA", n: base64url("n"), e: base64url("e"), ext: true };
    const key = await crypto.subtle.importKey("jwk", jwk, algorithm, true, ["verify"]);
    const prepared = suite.prepare(hex("msg"));
    const { blindedMsg, inv } = await suite.blind(key, prepared);
    assert.deepEqual(blindedMsg, hex("blinded_msg"));
    assert.deepEqual(inv, hex("inv"));
    assert.deepEqual(await suite.finalize(key, prepared, hex("blind_sig"), inv), hex("sig"));
  } finally {
    crypto.getRandomValues = random;
  }
});

const exchange = read("exchange.json");
const urn: Urn = {
  survey: exchange.survey,
  tokenKey: bytesOf(exchange.public.token),
  urnKey: bytesOf(exchange.public.urn),
  plainBytes: exchange.plain_bytes,
  handle: true,
};

/** The town's half, as the tests need it: it signs, and opens envelopes. */
async function sign(blinded: Uint8Array): Promise<Uint8Array> {
  const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
  const key = await crypto.subtle.importKey("pkcs8", bytesOf(exchange.private.token), algorithm, true, [
    "sign",
  ]);
  return RSABSSA.SHA384.PSS.Randomized().blindSign(key, blinded);
}

async function opened(ballot: Ballot): Promise<unknown> {
  const token = bytesOf(ballot.token);
  const pss = { name: "RSA-PSS", saltLength: 48 };
  assert.ok(await crypto.subtle.verify(pss, await tokenKey(urn), bytesOf(ballot.signature), token));
  const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", token.slice(32), ecdsa, true, ["verify"]);
  const letters = new TextEncoder();
  const envelope = bytesOf(ballot.envelope);
  const sealed = joined(letters.encode("reeve ballot\0"), uuidBytes(urn.survey), envelope);
  assert.ok(await crypto.subtle.verify(ecdsa, key, bytesOf(ballot.seal), sealed));
  const hpke = new CipherSuite({
    kem: new DhkemP256HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const plain = new Uint8Array(
    await hpke.open(
      {
        recipientKey: await hpke.kem.deserializePrivateKey(bytesOf(exchange.private.urn).buffer),
        enc: envelope.slice(0, 65).buffer,
        info: joined(letters.encode("reeve envelope\0"), uuidBytes(urn.survey)).buffer,
      },
      envelope.slice(65).buffer,
      token.buffer,
    ),
  );
  const length = new DataView(plain.buffer).getUint32(0);
  assert.ok(plain.slice(4 + length).every((byte) => byte === 0));
  assert.equal(plain.length, urn.plainBytes);
  return JSON.parse(new TextDecoder().decode(plain.slice(4, 4 + length)));
}

test("the server's own ballot and the browser's are the same thing", async () => {
  for (const maker of ["rust", "browser"]) {
    assert.deepEqual(await opened(exchange[maker].ballot), exchange.answers);
    assert.equal(textOf(joined(await sign(bytesOf(exchange[maker].blinded)))), exchange[maker].signed);
  }
  const right = await newRight(urn);
  assert.equal(right.token.length, 97);
  const signature = await signatureOf(urn, right, await sign(right.blinded));
  assert.deepEqual(await opened(await ballotOf(urn, right, signature, { one: "ż" })), { one: "ż" });
  await assert.rejects(ballotOf(urn, right, signature, { why: "x".repeat(9000) }), TooLong);
  await assert.rejects(signatureOf(urn, right, await sign((await newRight(urn)).blinded)));
});

const signatures = new Map<string, string>();

/** The same signature for the same wish: made once, since it takes its time here. */
async function signedOnce(blinded: string): Promise<string> {
  const known = signatures.get(blinded) ?? textOf(joined(await sign(bytesOf(blinded))));
  signatures.set(blinded, known);
  return known;
}

/** A browser and a town that end at any step: the line breaks before or after the other side has heard. */
function broken(breaksAt: number) {
  const kept = new Map<string, Kept>();
  const roll: string[] = [];
  const box = new Map<string, Ballot>();
  let step = 0;
  const perhaps = () => {
    step += 1;
    if (step === breaksAt) throw new Error("no line");
  };
  const keeper: Keeper = {
    async read(survey) {
      return kept.get(survey);
    },
    async write(now) {
      perhaps();
      kept.set(now.survey, now);
      perhaps();
    },
  };
  const town: Town = {
    async sign(_, { blinded }): Promise<Answer> {
      perhaps();
      if (roll.length === 0) roll.push(blinded);
      const same = roll[0] === blinded;
      const signature = same ? await signedOnce(blinded) : "";
      perhaps();
      return same ? { status: 200, body: { signature } } : { status: 409, body: { detail: "took part" } };
    },
    async cast(_, ballot): Promise<Answer> {
      perhaps();
      const there = box.get(ballot.token);
      if (there !== undefined && there.envelope !== ballot.envelope) return { status: 409, body: null };
      box.set(ballot.token, ballot);
      perhaps();
      return { status: 201, body: null };
    },
  };
  return { keeper, town, box, kept };
}

test("whatever breaks at whatever step, there is one ballot and the first that was closed", async () => {
  let steps = 0;
  for (let breaksAt = 1; ; breaksAt++) {
    const { keeper, town, box, kept } = broken(breaksAt);
    let tries = 0;
    let receipt = "";
    while (receipt === "") {
      tries += 1;
      try {
        receipt = await vote(urn, keeper, town, { one: `try ${tries}` });
      } catch (error) {
        assert.ok(mayPass(error), `step ${breaksAt}: ${error}`);
      }
    }
    assert.equal(box.size, 1, `step ${breaksAt}`);
    const ballot = box.get(receipt);
    assert.ok(ballot);
    const { one } = (await opened(ballot)) as { one: string };
    assert.ok(one === "try 1" || one === "try 2");
    assert.equal(kept.get(urn.survey)?.ballot, null, "the envelope leaves the browser");
    if (tries === 1) break;
    steps = breaksAt;
  }
  assert.ok(steps >= 10, `only ${steps} steps were broken`);
});

test("what would be spoiled is told before it is sealed", () => {
  const choices = [{ id: "a" }, { id: "b" }, { id: "c" }];
  const form: Form = {
    pages: [
      {
        questions: [
          { id: "one", type: "single", required: true, choices },
          {
            id: "next",
            type: "ranking",
            choices,
            most: 2,
            required: true,
            when: [{ question: "one", any: ["a"] }],
          },
          { id: "points", type: "points", choices, total: 5, most_each: 3 },
          { id: "some", type: "multiple", choices, least: 2, most: 0 },
          { id: "scale", type: "scale", from: 1, to: 5 },
          { id: "why", type: "text", most: 3 },
        ],
      },
    ],
  };
  const said = (answers: Answers) => faultsOf(form, answers).map(({ id, why }) => `${id} ${why}`);
  assert.deepEqual(said({ one: "b", points: { a: 3, b: 2 }, some: ["a", "b"], scale: 5, why: "żół" }), []);
  assert.deepEqual(said({}), ["one missing"]);
  assert.deepEqual(said({ one: "a" }), ["next missing"]);
  assert.deepEqual(said({ one: "a", next: ["a", "b", "c"] }), ["next many"]);
  assert.deepEqual(said({ one: "a", next: "tie" }), ["next wrong"]);
  assert.deepEqual(said({ one: "x", points: { a: 4 }, some: ["a"], scale: 6, why: "long" }), [
    "one wrong",
    "points many",
    "some few",
    "scale wrong",
    "why many",
  ]);
  assert.deepEqual(said({ one: "c", points: { a: 3, b: 3 } }), ["points many"]);
});

test("another browser of the same voter is told so", async () => {
  const { keeper, town, box } = broken(0);
  await vote(urn, keeper, town, { one: "a" });
  const { keeper: second } = broken(0);
  const error = await vote(urn, second, town, { one: "b" }).catch((error: unknown) => error);
  assert.ok(error instanceof Refused && error.status === 409 && !mayPass(error));
  assert.equal(box.size, 1);
});

// The cryptography of a secret ballot in the browser. The same as `ballots::secret` in Rust; tests hold both against the
// vectors of RFC 9474 and against each other.

import { RSABSSA } from "@cloudflare/blindrsa-ts";
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { fromBase64url, toBase64url } from "../accounts/base64url";

/** What the page says of an urn. */
export interface Urn {
  readonly survey: string;
  /** RSA, `SubjectPublicKeyInfo`: it verifies tokens. */
  readonly tokenKey: Uint8Array<ArrayBuffer>;
  /** Point of P-256: envelopes are for it. */
  readonly urnKey: Uint8Array<ArrayBuffer>;
  /** How many bytes every envelope holds. */
  readonly plainBytes: number;
  /** Whether the token is also left, closed for the urn, with the roll: a rule about ballots on paper needs it. */
  readonly handle: boolean;
}

/** A right to vote that is not signed yet. The browser keeps it before it asks for the signature. */
export interface Right {
  /** Seals the ballot; it cannot leave the browser. */
  readonly key: CryptoKey;
  /** 32 random bytes and the public half of `key`; at the same time the receipt. */
  readonly token: Uint8Array<ArrayBuffer>;
  /** What the town is asked to sign. */
  readonly blinded: Uint8Array<ArrayBuffer>;
  /** What takes the blinding off. */
  readonly inverse: Uint8Array<ArrayBuffer>;
  /** The token closed for the urn, where the rules ask for it. */
  readonly handle: Uint8Array<ArrayBuffer> | null;
}

/** A ballot as it is sent. */
export interface Ballot {
  readonly token: string;
  readonly signature: string;
  readonly envelope: string;
  readonly seal: string;
}

/** The answers are too long for the envelopes of this survey. */
export class TooLong extends Error {}

const blindRsa = RSABSSA.SHA384.PSS.Randomized();
const hpke = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** Bytes one after the other. */
export function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Bytes from base64url. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(fromBase64url(text));
}

/** Bytes as base64url. */
export function textOf(bytes: Uint8Array<ArrayBuffer>): string {
  return toBase64url(bytes.slice().buffer);
}

/** The bytes of a UUID. */
export function uuidBytes(uuid: string): Uint8Array<ArrayBuffer> {
  const digits = uuid.replaceAll("-", "").match(/../g) ?? [];
  return Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16));
}

const letters = new TextEncoder();

/** The key of tokens. */
export function tokenKey(urn: Pick<Urn, "tokenKey">): Promise<CryptoKey> {
  const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
  return crypto.subtle.importKey("spki", urn.tokenKey, algorithm, true, ["verify"]);
}

/** Closes bytes for the key of the urn, bound to others. */
async function forUrn(urn: Urn, bound: Uint8Array<ArrayBuffer>, plain: Uint8Array<ArrayBuffer>) {
  const recipientPublicKey = await hpke.kem.deserializePublicKey(urn.urnKey.slice().buffer);
  const info = joined(letters.encode("reeve envelope\0"), uuidBytes(urn.survey)).buffer;
  const { ct, enc } = await hpke.seal({ recipientPublicKey, info }, plain.buffer, bound.slice().buffer);
  return joined(new Uint8Array(enc), new Uint8Array(ct));
}

/** A new right to vote, blinded for the town. */
export async function newRight(urn: Urn): Promise<Right> {
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(curve, false, ["sign", "verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const token = joined(blindRsa.prepare(point));
  const { blindedMsg, inv } = await blindRsa.blind(await tokenKey(urn), token);
  const handle = urn.handle ? await forUrn(urn, letters.encode("handle"), token) : null;
  return { key: pair.privateKey, token, blinded: joined(blindedMsg), inverse: joined(inv), handle };
}

/** Takes the blinding off the town's signature. Throws when the town signed something else, or with another key. */
export async function signatureOf(
  urn: Urn,
  right: Right,
  signed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return joined(await blindRsa.finalize(await tokenKey(urn), right.token, signed, right.inverse));
}

/** The answers behind their length, with zeros up to the size of all. */
function padded(answers: unknown, plainBytes: number): Uint8Array<ArrayBuffer> {
  const text = letters.encode(JSON.stringify(answers));
  if (text.length + 4 > plainBytes) throw new TooLong();
  const plain = new Uint8Array(plainBytes);
  new DataView(plain.buffer).setUint32(0, text.length);
  plain.set(text, 4);
  return plain;
}

/** The ballot: answers in an envelope for the urn, sealed by the token's key. */
export async function ballotOf(
  urn: Urn,
  right: Pick<Right, "key" | "token">,
  signature: Uint8Array<ArrayBuffer>,
  answers: unknown,
): Promise<Ballot> {
  const envelope = await forUrn(urn, right.token, padded(answers, urn.plainBytes));
  const sealed = joined(letters.encode("reeve ballot\0"), uuidBytes(urn.survey), envelope);
  const seal = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, right.key, sealed);
  return {
    token: textOf(right.token),
    signature: textOf(signature),
    envelope: textOf(envelope),
    seal: toBase64url(seal),
  };
}

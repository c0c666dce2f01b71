import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url, toBase64url } from "../src/accounts/base64url";

test("bytes of passkeys survive being written as text", () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 83 + 251) % 256);
    const text = toBase64url(bytes.buffer);
    assert.match(text, /^[A-Za-z0-9_-]*$/);
    assert.deepEqual(new Uint8Array(fromBase64url(text)), bytes);
  }
  assert.equal(toBase64url(Uint8Array.of(251, 255, 254).buffer), "-__-");
});

// A server before ours: what it has an answer for is its own, all the rest goes through. So a test can bring another
// build, or doors that answer as it wants.
import { createServer, request } from "node:http";
import { BASE } from "./support.mjs";

/**
 * Starts it. `answers` holds, by method and path (`GET /sw.js`), what makes an answer `{ status, type, body }` of the
 * body that was sent; a path that ends in `*` stands for all that begin so.
 */
export async function standBefore() {
  const answers = new Map();
  const server = createServer(async (asked, answer) => {
    const what = `${asked.method} ${new URL(asked.url, BASE).pathname}`;
    const found = [...answers].find(([key]) => (key.endsWith("*") ? what.startsWith(key.slice(0, -1)) : what === key));
    if (found) {
      let sent = "";
      for await (const piece of asked) sent += piece;
      const { status = 200, type = "application/json", body = "" } = await found[1](sent, what);
      answer.writeHead(status, { "content-type": type }).end(body);
      return;
    }
    const passed = request(new URL(asked.url, BASE), { method: asked.method, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { answers, base: `http://127.0.0.1:${server.address().port}`, close };
}

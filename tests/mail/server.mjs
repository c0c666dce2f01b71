// A real SMTP server on this machine that keeps what it takes: every mail as one line of JSON at the end of a file.
//
//   node server.mjs FILE [--port N] [--user NAME --password WORD] [--tls] [--until-stdin-ends]
//
// Prints its port as the first line, then nothing. A mail stands in the file before the server says that it took it:
//
//   { "at", "from", "recipients", "messageId", "to", "replyTo", "subject", "text", "html", "headers",
//     "attachments" }
//
// `from` and `recipients` are those of the envelope; `headers` has the raw values of each header by its name in small
// letters; `attachments` have `name`, `type`, `size`. What a recipient is called before the @ makes trouble:
//
//   defer-…   not now (451)                    once-…   not now at the first time, taken afterwards
//   refuse-…  never (550)                      slow-…   taken, answered after three seconds
//   lost-…    taken, and the connection breaks before the answer
//
// With --user only those who know the password may send. With --tls it offers STARTTLS, with a certificate that nobody
// should trust.
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

const SLOW_MS = 3000;
const MAIL_MAX_BYTES = 64 * 1024 * 1024;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: "0" },
    user: { type: "string" },
    password: { type: "string" },
    tls: { type: "boolean", default: false },
    "until-stdin-ends": { type: "boolean", default: false },
  },
});
const [file] = positionals;
if (file === undefined || positionals.length > 1) {
  console.error("usage: node server.mjs FILE [--port N] [--user NAME --password WORD] [--tls] [--until-stdin-ends]");
  process.exit(2);
}

/** Recipients of `once-…` that were sent away once. */
const sentAway = new Set();

function answer(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}

function trouble(address) {
  return address.split("@", 1)[0].split("-", 1)[0];
}

function line(mail, envelope) {
  const headers = {};
  for (const { key, line } of mail.headerLines) {
    const value = line.slice(line.indexOf(":") + 1).trim();
    (headers[key] ??= []).push(value.replaceAll(/\r?\n(?=[ \t])/g, ""));
  }
  return JSON.stringify({
    at: new Date().toISOString(),
    from: envelope.mailFrom ? envelope.mailFrom.address : null,
    recipients: envelope.rcptTo.map(({ address }) => address),
    messageId: mail.messageId ?? null,
    to: mail.to?.text ?? null,
    replyTo: mail.replyTo?.text ?? null,
    subject: mail.subject ?? null,
    text: mail.text ?? null,
    html: mail.html || null,
    headers,
    attachments: mail.attachments.map(({ filename, contentType, size }) => ({
      name: filename ?? null,
      type: contentType,
      size,
    })),
  });
}

const server = new SMTPServer({
  name: "mail.localhost",
  banner: "test",
  size: MAIL_MAX_BYTES,
  disabledCommands: [...(values.user === undefined ? ["AUTH"] : []), ...(values.tls ? [] : ["STARTTLS"])],
  authOptional: values.user === undefined,
  allowInsecureAuth: true,
  disableReverseLookup: true,
  onAuth({ username, password }, _session, done) {
    const known = username === values.user && password === values.password;
    done(known ? null : answer(535, "5.7.8 wrong user or password"), known ? { user: username } : undefined);
  },
  onRcptTo({ address }, _session, done) {
    const kind = trouble(address);
    if (kind === "refuse") return done(answer(550, "5.1.1 no such user here"));
    if (kind === "defer") return done(answer(451, "4.2.1 the box is busy, come later"));
    if (kind === "once" && !sentAway.has(address)) {
      sentAway.add(address);
      return done(answer(451, "4.7.1 come again"));
    }
    return done();
  },
  async onData(stream, session, done) {
    try {
      const mail = await simpleParser(stream);
      if (stream.sizeExceeded) return done(answer(552, "5.3.4 the mail is too large"));
      appendFileSync(file, `${line(mail, session.envelope)}\n`);
      const kinds = session.envelope.rcptTo.map(({ address }) => trouble(address));
      if (kinds.includes("lost")) return cut(session.id);
      if (kinds.includes("slow")) return setTimeout(() => done(null, "2.0.0 taken at last"), SLOW_MS);
      return done(null, "2.0.0 taken");
    } catch (error) {
      return done(answer(451, `4.3.0 ${error.message}`));
    }
  },
});

/** Breaks the connection of a session without a word. */
function cut(id) {
  for (const connection of server.connections) {
    if (connection.id === id || connection.session?.id === id) connection._socket.destroy();
  }
}

// Clients that break off are part of the tests.
server.on("error", () => {});
server.listen(Number(values.port), "127.0.0.1", () => {
  console.log(server.server.address().port);
});
if (values["until-stdin-ends"]) {
  process.stdin.resume();
  process.stdin.on("end", () => process.exit(0));
}

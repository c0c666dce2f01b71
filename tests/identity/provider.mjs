// An OpenID provider to test signing in against: the certified package `oidc-provider` with people who do not exist.
//
//   node provider.mjs --redirect-uri http://127.0.0.1:8080/sign-in/back/state
//
// Prints one line of JSON, {"issuer", "client_id", "client_secret", "rotate", "users"}, when it listens on a loopback
// port, and then serves until it is ended. Nothing is kept. Its form for signing in has the fields `user` and `level`
// and the buttons `sign-in` and `cancel`; consent is given by itself. Options, all with a default:
//
//   --port 0                          any free one
//   --client-id reeve  --client-secret …
//   --redirect-uri …  --post-logout-redirect-uri …      may stand more than once
//   --user '{"id": "x", "given_name": …}'               one more person; may stand more than once
//   --claims-in userinfo | id_token                     where names and PESEL stand
//   --alg RS256 | PS256 | ES256                         how ID tokens are signed
//   --until-stdin-ends                                  ends with whoever started it
//
// `POST /test/rotate` makes new keys; the ones before stay published for one more time, as a provider would do it.

import { writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';

// The first line on the standard output is ours: what the package has to say goes to the other one.
console.info = console.error;
console.warn = console.error;
const { Provider, interactionPolicy } = await import('oidc-provider');

const LEVELS = ['low', 'substantial', 'high'];
const acrOf = (level) => `http://eidas.europa.eu/LoA/${level}`;

// None of them exists; the PESELs were made up, and their sums are right.
const PEOPLE = [
    { id: 'anna', given_name: 'Anna', family_name: 'Zmyślona', birthdate: '1985-02-28', pesel: '85022899900' },
    // As the national node writes dates.
    { id: 'jan', given_name: 'Jan', family_name: 'Nieprawdziwy', birthdate: '2000-02-29Z', pesel: '00222999913' },
    // Anna once more, under another account of the provider.
    { id: 'anna-again', given_name: 'Anna', family_name: 'Zmyślona', birthdate: '1985-02-28', pesel: '85022899900' },
    { id: 'kacper', given_name: 'Kacper', family_name: 'Niebyły', birthdate: '2015-07-04', pesel: '15270400012' },
    // From abroad, without a PESEL.
    { id: 'olena', given_name: 'Olena', family_name: 'Wymyślona', birthdate: '1990-05-05' },
];

const { values: given } = parseArgs({
    options: {
        port: { type: 'string', default: '0' },
        'client-id': { type: 'string', default: 'reeve' },
        'client-secret': { type: 'string', default: randomBytes(24).toString('base64url') },
        'redirect-uri': { type: 'string', multiple: true, default: ['http://127.0.0.1/sign-in/back/state'] },
        'post-logout-redirect-uri': { type: 'string', multiple: true, default: [] },
        user: { type: 'string', multiple: true, default: [] },
        'claims-in': { type: 'string', default: 'userinfo' },
        alg: { type: 'string', default: 'RS256' },
        'until-stdin-ends': { type: 'boolean', default: false },
    },
});
if (!['userinfo', 'id_token'].includes(given['claims-in'])) {
    throw new Error('--claims-in must be userinfo or id_token');
}
if (!['RS256', 'PS256', 'ES256'].includes(given.alg)) {
    throw new Error('--alg must be RS256, PS256 or ES256');
}

const people = new Map();
for (const person of [...PEOPLE, ...given.user.map((text) => JSON.parse(text))]) {
    people.set(person.id, { email: `${person.id}@example.org`, email_verified: true, ...person });
}

const newKeys = () =>
    [generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('ec', { namedCurve: 'P-256' })].map(
        ({ privateKey }) => ({ ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: randomUUID() }),
    );

// A session at a lower level than was asked for is not enough: the person proves who they are once more.
function policy() {
    const base = interactionPolicy.base();
    base.get('login').checks.add(
        new interactionPolicy.Check('acr_asked', 'another level of assurance is asked for', ({ oidc }) => {
            const asked = oidc.params.acr_values?.split(' ') ?? [];
            return asked.length > 0 && !asked.includes(oidc.session.acr) && !oidc.result?.login;
        }),
    );
    return base;
}

const cookieKeys = [randomBytes(32).toString('base64url')];
const page = (title, body) =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>` +
    `<body><main><h1>${title}</h1>${body}</main></body></html>`;
const escaped = (text) =>
    String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

function makeProvider(issuer, keys) {
    return new Provider(issuer, {
        jwks: { keys },
        clients: [
            {
                client_id: given['client-id'],
                client_secret: given['client-secret'],
                redirect_uris: given['redirect-uri'],
                post_logout_redirect_uris: given['post-logout-redirect-uri'],
                response_types: ['code'],
                grant_types: ['authorization_code'],
                id_token_signed_response_alg: given.alg,
            },
        ],
        acrValues: LEVELS.map(acrOf),
        claims: {
            openid: ['sub', 'amr'],
            profile: ['given_name', 'family_name', 'birthdate'],
            email: ['email', 'email_verified'],
            pesel: ['pesel'],
            acr: null,
            auth_time: null,
        },
        conformIdTokenClaims: given['claims-in'] === 'userinfo',
        cookies: { keys: cookieKeys },
        enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
        pkce: { required: () => true },
        features: {
            devInteractions: { enabled: false },
            rpInitiatedLogout: {
                enabled: true,
                logoutSource: (ctx, form) => {
                    ctx.body = page(
                        'Sign out',
                        `${form}<button id="sign-out" type="submit" form="op.logoutForm" name="logout" value="yes">` +
                            'Sign out</button>',
                    );
                },
                postLogoutSuccessSource: (ctx) => {
                    ctx.body = page('Signed out', '');
                },
            },
        },
        interactions: { policy: policy(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
        ttl: { Session: 3600, Interaction: 3600, Grant: 3600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
        findAccount: (_ctx, id) => {
            const person = people.get(id);
            if (!person) {
                return undefined;
            }
            const { id: sub, ...claims } = person;
            return { accountId: sub, claims: () => ({ sub, ...claims }) };
        },
        // Consent is not what is tested: whatever a client asks for is granted.
        loadExistingGrant: async ({ oidc }) => {
            const grant = new oidc.provider.Grant({
                clientId: oidc.client.clientId,
                accountId: oidc.session.accountId,
            });
            grant.addOIDCScope('openid profile email pesel');
            await grant.save(600);
            return grant;
        },
        renderError: (ctx, out) => {
            ctx.type = 'html';
            ctx.body = page('Error', `<p id="error">${escaped(out.error)}: ${escaped(out.error_description)}</p>`);
        },
    });
}

function form(uid, params) {
    const asked = params.acr_values?.split(' ') ?? [];
    const level = LEVELS.find((one) => asked.includes(acrOf(one))) ?? 'substantial';
    const options = (items, chosen) =>
        items
            .map(([value, text]) => {
                const mark = value === chosen ? ' selected' : '';
                return `<option value="${escaped(value)}"${mark}>${escaped(text)}</option>`;
            })
            .join('');
    const named = [...people.values()].map(({ id, given_name, family_name }) => [
        id,
        `${given_name} ${family_name} (${id})`,
    ]);
    return page(
        'Test sign-in',
        `<form method="post" action="/interaction/${escaped(uid)}">` +
            `<p><label for="user">Person</label> <select id="user" name="user">${options(named)}</select></p>` +
            `<p><label for="level">Level of assurance</label> ` +
            `<select id="level" name="level">${options(LEVELS.map((one) => [one, one]), level)}</select></p>` +
            '<p><button id="sign-in" type="submit" name="do" value="sign-in">Sign in</button> ' +
            '<button id="cancel" type="submit" name="do" value="cancel">Cancel</button></p></form>',
    );
}

async function body(request) {
    let text = '';
    for await (const piece of request) {
        text += piece;
        if (text.length > 10_000) {
            throw new Error('the form is too large');
        }
    }
    return new URLSearchParams(text);
}

function answer(response, status, type, text) {
    response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
    response.end(text);
}

async function interact(request, response) {
    const { uid, params } = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
        answer(response, 200, 'text/html', form(uid, params));
        return;
    }
    const fields = await body(request);
    if (fields.get('do') === 'cancel') {
        const error = { error: 'access_denied', error_description: 'the person cancelled' };
        await provider.interactionFinished(request, response, error, { mergeWithLastSubmission: false });
        return;
    }
    const [user, level] = [fields.get('user'), fields.get('level')];
    if (!people.has(user) || !LEVELS.includes(level)) {
        answer(response, 422, 'text/plain', 'no such person or level');
        return;
    }
    const login = { accountId: user, acr: acrOf(level), amr: ['test'] };
    await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}

let keys = newKeys();
let provider;
const server = createServer(async (request, response) => {
    try {
        if (request.url === '/test/rotate' && request.method === 'POST') {
            const before = keys;
            keys = newKeys();
            // Sessions and codes live on: the package keeps them for the process.
            provider = makeProvider(provider.issuer, [...keys, ...before]);
            answer(response, 200, 'application/json', JSON.stringify({ keys: keys.map(({ kid }) => kid) }));
        } else if (request.url.startsWith('/interaction/')) {
            await interact(request, response);
        } else {
            await provider.callback()(request, response);
        }
    } catch (error) {
        console.error(error);
        if (!response.headersSent) {
            answer(response, 400, 'text/plain', error.error_description ?? error.message);
        }
    }
});

server.listen(Number(given.port), '127.0.0.1', () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    provider = makeProvider(issuer, keys);
    const line = {
        issuer,
        client_id: given['client-id'],
        client_secret: given['client-secret'],
        rotate: `${issuer}/test/rotate`,
        users: [...people.values()],
    };
    writeSync(1, `${JSON.stringify(line)}\n`);
});

const end = () => process.exit(0);
process.on('SIGTERM', end);
process.on('SIGINT', end);
if (given['until-stdin-ends']) {
    process.stdin.on('end', end).resume();
}

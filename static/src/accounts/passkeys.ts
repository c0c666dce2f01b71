import { fromBase64url, toBase64url } from "./base64url";

/** What the server says before a passkey is made. */
interface CreationJson {
  publicKey: Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
    challenge: string;
    user: { id: string; name: string; displayName: string };
    excludeCredentials?: DescriptorJson[];
  };
}

/** What the server says before a passkey is asked for. */
interface RequestJson {
  publicKey: Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & {
    challenge: string;
    allowCredentials?: DescriptorJson[];
  };
}

interface DescriptorJson {
  id: string;
  type: "public-key";
  transports?: AuthenticatorTransport[];
}

/** What the server answers at the end. */
interface Told {
  next?: string;
  detail?: string;
}

/** Makes the button in a box ask for a passkey or add one; the box says what went wrong. */
export function preparePasskeys(box: HTMLElement): void {
  const button = box.querySelector("button");
  const said = box.querySelector<HTMLElement>("[data-said]");
  if (!button || !said) return;
  const say = (text: string | undefined): void => {
    said.textContent = text ?? "";
  };
  if (!("PublicKeyCredential" in window)) {
    // Offered to nobody who cannot use it, but told to whoever came to add one.
    if (box.dataset.passkey === "sign-in") box.hidden = true;
    button.disabled = true;
    say(box.dataset.unsupported);
    return;
  }
  button.addEventListener("click", async () => {
    say("");
    button.disabled = true;
    try {
      const told = await act(box);
      if (told.next) location.assign(told.next);
      else say(told.detail ?? box.dataset.failed);
    } catch {
      // Whoever closes the browser's window for passkeys gets here too.
      say(box.dataset.failed);
    }
    button.disabled = false;
  });
}

function act(box: HTMLElement): Promise<Told> {
  const { passkey, own } = box.dataset;
  if (passkey === "add") return add(box);
  // Who is signed in already shows the passkey again; the doors lie below the page of their own.
  return passkey === "confirm" ? show(box, `${own}/confirm/passkey`) : show(box, "/sign-in/passkey");
}

async function show(box: HTMLElement, door: string): Promise<Told> {
  const { formToken: form_token, next } = box.dataset;
  const { status, body } = await ask<RequestJson & Told>(`${door}/begin`, { form_token, next });
  if (!body.publicKey) return refused(status, body);
  const { challenge, allowCredentials, ...rest } = body.publicKey;
  const publicKey: PublicKeyCredentialRequestOptions = {
    ...rest,
    challenge: fromBase64url(challenge),
    allowCredentials: allowCredentials?.map(descriptor) ?? [],
  };
  const shown = await navigator.credentials.get({ publicKey });
  if (!(shown instanceof PublicKeyCredential)) return {};
  const { response } = shown;
  if (!(response instanceof AuthenticatorAssertionResponse)) return {};
  const credential = {
    ...common(shown),
    response: {
      authenticatorData: toBase64url(response.authenticatorData),
      clientDataJSON: toBase64url(response.clientDataJSON),
      signature: toBase64url(response.signature),
      userHandle: response.userHandle ? toBase64url(response.userHandle) : null,
    },
  };
  return (await ask<Told>(door, { form_token, next, credential })).body;
}

async function add(box: HTMLElement): Promise<Told> {
  const { formToken: form_token, own } = box.dataset;
  const name = box.querySelector("input")?.value ?? "";
  const { status, body } = await ask<CreationJson & Told>(`${own}/passkeys/begin`, { form_token });
  if (!body.publicKey) return refused(status, body);
  const { challenge, user, excludeCredentials, ...rest } = body.publicKey;
  const publicKey: PublicKeyCredentialCreationOptions = {
    ...rest,
    challenge: fromBase64url(challenge),
    user: { ...user, id: fromBase64url(user.id) },
    excludeCredentials: excludeCredentials?.map(descriptor) ?? [],
    // Kept by the authenticator together with whose it is, so that it can be used without typing an address.
    authenticatorSelection: {
      ...rest.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
    },
  };
  const made = await navigator.credentials.create({ publicKey });
  if (!(made instanceof PublicKeyCredential)) return {};
  const { response } = made;
  if (!(response instanceof AuthenticatorAttestationResponse)) return {};
  const credential = {
    ...common(made),
    response: {
      attestationObject: toBase64url(response.attestationObject),
      clientDataJSON: toBase64url(response.clientDataJSON),
      transports: response.getTransports?.() ?? null,
    },
  };
  return (await ask<Told>(`${own}/passkeys`, { form_token, name, credential })).body;
}

/** A session that has ended leads to the sign-in; another refusal is said. */
function refused(status: number, body: Told): Told {
  return status === 401 ? { next: location.href } : body;
}

function common({ id, rawId, type }: PublicKeyCredential): {
  id: string;
  rawId: string;
  type: string;
  extensions: object;
} {
  return { id, rawId: toBase64url(rawId), type, extensions: {} };
}

function descriptor({ id, type, transports }: DescriptorJson): PublicKeyCredentialDescriptor {
  return transports ? { id: fromBase64url(id), type, transports } : { id: fromBase64url(id), type };
}

async function ask<T>(path: string, body: object): Promise<{ status: number; body: Partial<T> }> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Partial<T> };
}

/** A real OpenID Connect provider on loopback, with a few people and a login page that believes what it is told. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderContext } from 'oidc-provider';

/** By the name that they sign in with. */
export const people: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  vera: { name: 'Vera', email: 'vera@example.org', email_verified: true, groups: ['everybody'] },
  otto: { name: 'Otto', email: 'otto@example.org', email_verified: true, groups: ['everybody', 'net-ops'] },
  anna: { name: 'Anna', email: 'anna@example.org', email_verified: true, groups: ['net-admins'] },
  /** Somebody whom no rule knows. */
  nils: { name: 'Nils', email: 'nils@example.org', email_verified: false, groups: [] },
};

/** Making one takes a while. */
const { privateKey: signingKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const clientId = 'polynya';
export const clientSecret = 'client-secret-oaGh5eiZ8Dah';

/** `oidc` of the service’s configuration, but for the issuer. */
export const oidcBase = {
  allowInsecureIssuer: true,
  clientId,
  clientSecret,
  label: 'Example Corp',
  scopes: ['profile', 'email', 'groups'],
  roles: [
    { claim: 'groups', values: ['everybody'], role: 'viewer' },
    { claim: 'groups', values: ['net-ops'], role: 'operator' },
    { claim: 'groups', values: ['net-admins'], role: 'admin' },
  ],
};

export interface IdentityProviderOptions {
  /** Origin of the service that people sign in to. */
  readonly publicUrl: string;
  /** Put all claims into the ID token, so that nobody has to ask userinfo. */
  readonly fullIdToken?: boolean;
  readonly idTokenSec?: number;
  /** That of one that was there before. */
  readonly port?: number;
}

export class IdentityProvider {
  readonly issuer: string;
  /** Paths that were asked for, without their queries. */
  readonly asked: string[];
  readonly #server: Server;
  readonly #unmute: () => void;

  private constructor(server: Server, issuer: string, asked: string[], unmute: () => void) {
    this.#server = server;
    this.issuer = issuer;
    this.asked = asked;
    this.#unmute = unmute;
  }

  static async open(options: IdentityProviderOptions): Promise<IdentityProvider> {
    const unmute = muteProvider();
    const { Provider } = await import('oidc-provider');
    const asked: string[] = [];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
    // Another host name than the service’s: to a browser it is another site.
    const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(issuer, configurationFor(options));
    const rest = provider.callback();
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      asked.push(path);
      const [, page, , action] = path.split('/');
      if (page !== 'people') rest(request, response);
      else if (action === undefined) response.setHeader('content-type', 'text/html').end(loginPage(path));
      else {
        const login = new URL(request.url ?? '', issuer).searchParams.get('login') ?? '';
        const result = action === 'deny' ? { error: 'access_denied' } : { login: { accountId: login } };
        void provider.interactionFinished(request, response, result);
      }
    });
    return new IdentityProvider(server, issuer, asked, unmute);
  }

  async close(): Promise<void> {
    this.#unmute();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function configurationFor({ publicUrl, fullIdToken = false, idTokenSec = 600 }: IdentityProviderOptions) {
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${publicUrl}/api/sign-in/callback`],
        post_logout_redirect_uris: [`${publicUrl}/`],
      },
    ],
    jwks: { keys: [{ ...signingKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'k1' }] },
    cookies: { keys: ['for the cookies of the provider'] },
    claims: {
      openid: ['sub'],
      profile: ['name'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    conformIdTokenClaims: !fullIdToken,
    // Its own pages fetch a font from the internet.
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: showLogout },
    },
    renderError: (context: { body: string }, out: Readonly<Record<string, unknown>>) => {
      context.body = JSON.stringify(out);
    },
    ttl: { IdToken: idTokenSec },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/people/${uid}` },
    findAccount: (_context: unknown, id: string) =>
      id in people ? { accountId: id, claims: () => ({ sub: id, ...people[id] }) } : undefined,
    // Nobody is asked for consent.
    loadExistingGrant: async ({ oidc }: ProviderContext) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
  };
}

/** Browsers ask for an icon else. */
const head = '<!doctype html><link rel="icon" href="data:,">';

function loginPage(path: string): string {
  const links = Object.keys(people).map((login) => `<p><a href="${path}/login?login=${login}">${login}</a>`);
  return `${head}<title>Who are you?</title>${links.join('')}<p><a href="${path}/deny">Deny</a>`;
}

function showLogout(context: { body: string }, form: string): void {
  const button = '<button form="op.logoutForm" name="logout" value="yes">Yes, everywhere</button>';
  context.body = `${head}<title>Sign out?</title>${form}${button}`;
}

/**
 * It warns on the console that it knows of no Node below 22, and of each default that a real provider should not have: an
 * in-memory store, pages without a design. Both are so on purpose here; whatever else stands on the console is shown.
 */
function muteProvider(): () => void {
  const { info, warn } = console;
  const without =
    (write: typeof info) =>
    (...texts: unknown[]) => {
      if (!String(texts[0]).includes('oidc-provider ')) write(...texts);
    };
  console.info = without(info);
  console.warn = without(warn);
  return () => Object.assign(console, { info, warn });
}

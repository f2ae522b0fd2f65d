/** Sign-in with an OpenID Connect provider: authorization code flow with PKCE (OIDC Core §3.1, RFC 7636, RFC 9700 §2.1). */
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Principal } from '../../contract/access.ts';
import type { SignInOffer } from '../../contract/oidc.ts';
import { fault, type RequestFault } from '../fault.ts';
import { callbackPath, type OidcTarget, signInPath } from './oidc-target.ts';
import { Provider } from './provider.ts';
import { returnPath } from './return-path.ts';
import {
  type Claims,
  type KnownProject,
  missingClaims,
  type NoRole,
  roleOf,
  unknownProjects,
  verifiedEmail,
} from './role-of.ts';
import { Seal } from './seal.ts';
import { clockFault, signInFault } from './sign-in-fault.ts';
import { type Beginning, SignInStates, signInSec } from './sign-in-state.ts';

export interface Begun {
  /** At the provider. */
  readonly location: string;
  /** Value of the cookie that the callback has to come with. */
  readonly cookie: string;
}

export type Finished =
  /** `location`: where the browser goes next. */
  | { readonly ok: true; readonly principal: Principal; readonly location: string }
  /** The provider vouches for somebody to whom no rule gives a role. */
  | { readonly ok: false; readonly who: Pick<Principal, 'kind' | 'id' | 'name'>; readonly why: RequestFault };

export interface SignInOptions {
  readonly now: () => Date;
  /** All of the service, in the order in which they were made. */
  readonly projects: () => Promise<readonly KnownProject[]>;
}

export class SignInDesk {
  readonly #target: OidcTarget;
  readonly #now: () => Date;
  readonly #projects: SignInOptions['projects'];
  readonly #provider: Provider;
  readonly #states: SignInStates;

  constructor(target: OidcTarget, { now, projects }: SignInOptions) {
    this.#target = target;
    this.#now = now;
    this.#projects = projects;
    this.#provider = new Provider(target, now);
    this.#states = new SignInStates(new Seal(target.clientSecret, 'polynya sign-in'));
  }

  /** For the login page. */
  get offer(): SignInOffer {
    return { label: this.#target.label, url: `${this.#target.publicUrl}${signInPath}` };
  }

  /** Rejects with the fault when the provider does not answer. A sign-in asks again. */
  async lookUpProvider(): Promise<void> {
    await this.#provider.configuration();
  }

  /** Ids that the rules name and that no project has. */
  async unknownProjects(): Promise<string[]> {
    const { roles } = this.#target;
    return unknownProjects(roles, await this.#projects());
  }

  /** @param to path to come back to, as the browser wishes it */
  async begin(to: string | undefined): Promise<Begun> {
    const configuration = await this.#provider.configuration();
    const beginning: Beginning = {
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      to: returnPath(to),
      untilMs: this.#now().getTime() + signInSec * 1000,
    };
    const location = buildAuthorizationUrl(configuration, {
      redirect_uri: this.#callbackUrl,
      scope: [...new Set(['openid', ...this.#target.scopes])].join(' '),
      state: beginning.state,
      nonce: beginning.nonce,
      code_challenge: await calculatePKCECodeChallenge(beginning.verifier),
      code_challenge_method: 'S256',
    });
    return { location: location.href, cookie: this.#states.keep(beginning) };
  }

  /**
   * @param query of the callback
   * @param cookie as {@link begin} gave it to this browser
   */
  async finish(query: URLSearchParams, cookie: string | null): Promise<Finished> {
    const nowMs = this.#now().getTime();
    const opened = this.#states.take(cookie, query.get('state'), nowMs);
    if (!opened.ok) throw fault('sign-in-unknown', opened.why);
    const { beginning } = opened;
    const claims = await this.#claims(query, beginning).catch((error: unknown) => {
      throw signInFault(error, nowMs);
    });
    const who = { kind: 'user', id: `${this.#target.issuer} ${claims.sub}`, name: nameOf(claims) } as const;
    const given = roleOf(claims, this.#target, await this.#projects());
    if (given.role === null) {
      return { ok: false, who, why: fault('sign-in-no-role', [who.name, ...reasons(given)].join('; ')) };
    }
    return {
      ok: true,
      principal: { ...who, ...given },
      // Absolute, so that no path can be read as another host.
      location: new URL(beginning.to, this.#target.publicUrl).href,
    };
  }

  /** Where signing out goes on at the provider (OIDC RP-Initiated Logout 1.0 §2); null: nowhere. */
  endUrl(): string | null {
    const configuration = this.#provider.known;
    if (configuration === null || !this.#target.endProviderSession) return null;
    if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
    // No id_token_hint: the token would stand in the URL, and would have to be kept until then.
    const { publicUrl } = this.#target;
    return buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${publicUrl}/` }).href;
  }

  get #callbackUrl(): string {
    return `${this.#target.publicUrl}${callbackPath}`;
  }

  /** From the ID token; from userinfo what the rules ask for beyond that. */
  async #claims(query: URLSearchParams, beginning: Beginning): Promise<Claims & { readonly sub: string }> {
    const configuration = await this.#provider.configuration();
    // Issuer, audience, expiry, signature and nonce are checked in there (OIDC Core §3.1.3.7).
    const tokens = await authorizationCodeGrant(configuration, new URL(`${this.#callbackUrl}?${query}`), {
      pkceCodeVerifier: beginning.verifier,
      expectedState: beginning.state,
      expectedNonce: beginning.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw fault('sign-in-answer-invalid', 'there is no ID token');
    // Whoever has a longer one could be taken for another (OIDC Core §2: 255 characters at most).
    if (claims.sub.length > 255) throw fault('sign-in-answer-invalid', 'sub is not as expected');
    // One that comes from the past is only late; whether it is too late, `exp` says.
    const nowMs = this.#now().getTime();
    const clock = claims.iat * 1000 > nowMs ? clockFault(claims.iat, nowMs) : null;
    if (clock !== null) throw clock;
    return await this.#withUserInfo(configuration, claims, tokens.access_token);
  }

  async #withUserInfo<C extends Claims & { readonly sub: string }>(
    configuration: Configuration,
    claims: C,
    accessToken: string,
  ): Promise<C> {
    const isEnough = missingClaims(claims, this.#target.roles).length === 0;
    if (isEnough || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await fetchUserInfo(configuration, accessToken, claims.sub)), ...claims };
  }
}

function reasons({ isEmailUnverified, missing, unknownProjects: unknown }: NoRole): string[] {
  return [
    ...(isEmailUnverified ? ['the provider does not vouch for the e-mail address'] : []),
    ...(missing.length > 0 ? [`the provider did not tell ${missing.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`the rules name projects that are not there: ${unknown.join(', ')}`] : []),
  ];
}

/** What people know somebody by; the subject is often a number. */
function nameOf(claims: Claims & { readonly sub: string }): string {
  const names = [verifiedEmail(claims), claims['preferred_username'], claims['name'], claims.sub];
  const name = names.find((each) => typeof each === 'string' && each.trim() !== '');
  return String(name).slice(0, 200);
}

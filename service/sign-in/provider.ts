/** The provider’s own description of itself (OpenID Connect Discovery 1.0 §4), fetched when it is needed, and kept. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  clockSkew,
  clockTolerance,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';
import { fault } from '../fault.ts';
import type { OidcTarget } from './oidc-target.ts';
import { signInFault, skewBoundSec } from './sign-in-fault.ts';

/** Longest wait for one answer of the provider. */
const answerSec = 5;
/** Before the second and the third try; somebody is waiting for it. */
const pausesMs = [100, 400];
/** Endpoints move seldom. */
const freshMs = 3_600_000;
/** Without these there is no sign-in (OpenID Connect Discovery 1.0 §3). */
const needed = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

export class Provider {
  readonly #target: OidcTarget;
  readonly #now: () => Date;
  #known: { readonly configuration: Configuration; readonly untilMs: number } | null = null;
  #asking: Promise<Configuration> | null = null;

  constructor(target: OidcTarget, now: () => Date) {
    this.#target = target;
    this.#now = now;
  }

  /** As it was last found, however old; null: it never answered. */
  get known(): Configuration | null {
    return this.#known?.configuration ?? null;
  }

  /** Throws a fault when it does not answer and never did. However many wait for it, it is asked once. */
  async configuration(): Promise<Configuration> {
    const known = this.#known;
    if (known !== null && known.untilMs > this.#now().getTime()) return known.configuration;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    // What was true an hour ago is better than no sign-in.
    return known === null ? this.#asking : this.#asking.catch(() => known.configuration);
  }

  async #ask(): Promise<Configuration> {
    for (const pauseMs of [...pausesMs, null]) {
      try {
        const configuration = await this.#discover();
        this.#known = { configuration, untilMs: this.#now().getTime() + freshMs };
        return configuration;
      } catch (error) {
        const cause = signInFault(error, this.#now().getTime());
        if (pauseMs === null || cause.failure.code !== 'sign-in-provider-away') throw cause;
        await pause(pauseMs, undefined, { ref: false });
      }
    }
    throw new Error('the last try returns or throws');
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, clientAuthentication } = this.#target;
    const authentication = clientAuthentication === 'basic' ? ClientSecretBasic : ClientSecretPost;
    const metadata = {
      [clockTolerance]: skewBoundSec,
      // The library reads the system’s clock.
      [clockSkew]: Math.round((this.#now().getTime() - Date.now()) / 1000),
    };
    const configuration = await discovery(new URL(issuer), clientId, metadata, authentication(clientSecret), {
      timeout: answerSec,
      execute: [
        // The ID token comes straight from the provider over TLS, but its signature is checked all the same.
        enableNonRepudiationChecks,
        ...(issuer.startsWith('http:') ? [allowInsecureRequests] : []),
      ],
    });
    const lacking = needed.find((name) => configuration.serverMetadata()[name] === undefined);
    if (lacking !== undefined) throw fault('sign-in-misconfigured', `the provider names no ${lacking}`);
    return configuration;
  }
}

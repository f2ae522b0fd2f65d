/** Logins with something wrong in them. */
import type { Attribute } from '../../stun/attributes.ts';
import { longTermKey, mintRestCredential } from '../../stun/credential.ts';
import type { StunMessage } from '../../stun/message.ts';
import { type Credentials, type Dress, firstAttempt } from '../client/auth-ladder.ts';
import type { Reply, Script } from './engine/script.ts';
import { Session, type SessionReply } from './session.ts';
import type { Site } from './site.ts';
import { errorCodeOf, message, relayOverUdp } from './wire.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
}

/** The right one, as the last challenge asks for; null before a challenge or without credentials. */
export function rightLogin(session: Session): Login | null {
  const { credentials } = session.site;
  const { attributes } = session.dress();
  const realm = attributes.find((attribute) => attribute.name === 'REALM')?.value;
  const nonce = attributes.find((attribute) => attribute.name === 'NONCE')?.value;
  if (credentials === null || realm === undefined || nonce === undefined) return null;
  return { ...credentials, realm, nonce };
}

/** Some servers take user parts of one form only, so it is the one of the login that works (`EXPIRY:USER`). */
export function timeLimited(site: Site, secret: string, expiresAtEpochSec: number): Credentials {
  const own = site.credentials?.username ?? '';
  const user = own.includes(':') ? own.slice(own.indexOf(':') + 1) : 'polynya';
  const { username, credential } = mintRestCredential(secret, user, expiresAtEpochSec);
  return { username, password: credential };
}

export function dressOf({ username, password, realm, nonce }: Login): Dress {
  const attributes: Attribute[] = [
    { name: 'USERNAME', value: username },
    { name: 'REALM', value: realm },
    { name: 'NONCE', value: nonce },
  ];
  return { attributes, seal: { key: longTermKey(username, realm, password), algorithm: 'sha1' } };
}

export function allocateRequest(session: Session): StunMessage {
  return message(session.site.random, 'allocate', [relayOverUdp]);
}

/**
 * Sends what `build` makes of the right login; once more with a new nonce where the old one went stale. Null: there is
 * no login to spoil.
 */
export function* tryLogin(
  session: Session,
  purpose: string,
  build: (login: Login) => Uint8Array,
): Script<Reply | null> {
  const login = rightLogin(session);
  if (login === null) return null;
  const reply = yield* session.raw(purpose, build(login));
  if (errorCodeOf(reply) !== 438 || session.learn(reply, firstAttempt) === null) return reply;
  return yield* session.raw(purpose, build(rightLogin(session) ?? login));
}

/**
 * Another user's Allocate, from a socket of its own: coturn binds a socket to the first user name that it sees there.
 * What should not have been granted is given back at once. Null: the server asks nobody for a login.
 */
export function* tryUser(
  site: Site,
  purpose: string,
  user: { readonly username: string; readonly password: string },
): Script<SessionReply | null> {
  const reply = yield* tryOnce(site, purpose, user);
  // RFC 8656 §7.4: somebody's allocation is still there for this five-tuple, and another port has to be tried.
  return reply !== null && errorCodeOf(reply) === 437
    ? yield* tryOnce(site, `${purpose}-again`, user)
    : reply;
}

function* tryOnce(
  site: Site,
  purpose: string,
  user: { readonly username: string; readonly password: string },
): Script<SessionReply | null> {
  const session = new Session(site, `user-${purpose}`, user);
  if ((yield* session.open()) !== null) return null;
  const reply = yield* session.allocate(purpose);
  if (reply.outcome === 'success') yield* session.release();
  yield* session.close();
  return reply.outcome === 'success' && reply.integrity === null ? null : reply;
}

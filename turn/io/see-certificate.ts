/** Handshakes with one TLS endpoint: the ordinary one, and some that change one thing each. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { decodeMessage, encodeMessage, methods } from '../../stun/message.ts';
import type { CertificateSight } from '../check/certificate.ts';
import type { Target } from '../check/site.ts';

type Place = Pick<Target, 'host' | 'server'>;

interface Shaken {
  readonly socket: tls.TLSSocket;
  readonly ms: number;
}

export interface SightOptions {
  readonly bindAddress?: string | undefined;
  /** PEM; replaces the system's authorities. */
  readonly ca?: string | undefined;
}

const timeoutMs = 5000;
/** Some servers answer an offer that they do not like with silence: the others wait by what the first one took. */
const patienceMs = (firstMs: number) => Math.min(timeoutMs, Math.max(1000, 20 * firstMs));
/** What TLS 1.2 knows and nobody should use; @SECLEVEL=0 lets our own side offer it. */
const weakCiphers = 'eNULL:aNULL:RC4:3DES:EXPORT:LOW:@SECLEVEL=0';
const oldProtocol = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;

/** Resolves with the error where the handshake fails. */
function shake(
  target: Place,
  how: SightOptions,
  options: tls.ConnectionOptions,
  limitMs = timeoutMs,
): Promise<Shaken | Error> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const named = isIP(target.host) === 0 ? { servername: target.host } : {};
    let socket: tls.TLSSocket;
    try {
      socket = tls.connect({
        host: target.server.address,
        port: target.server.port,
        rejectUnauthorized: false,
        timeout: limitMs,
        ...(how.bindAddress === undefined ? {} : { localAddress: how.bindAddress }),
        ...(how.ca === undefined ? {} : { ca: how.ca }),
        ...named,
        ...options,
      });
    } catch (error) {
      // This side's OpenSSL may not know what is asked for.
      resolve(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const limit = setTimeout(
      () => socket.destroy(new Error(`no handshake in ${(limitMs / 1000).toFixed(1)} s`)),
      limitMs,
    );
    socket.once('secureConnect', () => {
      clearTimeout(limit);
      resolve({ socket, ms: performance.now() - startedMs });
    });
    socket.once('error', (error) => {
      clearTimeout(limit);
      resolve(error);
    });
    socket.once('close', () => {
      clearTimeout(limit);
      resolve(new Error('closed during the handshake'));
    });
  });
}

/** Whether a STUN message comes back to a Binding: a proxy may have sent the connection to something else. */
function answersStun(socket: tls.TLSSocket, limitMs: number): Promise<boolean> {
  const transactionId = randomBytes(12);
  const request = { method: methods.binding, class: 'request', transactionId, attributes: [] } as const;
  return new Promise((resolve) => {
    let seen = Buffer.alloc(0);
    const settle = (answered: boolean) => {
      clearTimeout(limit);
      resolve(answered);
    };
    const limit = setTimeout(settle, limitMs, false);
    socket.once('close', () => settle(false));
    socket.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      if (decodeMessage(seen).ok) settle(true);
      else if (seen.length > 2048) settle(false);
    });
    socket.write(encodeMessage(request));
  });
}

type Variant = (options: tls.ConnectionOptions) => Promise<Shaken | null>;

/** Handshakes for their own sake: the connection is closed at once. */
function variantsOf(target: Target, how: SightOptions, limitMs: number): Variant {
  return async (options) => {
    const shaken = await shake(target, how, options, limitMs);
    if (shaken instanceof Error) return null;
    shaken.socket.destroy();
    return shaken;
  };
}

interface AlpnSight {
  /** See `CertificateSight.alpnTurn`. */
  readonly picked: string | false | null;
  readonly reachesTurn: boolean | null;
}

async function offerAlpn(
  target: Target,
  how: SightOptions,
  name: string,
  limitMs: number,
): Promise<AlpnSight> {
  const shaken = await shake(target, how, { ALPNProtocols: [name] }, limitMs);
  if (shaken instanceof Error) return { picked: false, reachesTurn: null };
  const { socket } = shaken;
  const reachesTurn = await answersStun(socket, limitMs);
  const picked = socket.alpnProtocol === false ? null : socket.alpnProtocol;
  socket.destroy();
  return { picked, reachesTurn };
}

const unseen = {
  chainProblem: null,
  nameProblem: null,
  validToEpochSec: null,
  chainLength: 0,
  selfSigned: false,
  keyBits: null,
  ellipticCurve: false,
  fingerprint: null,
  protocol: null,
  cipher: null,
  handshakeMs: null,
  tls12: null,
  tls13: null,
  tlsOld: null,
  weakCipher: null,
  withoutSni: null,
  alpnTurn: null,
  alpnUnknown: null,
  turnWithAlpn: null,
  turnWithoutAlpn: null,
  resumed: null,
} as const;

export async function seeCertificate(target: Target, how: SightOptions = {}): Promise<CertificateSight> {
  const where = { uri: target.uri, host: target.host, port: target.server.port };
  const first = await shake(target, how, {});
  if (first instanceof Error) return { ...unseen, ...where, failure: first.message };
  const { socket, ms } = first;
  const leaf = socket.getPeerCertificate(true);
  const session = socket.getSession();
  const base = {
    ...where,
    failure: null,
    chainProblem: socket.authorized ? null : chainProblem(socket),
    nameProblem: tls.checkServerIdentity(target.host, leaf)?.message ?? null,
    validToEpochSec: leaf.valid_to === undefined ? null : Math.floor(Date.parse(leaf.valid_to) / 1000),
    chainLength: chainLength(leaf),
    selfSigned: leaf.issuerCertificate?.fingerprint256 === leaf.fingerprint256,
    keyBits: leaf.bits ?? null,
    ellipticCurve: leaf.asn1Curve !== undefined,
    fingerprint: leaf.fingerprint256 ?? null,
    protocol: socket.getProtocol(),
    cipher: socket.getCipher().name,
    handshakeMs: ms,
  };
  const limitMs = patienceMs(ms);
  const succeeds = variantsOf(target, how, limitMs);
  const [tls12, tls13, tlsOld, weak, withoutSni, resumed, alpnTurn, alpnUnknown, turnWithoutAlpn] =
    await Promise.all([
      succeeds({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }),
      succeeds({ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }),
      succeeds(oldProtocol),
      succeeds({ maxVersion: 'TLSv1.2', ciphers: weakCiphers }),
      succeeds({ servername: '' }),
      session === undefined ? null : succeeds({ session }),
      offerAlpn(target, how, 'stun.turn', limitMs),
      succeeds({ ALPNProtocols: ['x-unknown'] }),
      answersStun(socket, limitMs),
    ]);
  socket.destroy();
  return {
    ...base,
    tls12: tls12 !== null,
    tls13: tls13 !== null,
    tlsOld: tlsOld !== null,
    weakCipher: weak === null ? null : (weak.socket.getCipher()?.name ?? 'a weak cipher'),
    withoutSni: withoutSni !== null,
    alpnTurn: alpnTurn.picked,
    alpnUnknown: alpnUnknown === null ? false : alpnUnknown.socket.alpnProtocol || null,
    turnWithAlpn: alpnTurn.reachesTurn,
    turnWithoutAlpn,
    resumed: resumed?.socket.isSessionReused() ?? null,
  };
}

/** Seconds since 1970; null: there was no handshake, or no certificate. */
export async function certificateEnd(place: Place): Promise<number | null> {
  const shaken = await shake(place, {}, {});
  if (shaken instanceof Error) return null;
  const { valid_to: end } = shaken.socket.getPeerCertificate();
  shaken.socket.destroy();
  return end === undefined ? null : Math.floor(Date.parse(end) / 1000);
}

/** A wrong name is judged apart, so only what concerns the chain counts here. */
function chainProblem(socket: tls.TLSSocket): string | null {
  const code = String(socket.authorizationError ?? '');
  return code === '' || code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? null : code;
}

function chainLength(leaf: tls.DetailedPeerCertificate): number {
  const seen = new Set<string>();
  for (
    let next: tls.DetailedPeerCertificate | undefined = leaf;
    next !== undefined;
    next = next.issuerCertificate
  ) {
    if (seen.has(next.fingerprint256)) break;
    seen.add(next.fingerprint256);
  }
  return seen.size;
}

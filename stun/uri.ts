/** `stun:`, `stuns:` (RFC 7064) and `turn:`, `turns:` (RFC 7065) URIs. */
import { canonicalAddress } from './address.ts';
import type { Transport } from './machine.ts';

export type StunScheme = 'stun' | 'stuns' | 'turn' | 'turns';

export interface StunUri {
  /** The URI as written, without surrounding blanks. */
  readonly text: string;
  readonly scheme: StunScheme;
  /** A DNS name in ASCII, or an IP literal in its one spelling, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
}

export type StunUriResult =
  | { readonly ok: true; readonly uri: StunUri }
  | { readonly ok: false; readonly problem: string };

/** RFC 7064 s3.2, RFC 7065 s3.2: 3478, and 5349 where TLS comes first. */
const defaultPorts = { stun: 3478, stuns: 5349, turn: 3478, turns: 5349 } as const;

const shape = /^([a-z]+):([^?#]*)(?:\?([^#]*))?(#.*)?$/i;
const authority = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/;
const dnsName =
  /^(?=.{1,253}\.?$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/**
 * Reads one URI. Problems say what to write instead, and never repeat the URI: it may hold a password by mistake.
 * `?transport=` is RFC 7065's, for turn and turns; on stun and stuns it is read as well, to test STUN over TCP.
 */
export function parseStunUri(text: string): StunUriResult {
  const trimmed = text.trim();
  const parts = shape.exec(trimmed);
  const scheme = parts?.[1]?.toLowerCase();
  if (parts === null || !isScheme(scheme)) return bad('does not start with stun:, stuns:, turn: or turns:');
  const [, , rest = '', query, fragment] = parts;
  if (rest.startsWith('//')) return bad(`has no // after ${scheme}: (write ${scheme}:HOST:PORT)`);
  if (rest.includes('@')) return bad('must not carry credentials; give username and credential apart');
  if (fragment !== undefined) return bad('must not have a # part');
  if (rest.includes('/')) return bad('has no path');

  const [, bracketed, plain, portText] = authority.exec(rest) ?? [];
  if (bracketed === undefined && plain === undefined)
    return bad('has a host that cannot be read (an IPv6 address stands in brackets)');
  const host = bracketed === undefined ? readHost(plain ?? '') : readIpv6(bracketed);
  if (host === null)
    return bad(bracketed === undefined ? hostProblem(plain ?? '') : 'has no IPv6 address in [ ]');

  const port = portText === undefined ? defaultPorts[scheme] : readPort(portText);
  if (port === null) return bad('has a port that is not 1–65535');
  const transport = readTransport(scheme, query);
  if (typeof transport !== 'string') return bad(transport.problem);
  return { ok: true, uri: { text: trimmed, scheme, host, port, transport } };
}

function bad(problem: string): StunUriResult {
  return { ok: false, problem };
}

function isScheme(scheme: string | undefined): scheme is StunScheme {
  return scheme !== undefined && Object.hasOwn(defaultPorts, scheme);
}

function readIpv6(literal: string): string | null {
  return literal.includes(':') && !literal.includes('%') ? canonicalAddress(literal) : null;
}

function readHost(host: string): string | null {
  // Only digits and dots: meant as IPv4, so it must be one; DNS has no such names.
  if (/^[\d.]+$/.test(host)) return canonicalAddress(host);
  const ascii = /[^ -~]/.test(host) ? toAsciiHost(host) : host;
  return ascii !== null && dnsName.test(ascii) ? ascii.toLowerCase() : null;
}

/** Names in other scripts go to DNS in their ASCII form. */
function toAsciiHost(host: string): string | null {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : null;
}

function hostProblem(host: string): string {
  if (host === '') return 'has no host';
  return /^[\d.]+$/.test(host) ? 'has a host that is no IPv4 address' : 'has a host that is no DNS name';
}

function readPort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : null;
}

function readTransport(scheme: StunScheme, query: string | undefined): Transport | { problem: string } {
  const secure = scheme === 'stuns' || scheme === 'turns';
  if (query === undefined) return secure ? 'tls' : 'udp';
  const value = /^transport=([^&]*)$/i.exec(query)?.[1]?.toLowerCase();
  if (value === 'tcp') return secure ? 'tls' : 'tcp';
  if (value !== 'udp') return { problem: 'knows ?transport=udp and ?transport=tcp only' };
  return secure ? { problem: 'asks for DTLS (transport=udp), which is not supported' } : 'udp';
}

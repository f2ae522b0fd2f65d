/** The value of denied-peer-ip and allowed-peer-ip, and why coturn makes nothing of it. */
import { type AddressRange, parseAddress, parseCidr } from './address.ts';
import type { LintConfig } from './config.ts';
import type { ConfEntry } from './parse-conf.ts';

export type PeerRange =
  | { readonly kind: 'range'; readonly range: AddressRange }
  | { readonly kind: 'reversed'; readonly range: AddressRange }
  | { readonly kind: 'cidr'; readonly range: AddressRange | null }
  | { readonly kind: 'list'; readonly parts: readonly string[] }
  /** Something stands behind a range: a comment, or `;`. */
  | { readonly kind: 'comment' | 'semicolon' | 'hostname' | 'malformed' | 'empty' };

export function parsePeerRange(value: string | null): PeerRange {
  const text = value ?? '';
  if (text === '') return { kind: 'empty' };
  if (text.includes('#')) return { kind: 'comment' };
  if (text.endsWith(';')) return { kind: 'semicolon' };
  const parts = text.split(/[,\s]+/).filter((part) => part !== '' && part !== '-');
  if (parts.length > 1 && !/\s-\s|\s-|-\s/.test(text)) return { kind: 'list', parts };
  if (text.includes('/')) return { kind: 'cidr', range: parseCidr(text) };
  const [low = '', high, ...rest] = text.split('-').map((part) => part.trim());
  const first = parseAddress(low);
  const last = high === undefined ? first : parseAddress(high);
  if (rest.length > 0 || first === null || last === null) {
    // Letters outside of a range are resolved as a name when the server starts.
    return {
      kind: first === null && /^[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*$/.test(text) ? 'hostname' : 'malformed',
    };
  }
  if (first.bits !== last.bits) return { kind: 'malformed' };
  if (last.value < first.value) {
    return { kind: 'reversed', range: { bits: first.bits, first: last.value, last: first.value } };
  }
  return { kind: 'range', range: { bits: first.bits, first: first.value, last: last.value } };
}

/** An address, a CIDR range, or two addresses with a hyphen; null: none of these. */
export function peerRangeOf(text: string): AddressRange | null {
  const parsed = parsePeerRange(text);
  return parsed.kind === 'range' || parsed.kind === 'cidr' ? parsed.range : null;
}

export interface PeerEntry {
  readonly entry: ConfEntry;
  readonly peers: PeerRange;
}

export function peerEntries(config: LintConfig): PeerEntry[] {
  return config
    .all('denied-peer-ip', 'allowed-peer-ip')
    .map((entry) => ({ entry, peers: parsePeerRange(entry.value) }));
}

/** The ranges of one option that coturn obeys. */
export function rangesOf(config: LintConfig, option: 'denied-peer-ip' | 'allowed-peer-ip'): AddressRange[] {
  return peerEntries(config).flatMap(({ entry, peers }) =>
    entry.option === option && peers.kind === 'range' ? [peers.range] : [],
  );
}

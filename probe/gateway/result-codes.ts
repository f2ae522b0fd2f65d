import type { GatewayProtocol } from '../../contract/evidence.ts';

/** Codes that an announcement can get for an answer, in words. */
const names: Record<GatewayProtocol, Readonly<Record<number, string>>> = {
  // RFC 6887 §7.4.
  pcp: {
    1: 'unsupported version',
    2: 'not authorized',
    3: 'malformed request',
    4: 'unsupported opcode',
    7: 'network failure',
    8: 'no resources',
    12: 'address mismatch',
  },
  // RFC 6886 §3.5.
  'nat-pmp': {
    1: 'unsupported version',
    2: 'not authorized',
    3: 'network failure',
    4: 'out of resources',
    5: 'unsupported opcode',
  },
  // UPnP Device Architecture 1.1 §3.2.2.
  'upnp-igd': { 401: 'invalid action', 501: 'action failed', 606: 'not authorized' },
};

/** `code 3 (network failure)`. */
export function resultText(protocol: GatewayProtocol, code: number): string {
  const name = names[protocol][code];
  return name === undefined ? `code ${code}` : `code ${code} (${name})`;
}

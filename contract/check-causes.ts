/**
 * Why connections fail or are limited, as far as a browser and its service can know together. The Check page has words
 * for each, for the visitor and for the IT department. This file has no imports, so that the page can load it.
 */

export type CheckBlame = 'device' | 'network' | 'server' | 'service' | 'none';

/** Whose it is to mend, worst first: where several hold, the first one is what the verdict names. */
export const checkCauses = {
  'webrtc-missing': 'device',
  'link-expired': 'service',
  offline: 'device',
  'captive-portal': 'network',
  'service-unreachable': 'service',
  'service-busy': 'service',
  'check-failed': 'service',
  'page-hidden': 'device',
  'websocket-blocked': 'network',
  'webrtc-policy': 'device',
  'only-443': 'network',
  'udp-blocked': 'network',
  'turn-credential-expired': 'server',
  'turn-credential': 'server',
  'turn-quota': 'server',
  'turn-refused': 'server',
  'server-name': 'server',
  'name-unknown-here': 'network',
  'tls-certificate': 'server',
  'tls-on-the-way': 'network',
  'turn-down': 'server',
  'turn-blocked-here': 'network',
  'turn-unreachable': 'server',
  'relay-carries-nothing': 'server',
  'stun-down': 'server',
  'stun-blocked-here': 'network',
  'stun-unreachable': 'server',
  'dtls-blocked': 'network',
  'direct-blocked': 'network',
  'packet-loss': 'network',
  'slow-path': 'network',
  'strict-nat': 'network',
  'no-relay': 'service',
  'ipv6-dead': 'none',
} as const satisfies Record<string, CheckBlame>;

export type CheckCauseId = keyof typeof checkCauses;
export const checkCauseIds = Object.keys(checkCauses) as CheckCauseId[];

/** A cause that was found. */
export interface CheckCause {
  readonly id: CheckCauseId;
  /** The server URLs that it holds for; empty: not bound to a server. */
  readonly urls: readonly string[];
}

/**
 * The rows of the failure catalogue that a browser can meet. The catalogue itself comes with its schema library,
 * which this page does not load; `test/unit/check/failure-rows.test.ts` proves that both say the same.
 */
import type { Blame, Failure, FailureCode } from '../../contract/failures.ts';

type Row = readonly [blame: Blame, meaning: string, next: string];

export const failureRows = {
  'local-no-route': [
    'local',
    'This host has no route for this address family.',
    'Connect the host to a network, or remove servers of the family that it does not have.',
  ],
  'dns-not-found': [
    'network',
    'The server name does not resolve to an address.',
    'Check the spelling of the host name, and that this network’s DNS knows it.',
  ],
  timeout: [
    'network',
    'No answer came back, over all retransmissions.',
    'Check that the server runs and that firewalls on the way pass this transport and port.',
  ],
  'connection-closed': [
    'server',
    'The connection was closed before an answer came.',
    'Look at the server’s log; a proxy or load balancer in front may not pass this protocol.',
  ],
  'tls-failed': [
    'server',
    'The TLS handshake did not complete.',
    'Check that this port speaks TLS and offers TLS 1.2 or later.',
  ],
  'stun-300': [
    'server',
    'The server redirects to another one (300 Try Alternate).',
    'Use the server named in ALTERNATE-SERVER.',
  ],
  'stun-400': [
    'server',
    'The server called the request malformed (400).',
    'Check that the port belongs to a STUN or TURN server of the expected kind.',
  ],
  'stun-420': [
    'server',
    'The server does not know a required attribute (420).',
    'Update the server; it lacks a feature that this test needs.',
  ],
  'stun-500': ['server', 'The server reported an internal error (500).', 'Look at the server’s log.'],
  'stun-unexpected-error': [
    'server',
    'The server answered with an error code that does not belong here.',
    'Look at the server’s log for this request.',
  ],
  'turn-401': [
    'server',
    'The TURN server rejected the username or password (401 after credentials).',
    'Check username, password and expiry; with a shared secret, check that both sides have the same one and that the clock is right.',
  ],
  'turn-403': [
    'server',
    'The TURN server forbids this request (403).',
    'Check the allowed and denied peer addresses in the server’s configuration.',
  ],
  'turn-437': [
    'server',
    'The server says that the allocation does not match (437).',
    'Retry from a new local port; if it persists, look at the server’s log.',
  ],
  'turn-438': [
    'server',
    'The server keeps answering that the nonce is stale (438).',
    'Check the clocks, and that all servers behind a load balancer share sessions.',
  ],
  'turn-440': [
    'server',
    'The server cannot relay for this address family (440).',
    'Give the server a relay address of this family, or do not ask for it.',
  ],
  'turn-441': [
    'server',
    'The credentials are not those that made the allocation (441).',
    'Use one set of credentials for the whole session.',
  ],
  'turn-442': ['server', 'The server does not relay over this transport (442).', 'Ask for a UDP relay.'],
  'turn-486': [
    'server',
    'The user has reached the allocation quota (486).',
    'Wait for the user’s other allocations to end (coturn counts one for a second after its release), or raise user-quota.',
  ],
  'turn-508': [
    'server',
    'The server has no relay port or capacity left (508).',
    'Widen min-port–max-port, or add capacity.',
  ],
  'browser-no-webrtc': [
    'local',
    'This browser has no WebRTC, or a policy or extension has switched it off.',
    'Use a current Chrome, Edge, Firefox or Safari, or ask for the policy to be lifted.',
  ],
  'browser-ice-701': [
    'network',
    'The browser could not reach this server from one of its addresses (701).',
    'Harmless if the same server worked from another address; else check firewall, name and port.',
  ],
  'signal-failed': [
    'network',
    'The WebSocket to the service did not open or broke.',
    'Check that proxies on the way pass WebSocket (Upgrade).',
  ],
  'ice-no-candidates': [
    'network',
    'The wanted kind of candidate was never gathered.',
    'See the servers’ errors: without that candidate this path cannot work.',
  ],
  'ice-failed': [
    'network',
    'No candidate pair answered its connectivity checks.',
    'Direct UDP is filtered between the two ends: configure a TURN server.',
  ],
  'dtls-failed': [
    'peer',
    'A pair was found, but the DTLS handshake did not complete.',
    'Try once more; if it persists, look for a device that inspects or limits UDP.',
  ],
  'echo-timeout': [
    'peer',
    'The channel opened, but the test message did not come back.',
    'Try once more; if it persists, look for packet loss or an MTU problem on the way.',
  ],
  'not-relayed': [
    'tool',
    'The connection was to be relayed, but the selected pair has no relay end.',
    'Report this: the result is not counted as a relay success.',
  ],
  'uri-invalid': [
    'tool',
    'This is not a STUN or TURN URI (RFC 7064, RFC 7065).',
    'Write stun:HOST[:PORT], turn:HOST[:PORT][?transport=udp|tcp] or turns:HOST[:PORT].',
  ],
  'request-invalid': [
    'tool',
    'The request has a wrong or missing field.',
    'Correct the named field; /docs describes every request.',
  ],
  'rate-limited': [
    'tool',
    'Too many requests from this address.',
    'Wait the number of seconds in Retry-After.',
  ],
  'harness-fault': [
    'tool',
    'Polynya itself failed; this says nothing about the network.',
    'Run it again; if it persists, report it with the evidence.',
  ],
} as const satisfies Partial<Record<FailureCode, Row>>;

export type CheckFailureCode = keyof typeof failureRows;

export function isCheckFailureCode(code: string): code is CheckFailureCode {
  return Object.hasOwn(failureRows, code);
}

/** As `failure` of the catalogue: `detail` is appended in brackets. */
export function failure(code: CheckFailureCode, detail?: string): Failure {
  const [blame, meaning, next] = failureRows[code];
  const message = detail === undefined || detail === '' ? meaning : `${meaning} [${detail}]`;
  return { code, blame, message, next };
}

/** The meaning alone, without the detail that experts want. */
export function meaningOf(failed: Pick<Failure, 'code' | 'message'>): string {
  return isCheckFailureCode(failed.code) ? failureRows[failed.code][1] : failed.message;
}

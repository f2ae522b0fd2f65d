/** Everything the Check page says, in one place. A second language is a second table of this shape. */
import type { Rung } from '../../contract/basics.ts';
import type { CandidateType } from '../../contract/candidate.ts';
import type { FailureCode } from '../../contract/failures.ts';
import type { StepId, StepStatus } from './state.ts';

export const stepTitles: Readonly<Record<StepId, string>> = {
  browser: 'Browser can make real-time connections',
  service: 'Reach this service',
  gather: 'Find addresses through the servers',
  nat: 'See what the router does (NAT)',
  direct: 'Connect directly',
  relay: 'Connect through a relay',
  verdict: 'Verdict',
};

export const statusWords: Readonly<Record<StepStatus, string>> = {
  waiting: 'waiting',
  running: 'running',
  ok: 'OK',
  warned: 'partly',
  failed: 'failed',
  skipped: 'skipped',
};

export const headlineWords = {
  good: 'Works',
  limited: 'Works with limits',
  bad: 'Does not work',
  unknown: 'Cannot say',
} as const;

export const say = {
  start: 'Start the check',
  again: 'Run again',
  running: 'Checking …',
  stepEnded: (title: string, status: string, detail: string): string =>
    `${title}: ${status}${detail === '' ? '' : `, ${detail}`}`,
  browserOk: 'WebRTC is available',
  browserMissing: 'WebRTC is missing or switched off',
  serviceOk: 'WebSocket works',
  configFailed: 'the service did not answer',
  serversAnswered: (answered: number, total: number): string => `${answered} of ${total} servers answered`,
  noServers: 'no STUN or TURN servers are configured',
  connected: (via: string, rttMs: number): string => `connected, ${ms(rttMs)} there and back${via}`,
  viaRelay: (transport: string): string => `, relay reached over ${transport.toUpperCase()}`,
  noRelayConfigured: 'no TURN server is configured',
  noWebrtcSkip: 'needs WebRTC',
  noServiceSkip: 'needs the service',
  reportSending: 'Sending the report …',
  reportSent: 'The report was sent to the operator of this page. Report number:',
  reportOpen: 'Open it in the dashboard',
  reportFailed: (reason: string): string =>
    `The report could not be sent (${reason}). Copy or download it, and pass it on yourself.`,
  copied: 'Copied',
  copyFailed: 'Copying was refused by the browser; use the download.',
  copy: 'Copy report',
  download: 'Download JSON',
  details: 'Technical details',
  nothing: 'none',
  inUse: 'in use',
  hidden: 'hidden by the browser',
} as const;

/** Milliseconds as people read them. Browsers give some times in whole ones, where 0 means less than one. */
export function ms(value: number): string {
  if (value === 0) return '< 1 ms';
  if (value < 10) return `${value.toFixed(1)} ms`;
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

export const rungWords: Readonly<Record<Rung, string>> = {
  none: 'not even signalling worked',
  S0: 'signalling worked, no usable address was found',
  S1: 'addresses were found, no pair of them connected',
  S2: 'the network path works, encryption did not start',
  S3: 'encryption works, no message came back',
  S4: 'messages were echoed',
  S5: 'media packets arrived',
  S6: 'media was decoded',
  S7: 'media was stable',
};

export const candidateTypeWords: Readonly<Record<CandidateType, string>> = {
  host: 'own address (host)',
  srflx: 'public address (server-reflexive)',
  prflx: 'seen by the peer (peer-reflexive)',
  relay: 'relay address (relay)',
};

const causes: Partial<Record<FailureCode | 'harmless', string>> = {
  harmless: 'One address of this device could not reach the server; another one could, so nothing is lost.',
  timeout:
    'The server did not answer in time: a firewall drops this transport or port, or the server is down.',
  'dns-not-found': 'The name of the server could not be resolved.',
  'tls-failed': 'The encrypted connection to the server failed: certificate, or a device that inspects TLS.',
  'connection-closed':
    'The connection to the server was refused or closed: nothing listens there, or a proxy is in the way.',
  'local-no-route': 'This address of the device has no way to the server (other network or address family).',
  'browser-ice-701': 'The server could not be reached from one of this device’s addresses.',
  'turn-401': 'The TURN server rejected the username or password: wrong, or expired.',
  'turn-403': 'The TURN server forbids this request.',
  'turn-438': 'The TURN server keeps answering that the nonce is stale: clocks, or a load balancer in front.',
  'turn-486': 'The quota of allocations for this user is used up.',
  'turn-508': 'The TURN server has no relay port or capacity left.',
  'stun-300': 'The server sends its clients to another server.',
};

/** The cause behind an error code, for the person who sees it. */
export function causeWords(code: FailureCode | 'harmless', errorCode: number): string {
  return causes[code] ?? `The server answered with error ${errorCode}.`;
}

export const noteWords = {
  mdns: 'Addresses that end in .local are made up by the browser: it hides the device’s own addresses from web pages. This is normal and does not hinder connections.',
  directScope:
    'The direct test connects to this service. Between two users both networks have a say, so a relay is still worth having.',
  noErrorsReported:
    'This browser does not report why a server failed, so a silent server is only known to have given no answer.',
  dtlsRetried:
    'The first attempt broke during the encryption handshake and was repeated; both are in the report.',
  publicAddress: (address: string): string => `Seen from outside, this device has the address ${address}.`,
  severalPublic: (addresses: string): string =>
    `The servers saw different public addresses (${addresses}): several uplinks, or an address pool of the provider.`,
} as const;

export const sentences = {
  noWebrtc: 'This browser cannot make real-time connections: WebRTC is missing or switched off.',
  serviceUnreachable: 'The service behind this page did not answer, so nothing could be checked.',
  serviceBusy: 'The service is busy with other checks; this says nothing about your network.',
  toolFault: 'The check itself failed; this says nothing about your network.',
  noSignalling: 'Calls cannot be set up from here: the WebSocket connection to this service is blocked.',
  both: 'Real-time connections work from here, directly and through the relay.',
  direct: 'Real-time connections work from here, directly. No relay is configured as a fallback.',
  directOnly: (cause: string): string =>
    `Real-time connections work directly, but the relay does not: ${cause}`,
  relayOnly: 'Real-time connections work from here, but only through the relay: the direct path is blocked.',
  nothing: (cause: string): string => `Real-time connections do not work from here: ${cause}`,
} as const;

export const advice = {
  allowWebsocket: 'Ask your IT to let WebSocket connections to this site pass the proxy or firewall.',
  tryOtherNetwork:
    'Try another network, for example a mobile hotspot, to see whether this network is the cause.',
  addRelay:
    'For the operator: users behind stricter networks will need a TURN server; none is configured on this service.',
  relayCosts: 'Calls will work. They take the way through the relay, which may add delay.',
  openUdp: 'To allow direct connections, outgoing UDP must be open in this network.',
  forOperator: (next: string): string => `For the operator: ${next}`,
  runAgain: 'Run the check again in a minute.',
  reload: 'Reload the page; if it persists, tell the operator of this page.',
} as const;

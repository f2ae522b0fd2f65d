/** Everything that the Check page says. Another language is another table of this shape; see language.ts. */
import type { Rung } from '../../../contract/basics.ts';
import type { CandidatePair, CandidateType } from '../../../contract/candidate.ts';
import { type Failure, type FailureCode, failureCatalogue } from '../../../contract/failures.ts';
import type { StepId, StepStatus } from '../steps.ts';
import { type CauseWords, enCauses } from './en-causes.ts';
import { enMore, type MoreWords } from './en-more.ts';
import { enNat, type NatWords } from './en-nat.ts';
import { enReport, type ReportWords } from './en-report.ts';
import { ms } from './milliseconds.ts';

const titles: Readonly<Record<StepId, string>> = {
  browser: 'Browser can make real-time connections',
  service: 'Reach this service',
  gather: 'Find addresses through the servers',
  nat: 'See what the router does (NAT)',
  direct: 'Connect directly',
  relay: 'Connect through each relay',
  verdict: 'Verdict',
};

const statuses: Readonly<Record<StepStatus, string>> = {
  waiting: 'waiting',
  running: 'running',
  ok: 'OK',
  warned: 'partly',
  failed: 'failed',
  skipped: 'skipped',
};

const rungs: Readonly<Record<Rung, string>> = {
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

const candidateTypes: Readonly<Record<CandidateType, string>> = {
  host: 'own address (host)',
  srflx: 'public address (server-reflexive)',
  prflx: 'seen by the peer (peer-reflexive)',
  relay: 'relay address (relay)',
};

/** W3C webrtc-stats, `RTCStatsIceCandidatePairState`. */
const pairStates: Readonly<Record<CandidatePair['state'], string>> = {
  frozen: 'not yet its turn',
  waiting: 'waiting',
  'in-progress': 'no answer yet',
  failed: 'failed',
  succeeded: 'succeeded',
  cancelled: 'cancelled',
};

/** What a server's refusal or silence means, for the person who sees it. */
const refusals: Partial<Record<FailureCode | 'harmless', string>> = {
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

export const en = {
  page: {
    title: 'Connection check',
    intro: [
      'This finds out in about ten seconds whether calls and other real-time connections work from this browser; camera and microphone stay off.',
      'Afterwards a report is sent to the operator of this page: this device’s addresses, the result of each step, and the name of the browser.',
    ],
    steps: 'Steps of the check',
    start: 'Start the check',
    again: 'Run again',
    running: 'Checking …',
    copy: 'Copy report',
    copied: 'Copied',
    copyFailed: 'Copying was refused by the browser; use the download.',
    download: 'Download JSON',
    details: 'Technical details',
    inUse: 'in use',
    pairStates,
    hidden: 'hidden by the browser',
  },
  titles,
  statuses,
  rungs,
  candidateTypes,
  headlines: {
    good: 'Works',
    limited: 'Works with limits',
    bad: 'Does not work',
    unknown: 'Cannot say',
  },
  step: {
    ended: (title: string, status: string, detail: string): string =>
      `${title}: ${status}${detail === '' ? '' : `, ${detail}`}`,
    browserOk: 'WebRTC is available',
    browserMissing: 'WebRTC is missing or switched off',
    serviceOk: 'WebSocket works',
    serviceFailed: 'the service did not answer',
    serversAnswered: (answered: number, total: number): string => `${answered} of ${total} servers answered`,
    noServers: 'no STUN servers are configured',
    connected: (rttMs: number): string => `connected, ${ms(rttMs)} there and back`,
    relays: (works: number, of: number): string => `${works} of ${of} ways through a relay carried data`,
    noRelayConfigured: 'no TURN server is configured',
    noWebrtcSkip: 'needs WebRTC',
    noServiceSkip: 'needs the service',
    noStun: 'this service runs no STUN server',
  },
  verdict: {
    sentences: {
      'direct-and-relay': 'Real-time connections work from here, directly and through the relay.',
      direct: 'Real-time connections work from here, directly.',
      'direct-only': 'Real-time connections work directly, but the relay does not.',
      'relay-only': 'Real-time connections work from here, but only through the relay.',
      'no-path': 'Real-time connections do not work from here.',
      'browser-no-webrtc': 'This browser cannot make real-time connections.',
      'signal-failed': 'Calls cannot be set up from here.',
      'service-unreachable': 'Nothing could be checked.',
      'service-busy': 'Nothing could be checked just now.',
      'harness-fault': 'The check itself failed; this says nothing about your network.',
      offline: 'This device is offline.',
    },
    found: 'What was found',
    todo: 'What to do',
    forOperator: 'For the operator:',
    otherNetwork:
      'Try another network, for example a mobile hotspot, to see whether this network is the cause.',
    relayCosts: 'Calls will work. They take the way through the relay, which may add delay.',
    direct: 'Direct',
    relay: 'Relay',
    thereAndBack: (rttMs: number): string => `${ms(rttMs)} there and back`,
  },
  sending: {
    sending: 'Sending the report …',
    sent: 'The report was sent to the operator of this page. Report number:',
    open: 'Open it in the dashboard',
    failed: (reason: string): string =>
      `The report could not be sent (${reason}). Copy or download it, and pass it on yourself.`,
  },
  grid: {
    title: 'Relays: every server over every transport, tried with data',
    server: 'Server',
    transports: { udp: 'UDP', tcp: 'TCP', tls: 'TLS' },
    outcomes: { ok: 'works', note: 'not needed', failed: 'failed', skipped: 'not tried' },
    families: { ipv4: 'IPv4', ipv6: 'IPv6' },
    times: (setupMs: number, rttMs: number): string => `${ms(setupMs)} to set up, ${ms(rttMs)} round trip`,
    notOffered: 'not offered',
  },
  notes: {
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
  },
  /** The cause behind an error code of `icecandidateerror`. */
  refusal: (code: FailureCode | 'harmless', errorCode: number): string =>
    refusals[code] ?? `The server answered with error ${errorCode}.`,
  failure: ({ code }: Pick<Failure, 'code'>): { meaning: string; next: string } => failureCatalogue[code],
  causes: enCauses,
  more: enMore,
  nat: enNat,
  report: enReport,
};

type Widened = Omit<typeof en, 'causes' | 'more' | 'nat' | 'report'>;
export interface Words extends Widened {
  readonly causes: CauseWords;
  readonly more: MoreWords;
  readonly nat: NatWords;
  readonly report: ReportWords;
}

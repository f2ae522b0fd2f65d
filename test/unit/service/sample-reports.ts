/** Valid reports to store, with the few fields varied that the tests are about. */
import { readFileSync } from 'node:fs';
import type { Headline } from '../../../contract/basics.ts';
import { type NatReport, type VisitReport, visitReportSchema } from '../../../contract/envelope.ts';
import type { LintReport } from '../../../contract/lint-report.ts';
import type { ServerResult } from '../../../contract/nat-report.ts';
import type { TabNat } from '../../../contract/tab-nat.ts';
import type { TurnCheck, TurnReport } from '../../../contract/turn-report.ts';
import type { Attempt } from '../../../contract/visit-report.ts';

export const chromeOnLinux =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

export function sampleAttempt(over: Partial<Attempt> = {}): Attempt {
  return {
    id: 'direct',
    from: 'browser',
    to: 'echo',
    path: 'mesh',
    transport: 'udp',
    rung: 'S4',
    wanted: 'S4',
    succeeded: true,
    setupMs: 120.5,
    echoRttMs: 1.5,
    echoCount: 5,
    steps: [{ name: 'signalling', startMs: 0, endMs: 12 }],
    pairs: [],
    selectedPairId: null,
    ...over,
  };
}

/** A relay attempt whose selected pair really has a relay end. */
export function relayedAttempt(over: Partial<Attempt> = {}): Attempt {
  const end = { protocol: 'udp', address: '192.0.2.1', port: 5000, relayProtocol: null, url: null } as const;
  return sampleAttempt({
    id: 'relay',
    path: 'relay',
    selectedPairId: 'pair-1',
    pairs: [
      {
        id: 'pair-1',
        local: { ...end, type: 'relay', relayProtocol: 'udp' },
        remote: { ...end, type: 'host' },
        state: 'succeeded',
        nominated: true,
        selected: true,
        rttMs: 3,
        requestsSent: 4,
        responsesReceived: 4,
        bytesSent: 100,
        bytesReceived: 100,
      },
    ],
    ...over,
  });
}

export interface VisitOver {
  at?: string;
  status?: Headline['status'];
  sentence?: string;
  attempts?: Attempt[];
  userAgent?: string;
  durationMs?: number;
  link?: string;
  visitor?: string;
  servers?: ServerResult[];
  relays?: VisitReport['body']['relays'];
  nat?: TabNat;
  causes?: VisitReport['body']['causes'];
}

export function sampleVisit(over: VisitOver = {}): VisitReport {
  return {
    kind: 'visit-report',
    version: 1,
    tool: { name: 'polynya', version: '0.1.0' },
    at: over.at ?? '2026-11-20T10:00:00.000Z',
    body: {
      headline: {
        status: over.status ?? 'good',
        code: 'direct-works',
        sentence: over.sentence ?? 'Calls work directly.',
        advice: [],
      },
      candidates: [],
      candidateErrors: [],
      attempts: over.attempts ?? [sampleAttempt()],
      ...(over.servers !== undefined && { servers: over.servers }),
      ...(over.relays !== undefined && { relays: over.relays }),
      ...(over.nat !== undefined && { nat: over.nat }),
      ...(over.causes !== undefined && { causes: over.causes }),
      serverUrls: ['stun:127.0.0.1:3478'],
      notes: [],
      run: {
        userAgent: over.userAgent ?? chromeOnLinux,
        language: 'en',
        durationMs: over.durationMs ?? 900,
        link: over.link ?? null,
        ...(over.visitor !== undefined && { visitor: over.visitor }),
      },
    },
  };
}

/** A visit with everything in it: NAT, candidates, pairs, servers. */
export function readVisit(): VisitReport {
  const file = new URL('../../web/fixtures/visit-good.json', import.meta.url);
  return visitReportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

export interface NatOver {
  at?: string;
  status?: Headline['status'];
  hostname?: string | null;
  sentence?: string;
}

export function sampleNat(over: NatOver = {}): NatReport {
  return {
    kind: 'nat-report',
    version: 1,
    tool: { name: 'polynya', version: '0.1.0' },
    at: over.at ?? '2026-11-20T09:00:00.000Z',
    body: {
      headline: {
        status: over.status ?? 'limited',
        code: 'nat-symmetric',
        sentence: over.sentence ?? 'This NAT makes direct calls hard.',
        advice: ['Configure TURN.'],
      },
      nat: {
        mapping: 'address-and-port-dependent',
        filtering: 'address-and-port-dependent',
        behindNat: true,
        udp: 'open',
        legacy: 'symmetric',
        hairpin: 'unknown',
        portAllocation: 'random',
        ipPooling: 'unknown',
        bindingLifetimeSec: null,
        publicEndpoints: ['203.0.113.7:40001'],
        natLevels: 1,
      },
      verdicts: [],
      candidates: [],
      servers: [
        {
          url: 'stun:127.0.0.1:3478',
          transport: 'udp',
          address: '127.0.0.1',
          status: 'ok',
          rttMs: 0.4,
          setupMs: 0.6,
          software: 'polynya',
          rfc5780: true,
          evidence: [],
        },
      ],
      reach: [],
      evidence: [],
      run: {
        family: 'ipv4',
        localAddress: '10.0.0.2',
        hostname: over.hostname === undefined ? 'probe-host' : over.hostname,
        platform: 'linux',
        durationMs: 321.5,
        natVerdictMs: 200,
        packetsSent: 12,
        packetsReceived: 11,
      },
    },
  };
}

export interface TurnOver {
  at?: string;
  uri?: string;
  failed?: number;
  rttMs?: readonly number[];
}

/** A check of a server on 192.0.2.1 that was asked `rttMs.length` times over UDP. */
export function sampleTurn(over: TurnOver = {}): TurnReport {
  const uri = over.uri ?? 'turn:192.0.2.1';
  const failed = over.failed ?? 1;
  const endpoint = { address: '192.0.2.1', port: 3478 };
  const check = {
    group: 'STUN',
    severity: 'high',
    rfc: 'RFC 8489 §14.2',
    sent: 'a Binding request',
    expected: 'one small answer',
    evidence: ['e1'],
  } satisfies Partial<TurnCheck>;
  return {
    kind: 'turn-report',
    version: 1,
    tool: { name: 'polynya', version: '0.1.0' },
    at: over.at ?? '2026-11-20T09:30:00.000Z',
    body: {
      target: { uri, endpoint, transport: 'udp' },
      server: { family: 'coturn', software: null, version: null, reasons: [], advisories: [] },
      unreachable: null,
      checks: [
        ...Array.from({ length: failed }, (_, i) => ({
          ...check,
          id: `S${20 + i}`,
          title: 'Answers are small',
          status: 'failed' as const,
          observed: 'four times the size',
          fix: 'no-rfc5780',
        })),
        { ...check, id: 'S01', title: 'It answers', status: 'passed', observed: 'it did', fix: null },
      ],
      counts: { failed, warned: 0, skipped: 0, passed: 1 },
      explained: [],
      packets: { sent: 12, received: 11 },
      durationMs: 4200,
      evidence: (over.rttMs ?? [3, 1, 2]).map((rttMs, i) => ({
        id: `e${i + 1}`,
        purpose: 'S01/binding',
        transport: 'udp',
        local: null,
        to: endpoint,
        sentMs: [i],
        outcome: 'answered',
        from: endpoint,
        receivedMs: i + rttMs,
        rttMs,
        xorMapped: null,
        mapped: null,
        responseOrigin: null,
        otherAddress: null,
        relayed: null,
        errorCode: null,
        notes: [],
      })),
    },
  };
}

export function sampleLint(): LintReport {
  return {
    kind: 'lint-report',
    version: 1,
    tool: { name: 'polynya', version: '0.1.0' },
    at: '2026-11-20T09:40:00.000Z',
    body: {
      file: '/etc/turnserver.conf',
      coturn: { version: '4.6.1', source: 'given' },
      findings: [
        {
          rule: 'realm-missing',
          number: 21,
          severity: 'medium',
          line: null,
          column: null,
          option: 'realm',
          message: 'Credentials are asked for, but no realm is set.',
          fix: 'realm=turn.example.org',
          fixable: false,
        },
      ],
      counts: { critical: 0, high: 0, medium: 1, low: 0 },
      fixed: [],
    },
  };
}

/** Comparisons as tests need them: links and participants with figures that are easy to check by hand. */
import type { ComparePath } from '../../../contract/compare-path.ts';
import { pathKindOf } from '../../../contract/compare-path.ts';
import type {
  CompareLink,
  CompareParticipant,
  ComparePlan,
  CompareRun,
} from '../../../contract/comparison.ts';
import { failure } from '../../../contract/failures.ts';
import type { MemberTraffic } from '../../../contract/member-traffic.ts';
import type { RoomReport } from '../../../contract/room-report.ts';

export const plan: ComparePlan = {
  participants: 2,
  paths: ['mesh', 'sfu'],
  repeats: 1,
  media: { widthPx: 320, heightPx: 180, framesPerSec: 15, maxVideoKbps: 300, audio: true },
  warmUpSec: 2,
  holdSec: 4,
};

export function sampleLink(from: string, to: string, change: Partial<CompareLink> = {}): CompareLink {
  const end = { address: '192.0.2.1', port: 5000, relayProtocol: null, url: null, protocol: 'udp' as const };
  return {
    id: `${from}-${to}`,
    from,
    to,
    link: 'main',
    path: 'mesh',
    transport: 'udp',
    rung: 'S6',
    wanted: 'S6',
    succeeded: true,
    setupMs: 200,
    echoRttMs: 1,
    echoCount: 1,
    steps: [],
    pairs: [
      {
        id: 'p',
        local: { ...end, type: 'host' },
        remote: { ...end, type: 'srflx' },
        state: 'succeeded',
        nominated: true,
        selected: true,
        rttMs: 2,
        requestsSent: 1,
        responsesReceived: 1,
        bytesSent: 1_000,
        bytesReceived: 2_000,
      },
    ],
    selectedPairId: 'p',
    media: {
      packetsReceived: 99,
      packetsLost: 1,
      jitterMs: 3,
      framesDecoded: 60,
      framesPerSecond: 15,
      width: 320,
      height: 180,
      freezes: 0,
      totalAudioEnergy: 0.1,
      kbps: 300,
    },
    why: 'Direct.',
    ...change,
  };
}

export function failedLink(from: string, to: string): CompareLink {
  return sampleLink(from, to, {
    rung: 'S1',
    succeeded: false,
    setupMs: null,
    pairs: [],
    selectedPairId: null,
    media: null,
    failure: failure('ice-failed'),
  });
}

export function sampleTraffic(upKbps: number, downKbps: number): MemberTraffic {
  return {
    windowMs: 4_000,
    connections: 1,
    up: { kbps: upKbps, packetsPerSec: 90 },
    down: { kbps: downKbps, packetsPerSec: 90 },
    encodedFps: 15,
    decodedFps: 15,
    encodeMsPerFrame: 1,
    decodeMsPerFrame: 0.5,
    limitedBy: 'none',
  };
}

export function sampleParticipant(id: string, upKbps = 400, downKbps = 400): CompareParticipant {
  return {
    id,
    name: id,
    kind: 'tab',
    userAgent: 'Chrome',
    traffic: sampleTraffic(upKbps, downKbps),
    cpuPercent: null,
    everyoneSeenMs: 300,
    hiddenMs: 0,
  };
}

export function sampleRun(path: ComparePath, change: Partial<CompareRun> = {}): CompareRun {
  return {
    path,
    repeat: 1,
    attempt: 1,
    startedAt: '2026-11-21T12:00:00.000Z',
    durationMs: 8_000,
    outcome: 'complete',
    links: [
      sampleLink('a', 'b', { path: pathKindOf(path) }),
      sampleLink('b', 'a', { path: pathKindOf(path) }),
    ],
    participants: [sampleParticipant('a'), sampleParticipant('b')],
    server: null,
    turn: null,
    faults: [],
    ...change,
  };
}

export function sampleRoomReport(member: string, attempts: RoomReport['body']['attempts']): RoomReport {
  return {
    kind: 'room-report',
    version: 1,
    tool: { name: 'polynya-room', version: '0' },
    at: '2026-11-21T12:00:00.000Z',
    body: {
      headline: { status: 'good', code: 'room-all-seen', sentence: '', advice: [] },
      room: { id: 'r', path: { kind: 'mesh' }, size: 2 },
      member,
      attempts,
      notes: [],
      traffic: sampleTraffic(400, 400),
      everyoneSeenMs: 250,
      run: { userAgent: 'Chrome', language: null, durationMs: 8_000, sent: 'synthetic', hiddenMs: 0 },
    },
  };
}

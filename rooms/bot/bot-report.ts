/** What a bot saw, as a room-report: it counts packets and decodes nothing, so S5 is its top rung. Pure. */
import type { Rung } from '../../contract/basics.ts';
import type { CandidatePair } from '../../contract/candidate.ts';
import { failure } from '../../contract/failures.ts';
import type { MemberTraffic } from '../../contract/member-traffic.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { LinkAttempt, RoomReport } from '../../contract/room-report.ts';

const wanted: Rung = 'S5';

export interface BotLink {
  readonly id: string;
  readonly link: string;
  readonly from: string;
  /** Since the link was opened; null: never happened. */
  readonly connectedMs: number | null;
  readonly firstPacketMs: number | null;
  readonly received: number;
  readonly lost: number;
  /** The pair in use; null: none is. */
  readonly pair: CandidatePair | null;
}

export interface BotContext {
  readonly toolVersion: string;
  readonly room: { readonly id: string; readonly path: RoomPath; readonly size: number };
  readonly member: string;
  /** When the path began, ISO 8601. */
  readonly beganAt: string;
  readonly durationMs: number;
  readonly everyoneSeenMs: number | null;
  readonly traffic: MemberTraffic | null;
}

export function botReport(links: readonly BotLink[], context: BotContext): RoomReport {
  const { toolVersion, room, member, beganAt, durationMs, everyoneSeenMs, traffic } = context;
  const attempts = links.slice(0, 100).map((link) => attemptOf(link, member, room.path));
  const good = attempts.filter(({ succeeded }) => succeeded).length;
  const isWhole = good === attempts.length;
  return {
    kind: 'room-report',
    version: 1,
    tool: { name: 'polynya-bot', version: toolVersion },
    at: beganAt,
    body: {
      headline: {
        status: isWhole ? 'good' : good === 0 ? 'bad' : 'limited',
        code: isWhole ? 'room-all-seen' : 'room-some-unseen',
        sentence: `A bot: media of ${good} of ${attempts.length} others came.`,
        advice: [],
      },
      room,
      member,
      attempts,
      notes: [],
      everyoneSeenMs,
      ...(traffic === null ? {} : { traffic }),
      run: { userAgent: '', language: null, durationMs, sent: 'synthetic', hiddenMs: 0 },
    },
  };
}

function attemptOf(link: BotLink, to: string, path: RoomPath): LinkAttempt {
  const { id, from, connectedMs, firstPacketMs, received, lost, pair } = link;
  const succeeded = firstPacketMs !== null;
  return {
    id,
    from,
    to,
    link: link.link,
    path: path.kind,
    transport: pair?.local.protocol ?? null,
    rung: succeeded ? wanted : connectedMs === null ? 'S0' : 'S3',
    wanted,
    succeeded,
    setupMs: firstPacketMs,
    echoRttMs: null,
    echoCount: 0,
    steps: [
      { name: 'connect', startMs: 0, endMs: connectedMs },
      { name: 'first-packet', startMs: connectedMs ?? 0, endMs: firstPacketMs },
    ],
    pairs: pair === null ? [] : [pair],
    selectedPairId: pair?.id ?? null,
    media: succeeded ? mediaOf(received, lost) : null,
    why: '',
    ...(succeeded ? {} : { failure: failure(connectedMs === null ? 'ice-failed' : 'media-missing') }),
  };
}

function mediaOf(packetsReceived: number, packetsLost: number): LinkAttempt['media'] {
  return {
    packetsReceived,
    packetsLost,
    jitterMs: null,
    framesDecoded: 0,
    framesPerSecond: null,
    width: null,
    height: null,
    freezes: null,
    totalAudioEnergy: null,
    kbps: null,
  };
}

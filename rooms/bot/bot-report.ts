/** What a bot saw, as a room-report: it counts packets and decodes nothing, so S5 is its top rung. Pure. */
import { median } from '../../compare/median.ts';
import type { Rung } from '../../contract/basics.ts';
import type { CandidatePair } from '../../contract/candidate.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import type { MemberTraffic } from '../../contract/member-traffic.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { LinkAttempt, RoomReport } from '../../contract/room-report.ts';

const wanted: Rung = 'S5';

export interface BotLink {
  readonly id: string;
  readonly link: string;
  readonly from: string;
  /** The other end has been told where this one is. */
  readonly hasCandidate: boolean;
  /** Since the link was opened; null: never happened. */
  readonly connectedMs: number | null;
  /** Own messages that came back over the data channel; between members only. */
  readonly echoRttsMs: readonly number[];
  readonly firstPacketMs: number | null;
  readonly received: number;
  readonly lost: number;
  /** The pair in use; null: none is. */
  readonly pair: CandidatePair | null;
  /** Why there could be no connection, where more is known than that there is none. */
  readonly problem: string | null;
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
  const { id, from, connectedMs, echoRttsMs, firstPacketMs, received, lost, pair } = link;
  const failed = failureOf(link, path);
  const isOffPath = failed?.code === 'not-relayed';
  const came = firstPacketMs !== null;
  return {
    id,
    from,
    to,
    link: link.link,
    path: path.kind,
    transport: pair === null ? null : (pair.local.relayProtocol ?? pair.local.protocol),
    rung: isOffPath ? 'S1' : rungOf(link),
    wanted,
    succeeded: failed === null,
    setupMs: failed === null ? firstPacketMs : null,
    echoRttMs: median(echoRttsMs),
    echoCount: echoRttsMs.length,
    steps: [
      { name: 'connect', startMs: 0, endMs: connectedMs },
      { name: 'first-packet', startMs: connectedMs ?? 0, endMs: firstPacketMs },
    ],
    pairs: pair === null ? [] : [pair],
    selectedPairId: pair?.id ?? null,
    media: came ? mediaOf(received, lost) : null,
    why: '',
    ...(failed === null ? {} : { failure: failed }),
  };
}

function rungOf({ hasCandidate, connectedMs, echoRttsMs, firstPacketMs }: BotLink): Rung {
  if (firstPacketMs !== null) return 'S5';
  if (echoRttsMs.length > 0) return 'S4';
  if (connectedMs !== null) return 'S3';
  return hasCandidate ? 'S1' : 'S0';
}

/** As on a page: a relayed success needs a relay end in the pair that is in use now. */
function failureOf(link: BotLink, path: RoomPath): Failure | null {
  const { hasCandidate, connectedMs, firstPacketMs, pair, problem } = link;
  if (connectedMs === null && firstPacketMs === null) {
    return failure(hasCandidate ? 'ice-failed' : 'ice-no-candidates', problem ?? undefined);
  }
  const hasRelayEnd = pair?.local.type === 'relay' || pair?.remote.type === 'relay';
  if (path.kind === 'relay' && !hasRelayEnd) return failure('not-relayed');
  return firstPacketMs === null ? failure('media-missing') : null;
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

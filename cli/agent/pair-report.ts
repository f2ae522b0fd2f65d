/** What two agents found out, as a report of a room of two. */

import type { Headline, Rung } from '../../contract/basics.ts';
import type { CandidatePair } from '../../contract/candidate.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import type { JobWork } from '../../contract/fleet/agent-signal.ts';
import type { LabAgentNews } from '../../contract/lab-agent.ts';
import { toolName, toolVersion } from '../../contract/release.ts';
import type { RoomReport } from '../../contract/room-report.ts';

type PairWork = Extract<JobWork, { kind: 'pair' }>;
type Ended = Extract<LabAgentNews, { news: 'ended' }>;

export interface PairCourse {
  readonly ended: Ended;
  readonly reached: readonly { readonly rung: Rung; readonly atMs: number }[];
  readonly durationMs: number;
}

export interface PairPlace {
  readonly which: { readonly job: string };
  readonly name: string;
  readonly region: string;
}

/** A message that was sent and came back. */
const wanted = 'S4';

export function pairReport(work: PairWork, place: PairPlace, course: PairCourse, at: Date): RoomReport {
  const { ended, durationMs } = course;
  const cause = causeOf(work, ended);
  const succeeded = cause === null;
  const [from, to] = [endOf(place.name, place.region), endOf(work.other, work.otherRegion)];
  const why = whyOf(work, ended, cause);
  return {
    kind: 'room-report',
    version: 1,
    tool: { name: toolName, version: toolVersion },
    at: at.toISOString(),
    body: {
      headline: headlineOf(work, { from, to, why }, cause),
      room: {
        id: place.which.job,
        path: work.path === 'mesh' ? { kind: 'mesh' } : { kind: 'relay', transport: null },
        size: 2,
      },
      member: 'offers',
      attempts: [
        {
          ...{ id: 'pair', link: 'pair', from, to, path: work.path, transport: 'udp' },
          ...{ rung: succeeded ? wanted : (course.reached.at(-1)?.rung ?? 'S0'), wanted, succeeded },
          ...{ setupMs: succeeded ? durationMs : null, echoRttMs: null, echoCount: succeeded ? 1 : 0 },
          steps: course.reached.map(({ rung, atMs }) => ({ name: rung, startMs: 0, endMs: atMs })),
          pairs: pairsOf(ended),
          selectedPairId: ended.selected === null ? null : 'selected',
          ...(cause !== null && { failure: cause }),
          ...{ media: null, why },
        },
      ],
      notes: [],
      run: {
        userAgent: `${toolName} ${toolVersion} agent ${place.name}`,
        ...{ language: null, durationMs, sent: 'synthetic', hiddenMs: 0 },
      },
    },
  };
}

/** A relayed path counts only when payload went through the relay. Null: it worked. */
function causeOf({ path }: PairWork, { outcome, code, detail, relayed }: Ended): Failure | null {
  if (outcome !== 'connected') return failure(code ?? 'ice-failed', detail);
  if (path === 'relay' && (relayed === null || relayed.sentBytes === 0 || relayed.receivedBytes === 0)) {
    return failure('not-relayed');
  }
  return null;
}

function whyOf({ path }: PairWork, { selected }: Ended, cause: Failure | null): string {
  if (cause !== null) return cause.message;
  if (selected === null)
    return path === 'mesh' ? 'A direct connection stands.' : 'A relayed connection stands.';
  const { local, remote } = selected;
  return `Connected from a ${local.type} candidate to a ${remote.type} candidate.`;
}

function headlineOf(
  { path }: PairWork,
  { from, to, why }: { readonly from: string; readonly to: string; readonly why: string },
  cause: Failure | null,
): Headline {
  const way = path === 'mesh' ? 'directly' : 'by relay';
  if (cause === null) {
    return {
      status: 'good',
      code: 'agents-connect',
      sentence: `${from} and ${to} connect ${way}.`,
      advice: [],
    };
  }
  const sentence = `${from} and ${to} do not connect ${way}: ${why}`.slice(0, 500);
  return { status: 'bad', code: cause.code, sentence, advice: [cause.next.slice(0, 500)] };
}

function pairsOf({ selected }: Ended): CandidatePair[] {
  if (selected === null) return [];
  const end = ({ type, address, port }: typeof selected.local) => ({
    ...{ type, protocol: 'udp' as const, address, port, relayProtocol: null, url: null },
  });
  return [
    {
      ...{ id: 'selected', local: end(selected.local), remote: end(selected.remote) },
      ...{ state: 'succeeded', nominated: true, selected: true, rttMs: null },
      ...{ requestsSent: null, responsesReceived: null, bytesSent: null, bytesReceived: null },
    },
  ];
}

function endOf(name: string, region: string): string {
  return `${name} (${region})`.slice(0, 64);
}

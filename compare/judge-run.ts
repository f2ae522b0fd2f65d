/** From what the participants reported to a run of the comparison. */
import { type ComparePath, pathKindOf } from '../contract/compare-path.ts';
import type {
  CompareLink,
  CompareParticipant,
  CompareRun,
  CompareServer,
  CompareTurn,
} from '../contract/comparison.ts';
import { type Failure, failure } from '../contract/failures.ts';
import type { LinkAttempt, RoomReport } from '../contract/room-report.ts';
import { expectedLinks } from './expected-links.ts';

export interface Witness {
  /** As it was called in the room. */
  readonly name: string;
  readonly kind: CompareParticipant['kind'];
  readonly cpuPercent: number | null;
  /** null: it gave none; `problem` says why. */
  readonly report: RoomReport | null;
  readonly problem: Failure | null;
}

export interface RunFacts {
  readonly path: ComparePath;
  readonly repeat: number;
  readonly attempt: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly witnesses: readonly Witness[];
  readonly server: CompareServer | null;
  readonly turn: CompareTurn | null;
}

export function judgeRun(facts: RunFacts): CompareRun {
  const { path, repeat, attempt, startedAt, durationMs, witnesses, server, turn } = facts;
  const kind = pathKindOf(path);
  const links = witnesses.flatMap(({ report }) => report?.body.attempts.map(withPairInUse) ?? []);
  const unrelayed = kind === 'relay' && turn !== null && turn.egressBytes === 0;
  const counted = unrelayed ? links.map(withoutProof) : links;
  const faults = [
    ...witnesses.flatMap(({ problem }) => (problem === null ? [] : [problem])),
    ...counted.flatMap((link) => (link.failure?.blame === 'tool' ? [link.failure] : [])),
  ].slice(0, 50);
  const wanted = expectedLinks(kind, witnesses.length);
  const good = counted.filter(({ succeeded }) => succeeded).length;
  return {
    path,
    repeat,
    attempt,
    startedAt,
    durationMs,
    outcome: outcomeOf(good, wanted, faults.length > 0),
    links: counted,
    participants: witnesses.flatMap(participantOf),
    server,
    turn,
    faults,
  };
}

function outcomeOf(good: number, wanted: number, isSpoiled: boolean): CompareRun['outcome'] {
  if (good >= wanted) return 'complete';
  if (isSpoiled) return 'harness-fault';
  return good === 0 ? 'failed' : 'partial';
}

function participantOf({ name, kind, cpuPercent, report }: Witness): CompareParticipant[] {
  if (report === null) return [];
  const { member, run, traffic, everyoneSeenMs } = report.body;
  return [
    {
      id: member,
      name,
      kind,
      userAgent: run.userAgent === '' ? null : run.userAgent,
      traffic: traffic ?? null,
      cpuPercent,
      everyoneSeenMs: everyoneSeenMs ?? null,
      hiddenMs: run.hiddenMs,
    },
  ];
}

function withPairInUse(link: LinkAttempt): CompareLink {
  return { ...link, pairs: link.pairs.filter(({ id }) => id === link.selectedPairId).slice(0, 1) };
}

/** A relay whose counters stood still has relayed nothing, whatever the pair is called. */
function withoutProof(link: CompareLink): CompareLink {
  if (!link.succeeded) return link;
  return {
    ...link,
    succeeded: false,
    failure: failure('not-relayed', 'the TURN server’s counters stood still'),
  };
}

/**
 * What a visit came to, in everything that statistics ask for. Thousands of visits have the same few hundred shapes: how
 * often each came in an hour or a day is all that a chart has to read, whatever its filter.
 */
import { hash } from 'node:crypto';
import type { CheckCauseId } from '../../contract/check-causes.ts';
import type { LegacyName } from '../../contract/nat-report.ts';
import type { AttemptsTable, ServerResultsTable, ShapeOutcomesTable } from './tables.ts';

/** How attempts over one path, or tries of one server, ended, and how many of the visit ended so. */
export type ShapeOutcome = Omit<ShapeOutcomesTable, 'shape' | 'seq'>;

type Ended = Pick<ShapeOutcomesTable, 'transport' | 'succeeded' | 'blame' | 'cause'>;

export interface VisitResult {
  readonly nat: LegacyName | null;
  readonly attempts: readonly (Ended & Pick<AttemptsTable, 'path'>)[];
  readonly servers: readonly (Ended & Pick<ServerResultsTable, 'url'>)[];
  /** Each once. */
  readonly findings: readonly CheckCauseId[];
}

export interface VisitShape {
  /** Equal for equal shapes. */
  readonly id: string;
  readonly nat: LegacyName | null;
  readonly outcomes: readonly ShapeOutcome[];
  readonly findings: readonly CheckCauseId[];
}

/** 128 bits of SHA-256: nobody can make two shapes with one id. */
const idLength = 22;

/** What a series over time asks for: of attempts how they ended, of servers which were tried. */
export function outlineOf({ nat, attempts, servers }: VisitResult): VisitShape {
  const plain = { transport: null, cause: null };
  return shapeOf({
    nat,
    attempts: attempts.map(({ path, succeeded, blame }) => ({
      ...plain,
      path,
      succeeded,
      blame: blame === 'tool' ? blame : null,
    })),
    servers: [...new Set(servers.map(({ url }) => url))].map((url) => ({
      ...plain,
      url,
      succeeded: 1,
      blame: null,
    })),
    findings: [],
  });
}

export function shapeOf({ nat, attempts, servers, findings }: VisitResult): VisitShape {
  const counted = new Map<string, ShapeOutcome>();
  const count = (outcome: ShapeOutcome): void => {
    const key = JSON.stringify(outcome);
    counted.set(key, { ...outcome, times: (counted.get(key)?.times ?? 0) + 1 });
  };
  for (const { path, transport, succeeded, blame, cause } of attempts) {
    count({ subject: 'attempt', path, url: null, transport, succeeded, blame, cause, times: 1 });
  }
  for (const { url, transport, succeeded, blame, cause } of servers) {
    count({ subject: 'server', path: null, url, transport, succeeded, blame, cause, times: 1 });
  }
  const ordered = [...counted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, outcome]) => outcome);
  const told = [...findings].sort();
  const text = JSON.stringify([nat, ordered, told]);
  const id = hash('sha256', text, 'base64url').slice(0, idLength);
  return { id, nat, outcomes: ordered, findings: told };
}

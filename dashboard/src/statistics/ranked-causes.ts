/** The causes of a breakdown with their words and the reports behind them. Pure. */
import type { Breakdown } from '../../../contract/breakdown.ts';
import { checkCauses } from '../../../contract/check-causes.ts';
import { failureCatalogue } from '../../../contract/failures.ts';
import type { Rate } from '../../../contract/runs.ts';
import { enCauses } from '../../check/words/en-causes.ts';
import { words } from '../words.ts';
import { reportsBehind } from './behind.ts';
import type { StatisticsFilter } from './statistics-filter.ts';

export interface RankedCause {
  /** Stable id, also shown. */
  readonly id: string;
  readonly meaning: string;
  /** What to do about it; empty: nothing. */
  readonly next: string;
  readonly where: string;
  readonly visits: number;
  readonly share: Rate;
  /** The reports behind it. */
  readonly href: string;
}

export function rankedFailures({ causes }: Breakdown, filter: StatisticsFilter): RankedCause[] {
  return causes.map(({ code, blame, visits, share }) => ({
    id: code,
    meaning: failureCatalogue[code].meaning,
    next: failureCatalogue[code].next,
    where: words.failure.blame[blame],
    visits,
    share,
    href: reportsBehind(filter, { cause: code }),
  }));
}

/** What the visitor reads, and what is for the administrators of the network. */
export function rankedFindings({ findings }: Breakdown, filter: StatisticsFilter): RankedCause[] {
  return findings.map(({ id, visits, share }) => ({
    id,
    meaning: enCauses[id].what,
    next: enCauses[id].it ?? enCauses[id].todo,
    where: words.statistics.findings.blames[checkCauses[id]],
    visits,
    share,
    href: reportsBehind(filter, { finding: id }),
  }));
}

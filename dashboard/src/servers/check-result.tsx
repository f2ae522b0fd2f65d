import { Link } from 'wouter';
import type { RunSummary } from '../../../contract/runs.ts';
import { formatMs } from '../format/measure.ts';
import { Tag } from '../panels/tag.tsx';
import { words } from '../words.ts';
import classes from './servers.module.css';

/** What the newest check of a URL found: word, symbol, faults, round trip; leads to the report. */
export function CheckResult({ check, uri }: { check: RunSummary | null; uri: string }) {
  if (check === null || check.turn === null) return <Tag tone="unknown">{words.serverChecks.never}</Tag>;
  const { counts, reached, rttMs } = check.turn;
  const { status } = check.headline;
  const word = reached ? words.serverChecks.words[status] : words.serverChecks.noAnswer;
  const faults = words.serverChecks.faults(counts);
  return (
    <span className={classes['result']}>
      <Tag tone={status}>{word}</Tag>
      {faults !== '' && (
        <Link href={`/runs/${check.id}`} aria-label={`${faults}, ${uri}`}>
          {faults}
        </Link>
      )}
      {rttMs !== null && <span className="number">{words.serverChecks.rtt(formatMs(rttMs))}</span>}
    </span>
  );
}

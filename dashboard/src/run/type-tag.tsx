import type { CandidateType } from '../../../contract/candidate.ts';
import { words } from '../words.ts';
import classes from './run.module.css';

const letters: Readonly<Record<CandidateType, string>> = { host: 'H', srflx: 'S', prflx: 'P', relay: 'R' };

/** A candidate’s type as letter, colour and word; the same everywhere. */
export function TypeTag({ type }: { type: CandidateType }) {
  return (
    <span className={classes['type']} title={words.candidates.means[type]}>
      <span className={classes['letter']} data-type={type} aria-hidden>
        {letters[type]}
      </span>
      {type}
    </span>
  );
}

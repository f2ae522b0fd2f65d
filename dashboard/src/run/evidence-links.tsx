import { words } from '../words.ts';
import classes from './run.module.css';

/** At most this many links; the rest is counted. */
const shown = 8;

/** Element id of a row of the evidence table. */
export function evidenceAnchor(id: string): string {
  return `evidence-${id}`;
}

export function EvidenceLinks({ ids }: { ids: readonly string[] }) {
  return (
    <span className={classes['evidence']}>
      {ids.slice(0, shown).map((id) => (
        <a key={id} href={`#${evidenceAnchor(id)}`} className="mono" aria-label={words.evidence.goTo(id)}>
          {id}
        </a>
      ))}
      {ids.length > shown && (
        <span className={classes['note']}>{words.evidence.more(ids.length - shown)}</span>
      )}
    </span>
  );
}

import type { Headline } from '../../../contract/basics.ts';
import type { RunSummary } from '../../../contract/runs.ts';
import { formatMs } from '../format/measure.ts';
import { formatMoment } from '../format/moment.ts';
import { toneIcons } from '../panels/tone.ts';
import { words } from '../words.ts';
import classes from './verdict.module.css';

interface VerdictProps {
  readonly headline: Headline;
  readonly summary: RunSummary;
  readonly tool: { readonly name: string; readonly version: string };
}

/** The answer first: state, sentence, what to do next; below it where the report comes from. */
export function Verdict({ headline, summary, tool }: VerdictProps) {
  const Icon = toneIcons[headline.status];
  return (
    <section className={classes['verdict']} data-tone={headline.status} aria-label={words.run.verdict}>
      <Icon size={34} stroke={1.8} aria-hidden className={classes['icon']} />
      <div className={classes['text']}>
        <span className={classes['status']}>{words.status[headline.status]}</span>
        <h2 className={classes['sentence']}>{headline.sentence}</h2>
        {headline.advice.length > 0 && (
          <>
            <h3 className={classes['next']}>{words.run.advice}</h3>
            <ol className={classes['advice']}>
              {headline.advice.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ol>
          </>
        )}
        <p className={classes['origin']}>
          <time dateTime={summary.at}>{formatMoment(summary.at)}</time>
          <span>{summary.source}</span>
          <span>{words.run.took(formatMs(summary.durationMs))}</span>
          <span>{words.run.madeBy(tool.name, tool.version)}</span>
          {summary.code !== null && <strong>{words.code(summary.code)}</strong>}
        </p>
      </div>
    </section>
  );
}

import type { ReactNode } from 'react';
import { CopyButton } from '../panels/copy-button.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
import { words } from '../words.ts';
import classes from './finding.module.css';

interface FindingProps {
  /** Id of the check or name of the rule. */
  readonly name: string;
  readonly title: string;
  readonly tone: Tone;
  readonly word: string;
  /** Null where `word` says it. */
  readonly severity: keyof typeof words.turn.severities | null;
  /** What stands in the description list, above the fix. */
  readonly facts: readonly { readonly term: string; readonly text: ReactNode }[];
  readonly fix: string | null;
}

/** One thing to mend: how bad, what was seen, and the change, ready to be copied. */
export function Finding({ name, title, tone, word, severity, facts, fix }: FindingProps) {
  return (
    <li className={classes['finding']} data-tone={tone}>
      <div className={classes['head']}>
        <Tag tone={tone}>{word}</Tag>
        <span className="mono">{name}</span>
        {severity !== null && <span className={classes['severity']}>{words.turn.severities[severity]}</span>}
      </div>
      <h3 className={classes['title']}>{title}</h3>
      <dl className={classes['facts']}>
        {facts.map(({ term, text }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        {fix !== null && (
          <div>
            <dt>{words.turn.fix}</dt>
            <dd className={classes['fix']}>
              <pre>{fix}</pre>
              <CopyButton text={() => fix} about={words.turn.copyFixOf(name)}>
                {words.turn.copyFix}
              </CopyButton>
            </dd>
          </div>
        )}
      </dl>
    </li>
  );
}

export function FindingList({ children }: { children: ReactNode }) {
  return <ul className={classes['list']}>{children}</ul>;
}

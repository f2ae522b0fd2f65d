import type { Attempt } from '../../../contract/visit-report.ts';
import { formatMs } from '../format/measure.ts';
import { Notice } from '../panels/notice.tsx';
import { Panel } from '../panels/panel.tsx';
import { Parts } from '../panels/parts.tsx';
import { Tag } from '../panels/tag.tsx';
import { words } from '../words.ts';
import classes from './attempt.module.css';
import { Ladder } from './ladder.tsx';
import { PairMatrix } from './pair-matrix.tsx';
import { Waterfall } from './waterfall.tsx';

/** One try over one path: how far it came, how long each step took, and which pairs were tried. */
export function AttemptPanel({ attempt }: { attempt: Attempt }) {
  const { path, transport, succeeded, setupMs, echoRttMs, echoCount, failure } = attempt;
  return (
    <Panel
      title={words.attempt.title(words.paths[path])}
      hint={words.attempt.hint[path]}
      actions={<Tag tone={succeeded ? 'good' : 'bad'}>{words.attempt.outcome(succeeded)}</Tag>}
    >
      <Parts>
        <dl className={classes['numbers']}>
          <div>
            <dt>{words.attempt.transport}</dt>
            <dd>{transport === null ? words.attempt.noPair : words.transports[transport]}</dd>
          </div>
          <div>
            <dt>{words.attempt.setup}</dt>
            <dd className="number">{formatMs(setupMs)}</dd>
          </div>
          <div>
            <dt>{words.attempt.echo(echoCount)}</dt>
            <dd className="number">{formatMs(echoRttMs)}</dd>
          </div>
        </dl>
        {failure !== undefined && (
          <Notice tone="bad" title={failure.message}>
            <p>
              {words.failure.blame[failure.blame]} {failure.next} <span className="mono">{failure.code}</span>
            </p>
          </Notice>
        )}
        <Ladder rung={attempt.rung} wanted={attempt.wanted} />
        {attempt.steps.length > 0 && <Waterfall steps={attempt.steps} />}
        <PairMatrix pairs={attempt.pairs} selectedPairId={attempt.selectedPairId} />
      </Parts>
    </Panel>
  );
}

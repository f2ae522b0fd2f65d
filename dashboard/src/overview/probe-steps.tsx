import { Loader } from '@mantine/core';
import { IconPointFilled } from '@tabler/icons-react';
import { Link } from 'wouter';
import { formatMs } from '../format/measure.ts';
import { asSentence } from '../format/sentence.ts';
import type { ProbeView } from '../live/use-probe.ts';
import { Notice } from '../panels/notice.tsx';
import { words } from '../words.ts';
import classes from './probe-steps.module.css';

/** What a running probe is doing; each step is announced once. */
export function ProbeSteps({ probe }: { probe: ProbeView }) {
  const running = probe.state === 'running';
  return (
    <div role="status">
      {probe.state !== 'idle' && (
        <ol className={classes['steps']}>
          {probe.steps.map((step, index) => (
            // Steps are only ever appended.
            // biome-ignore lint/suspicious/noArrayIndexKey: a step may repeat and has no id
            <li key={index}>
              {running && index === probe.steps.length - 1 ? (
                <Loader size={14} aria-hidden />
              ) : (
                <IconPointFilled size={14} aria-hidden />
              )}
              <span>{asSentence(step.message)}</span>
              <span className={`number ${classes['time']}`}>{formatMs(step.atMs)}</span>
            </li>
          ))}
          {running && probe.steps.length === 0 && (
            <li>
              <Loader size={14} aria-hidden />
              {words.probe.starting}
            </li>
          )}
        </ol>
      )}
      {probe.state === 'failed' && (
        <Notice tone="bad" title={words.probe.failed}>
          <p>{probe.error ?? words.probe.failedUnknown}</p>
        </Notice>
      )}
      {probe.run !== null && (
        <Link href={`/runs/${probe.run}`} className={classes['open']}>
          {words.probe.open}
        </Link>
      )}
    </div>
  );
}

import { Title } from '@mantine/core';
import { useMemo } from 'react';
import { estimate } from '../../../compare/estimate.ts';
import type { ComparePlan } from '../../../contract/comparison.ts';
import { formatBytes } from '../format/measure.ts';
import { Notice } from '../panels/notice.tsx';
import { words } from '../words.ts';
import classes from './compare.module.css';

const text = words.compare.estimate;

/** What a plan will take, so that nobody starts an hour of work unawares. */
export function EstimatePanel({ plan }: { plan: ComparePlan }) {
  const { runs, links, durationSec, clientsCpuPercent, serverBytes } = useMemo(() => estimate(plan), [plan]);
  const cores = navigator.hardwareConcurrency;
  return (
    <div>
      <Title order={3}>{text.title}</Title>
      <ul className={classes['facts']}>
        <li>{text.runs(runs, links)}</li>
        <li>{text.time(durationSec)}</li>
        <li>{text.traffic(formatBytes(serverBytes))}</li>
        <li>{text.cpu(clientsCpuPercent)}</li>
      </ul>
      {clientsCpuPercent > cores * 100 && <Notice tone="limited" title={text.tooMuch(cores)} />}
    </div>
  );
}

import { Link } from 'wouter';
import { useRuns } from '../api/use-runs.ts';
import { LoadPanel } from '../panels/load-panel.tsx';
import { Panel } from '../panels/panel.tsx';
import { runFilterSchema } from '../runs/run-filter.ts';
import classes from '../runs/run-table.module.css';
import { RunTable } from '../runs/run-table.tsx';
import { words } from '../words.ts';

const shown = 6;
const newestFirst = runFilterSchema.parse({});

export function LatestRuns() {
  const runs = useRuns(newestFirst);
  return (
    <Panel
      title={words.overview.latest}
      actions={
        <Link href="/runs" className={classes['all']}>
          {words.overview.allRuns}
        </Link>
      }
    >
      <LoadPanel query={runs} rows={shown}>
        {(list) => <RunTable caption={words.overview.latest} runs={list.runs.slice(0, shown)} />}
      </LoadPanel>
    </Panel>
  );
}

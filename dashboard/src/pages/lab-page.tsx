import { IconGridDots } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useRuns } from '../api/use-runs.ts';
import labClasses from '../lab/lab.module.css';
import { CopyButton } from '../panels/copy-button.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import runClasses from '../run/run.module.css';
import { runFilterSchema } from '../runs/run-filter.ts';
import classes from '../runs/run-table.module.css';
import { RunTable } from '../runs/run-table.tsx';
import { words } from '../words.ts';

const text = words.lab;
const newest = runFilterSchema.parse({ kind: 'lab-report' });

export function LabPage() {
  const runs = useRuns(newest);
  return (
    <>
      <PageHead title={text.title} hint={text.hint} />
      <div className={runClasses['stack']}>
        <Panel
          title={text.latest}
          actions={
            <Link href="/runs?kind=lab-report" className={classes['all']}>
              {text.all}
            </Link>
          }
        >
          <LoadPanel query={runs} rows={6}>
            {(list) =>
              list.total === 0 ? (
                <EmptyState icon={IconGridDots} title={text.none} text={text.noneText} />
              ) : (
                <RunTable caption={text.latest} runs={list.runs} />
              )
            }
          </LoadPanel>
        </Panel>
        <Panel title={text.how} hint={text.howHint}>
          <p className={labClasses['command']}>
            <code className="mono">{command()}</code>
            <CopyButton text={command}>{text.copy}</CopyButton>
          </p>
        </Panel>
      </div>
    </>
  );
}

const command = () => text.command(window.location.origin);

import type { Icon } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { EnvelopeKind } from '../../../contract/envelope.ts';
import { useRuns } from '../api/use-runs.ts';
import { CommandLine } from '../panels/command-line.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import runClasses from '../run/run.module.css';
import { runFilterSchema } from './run-filter.ts';
import classes from './run-table.module.css';
import { RunTable } from './run-table.tsx';

interface KindPageProps {
  readonly kind: EnvelopeKind;
  readonly icon: Icon;
  readonly text: Readonly<
    Record<'title' | 'hint' | 'latest' | 'all' | 'none' | 'noneText' | 'how' | 'howHint', string>
  > & {
    /** That makes such a report and stores it in this service. */
    readonly command: (service: string) => string;
  };
}

/** The newest reports of a kind that a command makes, and how to make one. */
export function KindPage({ kind, icon, text }: KindPageProps) {
  const newest = useMemo(() => runFilterSchema.parse({ kind }), [kind]);
  const runs = useRuns(newest);
  return (
    <>
      <PageHead title={text.title} hint={text.hint} />
      <div className={runClasses['stack']}>
        <Panel
          title={text.latest}
          actions={
            <Link href={`/runs?kind=${kind}`} className={classes['all']}>
              {text.all}
            </Link>
          }
        >
          <LoadPanel query={runs} rows={6}>
            {(list) =>
              list.total === 0 ? (
                <EmptyState icon={icon} title={text.none} text={text.noneText} />
              ) : (
                <RunTable caption={text.latest} runs={list.runs} />
              )
            }
          </LoadPanel>
        </Panel>
        <Panel title={text.how} hint={text.howHint}>
          <CommandLine command={text.command(window.location.origin)} />
        </Panel>
      </div>
    </>
  );
}

import { Button, Group, SegmentedControl } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useSuccess } from '../api/use-success.ts';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { Panel } from '../panels/panel.tsx';
import { timeRanges } from '../search/time-range.ts';
import { useSearchState } from '../search/use-search.ts';
import { words } from '../words.ts';
import { type OverviewView, overviewViewSchema } from './overview-view.ts';
import { SuccessChart } from './success-chart.tsx';
import { SuccessTiles } from './success-tiles.tsx';

const ranges = timeRanges.map((value) => ({ value, label: words.shortRanges[value] }));
const buckets = (['hour', 'day'] as const).map((value) => ({ value, label: words.overview.buckets[value] }));

export function SuccessPanel() {
  const [view, change] = useSearchState(overviewViewSchema);
  const success = useSuccess(view);
  return (
    <Panel
      title={words.overview.rateTitle}
      hint={words.overview.rateHint}
      actions={
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={words.overview.range}
            data={ranges}
            value={view.range}
            onChange={(range) => change({ range: range as OverviewView['range'] })}
          />
          <SegmentedControl
            size="xs"
            aria-label={words.overview.bucket}
            data={buckets}
            value={view.bucket}
            onChange={(bucket) => change({ bucket: bucket as OverviewView['bucket'] })}
          />
        </Group>
      }
    >
      <LoadPanel query={success} rows={6}>
        {({ series }) =>
          series.length === 0 ? (
            <EmptyState
              icon={IconChartLine}
              title={words.overview.noAttempts}
              text={words.overview.noAttemptsText}
              action={
                <Button component="a" href="/check" variant="default" mt="xs">
                  {words.welcome.browser}
                </Button>
              }
            />
          ) : (
            <>
              <SuccessTiles series={series} />
              <SuccessChart series={series} view={view} />
            </>
          )
        }
      </LoadPanel>
    </Panel>
  );
}

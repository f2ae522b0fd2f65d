import { Button, Stack } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import type { Breakdown } from '../../../contract/breakdown.ts';
import { useBreakdown } from '../api/use-breakdown.ts';
import { useSuccess } from '../api/use-success.ts';
import { SuccessChart } from '../overview/success-chart.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import { useSearchState } from '../search/use-search.ts';
import { natBars, pathBars, serverBars } from '../statistics/bars.ts';
import { reportsBehind } from '../statistics/behind.ts';
import { rankedFailures, rankedFindings } from '../statistics/ranked-causes.ts';
import { Ranking } from '../statistics/ranking.tsx';
import { RateBars } from '../statistics/rate-bars.tsx';
import { type StatisticsFilter, statisticsFilterSchema } from '../statistics/statistics-filter.ts';
import { StatisticsFilters } from '../statistics/statistics-filters.tsx';
import { words } from '../words.ts';

const text = words.statistics;

export function StatisticsPage() {
  const [filter, change] = useSearchState(statisticsFilterSchema);
  const breakdown = useBreakdown(filter);
  const servers = [...new Set(breakdown.data?.servers.map(({ url }) => url))];
  return (
    <>
      <PageHead title={text.title} hint={text.hint} />
      <Stack gap="md">
        <Panel title={text.filters.title}>
          <StatisticsFilters filter={filter} change={change} servers={servers} />
        </Panel>
        <LoadPanel query={breakdown} rows={10}>
          {(found) => (found.visits === 0 ? <NoVisits /> : <Figures found={found} filter={filter} />)}
        </LoadPanel>
      </Stack>
    </>
  );
}

function Figures({ found, filter }: { found: Breakdown; filter: StatisticsFilter }) {
  const paths = useMemo(() => pathBars(found, filter), [found, filter]);
  const nats = useMemo(() => natBars(found, filter), [found, filter]);
  const servers = useMemo(() => serverBars(found, filter), [found, filter]);
  return (
    <>
      <RateBars title={text.byPath} hint={text.byPathHint(found.visits)} bars={paths} what={text.path} />
      <OverTime filter={filter} />
      <RateBars title={text.byNat} hint={text.byNatHint} bars={nats} what={text.nat} />
      <RateBars title={text.byServer} hint={text.byServerHint} bars={servers} what={text.server} />
      <Ranking {...text.findings} causes={rankedFindings(found, filter)} />
      <Ranking {...text.causes} causes={rankedFailures(found, filter)} />
    </>
  );
}

function OverTime({ filter }: { filter: StatisticsFilter }) {
  const success = useSuccess(filter);
  const [, navigate] = useLocation();
  return (
    <Panel title={text.overTime} hint={words.overview.rateHint}>
      <LoadPanel query={success} rows={6}>
        {({ series }) => (
          <SuccessChart
            series={series}
            view={filter}
            onPick={(bucket) => navigate(reportsBehind(filter, bucket))}
          />
        )}
      </LoadPanel>
    </Panel>
  );
}

function NoVisits() {
  return (
    <EmptyState
      icon={IconChartBar}
      title={text.none}
      text={text.noneText}
      action={
        <Button component={Link} href="/links" variant="default" mt="xs">
          {words.links.add}
        </Button>
      }
    />
  );
}

import { Button, NativeSelect, Pagination, Stack } from '@mantine/core';
import { IconFilterOff, IconListSearch, IconRadar2 } from '@tabler/icons-react';
import { Link } from 'wouter';
import { runSortKeys } from '../../../contract/runs.ts';
import { useRuns } from '../api/use-runs.ts';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import { NarrowedBy } from '../runs/narrowed-by.tsx';
import { isFiltered, noFilter, type RunFilter, runFilterSchema, runsPerPage } from '../runs/run-filter.ts';
import { RunFilters } from '../runs/run-filters.tsx';
import classes from '../runs/run-table.module.css';
import { RunTable } from '../runs/run-table.tsx';
import { useSearchState } from '../search/use-search.ts';
import { words } from '../words.ts';

const sortOptions = runSortKeys.map((value) => ({ value, label: words.runs.columns[value] }));

export function RunsPage() {
  const [filter, change] = useSearchState(runFilterSchema);
  const runs = useRuns(filter);
  const filtered = isFiltered(filter);
  const sortBy = (key: string, descending: boolean) => {
    const sort = runSortKeys.find((known) => known === key);
    if (sort !== undefined) change({ sort, order: descending ? 'desc' : 'asc', page: 1 });
  };

  return (
    <>
      <PageHead title={words.runs.title} hint={words.runs.hint} />
      <Panel title={words.runs.listTitle}>
        <RunFilters filter={filter} change={change} />
        <NarrowedBy filter={filter} change={change} />
        <NativeSelect
          hiddenFrom="sm"
          mb="md"
          label={words.runs.sortBy}
          data={sortOptions}
          value={filter.sort}
          onChange={({ currentTarget }) => sortBy(currentTarget.value, filter.order === 'desc')}
        />
        <LoadPanel query={runs} rows={8}>
          {(list) =>
            list.total === 0 ? (
              <NoRuns filtered={filtered} clear={() => change(noFilter)} />
            ) : (
              <Stack gap="md" aria-busy={runs.isPlaceholderData}>
                <RunTable
                  caption={words.runs.listTitle}
                  runs={list.runs}
                  sorting={{ key: filter.sort, descending: filter.order === 'desc', change: sortBy }}
                />
                <Foot filter={filter} change={change} total={list.total} shown={list.runs.length} />
              </Stack>
            )
          }
        </LoadPanel>
      </Panel>
    </>
  );
}

function NoRuns({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  return filtered ? (
    <EmptyState
      icon={IconListSearch}
      title={words.runs.noMatch}
      text={words.runs.noMatchText}
      action={
        <Button variant="default" onClick={clear} leftSection={<IconFilterOff size={16} aria-hidden />}>
          {words.runs.clear}
        </Button>
      }
    />
  ) : (
    <EmptyState
      icon={IconRadar2}
      title={words.runs.none}
      text={words.runs.noneText}
      action={
        <Button component={Link} href="/">
          {words.runs.noneAction}
        </Button>
      }
    />
  );
}

interface FootProps {
  readonly filter: RunFilter;
  readonly change: (part: Partial<RunFilter>) => void;
  readonly total: number;
  readonly shown: number;
}

function Foot({ filter, change, total, shown }: FootProps) {
  const pages = Math.max(1, Math.ceil(total / runsPerPage));
  const first = (filter.page - 1) * runsPerPage + 1;
  return (
    <div className={classes['foot']}>
      <span role="status">{words.runs.shown(first, first + shown - 1, total)}</span>
      {isFiltered(filter) && (
        <Button size="xs" variant="subtle" onClick={() => change(noFilter)}>
          {words.runs.clear}
        </Button>
      )}
      {pages > 1 && (
        <Pagination
          size="sm"
          total={pages}
          value={filter.page}
          onChange={(page) => change({ page })}
          getControlProps={(control) => ({ 'aria-label': words.runs.pageControls[control] })}
          getItemProps={(page) => ({ 'aria-label': words.runs.pageNumber(page) })}
        />
      )}
    </div>
  );
}

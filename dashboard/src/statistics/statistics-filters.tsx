import { Button, NativeSelect } from '@mantine/core';
import { paths } from '../../../contract/basics.ts';
import { natClasses } from '../../../contract/runs.ts';
import { useLinks } from '../api/use-links.ts';
import { timeRanges } from '../search/time-range.ts';
import { words } from '../words.ts';
import classes from './statistics.module.css';
import { type StatisticsFilter, statisticsFilterSchema } from './statistics-filter.ts';

interface StatisticsFiltersProps {
  readonly filter: StatisticsFilter;
  readonly change: (part: Partial<StatisticsFilter>) => void;
  /** URLs that the visits tried. */
  readonly servers: readonly string[];
}

const { filters: text } = words.statistics;
const any = { value: '', label: words.runs.filters.any };

export function StatisticsFilters({ filter, change, servers }: StatisticsFiltersProps) {
  const links = useLinks();
  const { range, bucket, link = '', path = '', nat = '', server = '' } = filter;
  const urls = server === '' || servers.includes(server) ? servers : [server, ...servers];
  // The schema drops what it does not know; an empty text is “any”.
  const set = (part: Record<string, string | undefined>) =>
    change(statisticsFilterSchema.parse({ ...filter, ...part }));
  const select = (
    name: 'range' | 'bucket' | 'link' | 'path' | 'nat' | 'server',
    value: string,
    data: readonly { value: string; label: string }[],
  ) => (
    <NativeSelect
      label={text[name]}
      data={data.map((each) => ({ ...each }))}
      value={value}
      onChange={({ currentTarget }) => set({ [name]: currentTarget.value || undefined })}
    />
  );
  return (
    <search aria-label={text.title}>
      <div className={classes['filters']}>
        {select(
          'range',
          range,
          timeRanges.map((value) => ({ value, label: words.ranges[value] })),
        )}
        {select('bucket', bucket, [
          { value: 'hour', label: words.overview.buckets.hour },
          { value: 'day', label: words.overview.buckets.day },
        ])}
        {select('link', link, [any, ...(links.data ?? []).map(({ id, label }) => ({ value: id, label }))])}
        {select('path', path, [any, ...paths.map((value) => ({ value, label: words.paths[value] }))])}
        {select('nat', nat, [any, ...natClasses.map((value) => ({ value, label: words.natClasses[value] }))])}
        {select('server', server, [any, ...urls.map((value) => ({ value, label: value }))])}
      </div>
      {[link, path, nat, server].some((value) => value !== '') && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => change({ link: undefined, path: undefined, nat: undefined, server: undefined })}
        >
          {words.runs.clear}
        </Button>
      )}
    </search>
  );
}

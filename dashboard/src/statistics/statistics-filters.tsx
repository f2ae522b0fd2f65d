import { paths } from '../../../contract/basics.ts';
import { natClasses } from '../../../contract/runs.ts';
import { useLinks } from '../api/use-links.ts';
import { anyChoice, FilterBar, type FilterChoice, FilterSelect } from '../search/filter-bar.tsx';
import { timeRanges } from '../search/time-range.ts';
import { words } from '../words.ts';
import { type StatisticsFilter, statisticsFilterSchema } from './statistics-filter.ts';

interface StatisticsFiltersProps {
  readonly filter: StatisticsFilter;
  readonly change: (part: Partial<StatisticsFilter>) => void;
  /** URLs that the visits tried. */
  readonly servers: readonly string[];
}

const { filters: text } = words.statistics;

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
    data: readonly FilterChoice[],
  ) => (
    <FilterSelect label={text[name]} value={value} data={data} change={(chosen) => set({ [name]: chosen })} />
  );
  return (
    <FilterBar
      title={text.title}
      clear={
        [link, path, nat, server].some((given) => given !== '')
          ? () => change({ link: undefined, path: undefined, nat: undefined, server: undefined })
          : undefined
      }
    >
      {select(
        'range',
        range,
        timeRanges.map((value) => ({ value, label: words.ranges[value] })),
      )}
      {select('bucket', bucket, [
        { value: 'hour', label: words.overview.buckets.hour },
        { value: 'day', label: words.overview.buckets.day },
      ])}
      {select('link', link, [
        anyChoice,
        ...(links.data ?? []).map(({ id, label }) => ({ value: id, label })),
      ])}
      {select('path', path, [anyChoice, ...paths.map((value) => ({ value, label: words.paths[value] }))])}
      {select('nat', nat, [
        anyChoice,
        ...natClasses.map((value) => ({ value, label: words.natClasses[value] })),
      ])}
      {select('server', server, [anyChoice, ...urls.map((value) => ({ value, label: value }))])}
    </FilterBar>
  );
}

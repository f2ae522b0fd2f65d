import type { Rung } from '../../../contract/basics.ts';
import { formatCount } from '../format/measure.ts';

export const runsWords = {
  narrowed: {
    title: 'Narrowed to',
    remove: '(take this filter away)',
    link: (label: string) => `Link: ${label}`,
    nat: (name: string) => `NAT: ${name}`,
    server: (url: string) => `Server: ${url}`,
    outcomes: { succeeded: 'Connected', failed: 'Did not connect' },
    cause: (code: string) => `Failure: ${code}`,
    finding: (id: string) => `Told of: ${id}`,
    visitor: 'The same browser',
  },
  runs: {
    title: 'Runs',
    hint: 'Every report of this service: host probes, browser checks, TURN and configuration checks, rooms, comparisons and lab runs.',
    listTitle: 'Reports',
    columns: {
      status: 'Status',
      finding: 'Finding',
      kind: 'Kind and source',
      result: 'Result',
      duration: 'Duration',
      at: 'When',
    },
    filters: {
      title: 'Filter reports',
      text: 'Search',
      textHint: 'Sentence, source, NAT name or code',
      status: 'Status',
      kind: 'Kind',
      path: 'Path',
      time: 'Time',
      any: 'Any',
      anyTime: 'Any time',
      between: 'Between…',
      since: 'From',
      until: 'To',
    },
    sortBy: 'Sort by',
    worked: (path: string) => path,
    fellShort: (path: string, rung: Rung) =>
      rung === 'none' ? `${path}: nothing` : `${path}: up to ${rung}`,
    shown: (first: number, last: number, total: number) =>
      `${formatCount(first)}–${formatCount(last)} of ${formatCount(total)} reports`,
    pageNumber: (page: number) => `Page ${page}`,
    pageControls: { first: 'First page', previous: 'Previous page', next: 'Next page', last: 'Last page' },
    clear: 'Clear filters',
    noMatch: 'No report matches',
    noMatchText: 'There are reports, but none with all of these filters.',
    none: 'No reports yet',
    noneText: 'Probe this host, or open the Check page in a browser; the report appears here by itself.',
    noneAction: 'Go to the overview',
  },
} as const;

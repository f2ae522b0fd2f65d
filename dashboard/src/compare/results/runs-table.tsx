import type { CompareRun } from '../../../../contract/comparison.ts';
import { meaningOf } from '../../../../contract/failures.ts';
import { formatMs } from '../../format/measure.ts';
import { type Column, DataTable } from '../../panels/data-table.tsx';
import { Panel } from '../../panels/panel.tsx';
import { Tag } from '../../panels/tag.tsx';
import type { Tone } from '../../panels/tone.ts';
import { words } from '../../words.ts';

const text = words.compare.runs;

export const outcomeTones: Readonly<Record<CompareRun['outcome'], Tone>> = {
  complete: 'good',
  partial: 'limited',
  failed: 'bad',
  'harness-fault': 'unknown',
};

const columns: readonly Column<CompareRun>[] = [
  { key: 'path', head: text.path, bare: true, cell: ({ path }) => words.comparePaths[path] },
  { key: 'run', head: text.run, cell: ({ repeat, attempt }) => text.name(repeat, attempt) },
  {
    key: 'outcome',
    head: text.outcome,
    cell: ({ outcome }) => <Tag tone={outcomeTones[outcome]}>{words.compare.outcomes[outcome]}</Tag>,
  },
  {
    key: 'links',
    head: text.links,
    align: 'end',
    cell: ({ links }) => (
      <span className="number">
        {text.linksOf(links.filter(({ succeeded }) => succeeded).length, links.length)}
      </span>
    ),
  },
  {
    key: 'seen',
    head: text.seen,
    align: 'end',
    cell: (run) => <span className="number">{formatMs(lastSeenMs(run))}</span>,
  },
  { key: 'why', head: text.why, cell: (run) => whatWasWrong(run) || '–' },
];

/** Every run, those that the tool spoiled among them. */
export function RunsTable({ runs }: { runs: readonly CompareRun[] }) {
  return (
    <Panel title={text.title} hint={text.hint}>
      <DataTable
        caption={text.title}
        columns={columns}
        rows={runs}
        rowKey={({ path, repeat, attempt }) => `${path} ${repeat} ${attempt}`}
      />
    </Panel>
  );
}

/** Until the slowest participant had seen everybody; null: somebody did not. */
function lastSeenMs({ participants }: CompareRun): number | null {
  const times = participants.map(({ everyoneSeenMs }) => everyoneSeenMs);
  return times.length === 0 || times.includes(null) ? null : Math.max(...times.map((time) => time ?? 0));
}

/** Each cause once, the commonest first. */
function whatWasWrong({ links, faults }: CompareRun): string {
  const counts = new Map<string, number>();
  for (const failure of [...faults, ...links.flatMap((link) => link.failure ?? [])]) {
    const meaning = meaningOf(failure);
    counts.set(meaning, (counts.get(meaning) ?? 0) + 1);
  }
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([meaning]) => meaning)
    .join(' ');
}

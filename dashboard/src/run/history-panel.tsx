import type { Difference } from '../../../contract/difference.ts';
import { useHistory } from '../api/use-history.ts';
import { formatMoment } from '../format/moment.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { words } from '../words.ts';
import { OtherRunPanel } from './other-run-panel.tsx';
import classes from './run.module.css';

interface HistoryPanelProps {
  readonly id: string;
  /** The earlier run to compare with; undefined: the latest one before. */
  readonly before: string | undefined;
  readonly choose: (id: string) => void;
  /** Takes out what the reader is not to see. */
  readonly clean: (text: string) => string;
}

const text = words.history;

/** Earlier checks of the same visitor, and what changed. Nothing where there are none. */
export function HistoryPanel({ id, before, choose, clean }: HistoryPanelProps) {
  const { data } = useHistory(id, before);
  if (data === undefined || data.by === null || data.earlier.length === 0 || data.before === null)
    return null;
  const options = data.earlier.map(({ id: value, at, headline }) => ({
    value,
    label: text.option(formatMoment(at), words.status[headline.status]),
  }));
  return (
    <OtherRunPanel
      text={{ ...text, hint: text.by[data.by] }}
      others={options}
      chosen={data.before}
      choose={choose}
    >
      {data.differences.length === 0 ? (
        <p className={classes['note']}>{text.same}</p>
      ) : (
        <DataTable
          caption={text.title}
          columns={columnsOf(clean)}
          rows={data.differences}
          rowKey={({ area, subject }) => `${area} ${subject}`}
        />
      )}
    </OtherRunPanel>
  );
}

function columnsOf(clean: (text: string) => string): readonly Column<Difference>[] {
  const side = (value: string | null) => (value === null ? text.absent : clean(value));
  return [
    { key: 'area', head: text.columns.area, cell: ({ area }) => text.areas[area] },
    { key: 'subject', head: text.columns.subject, bare: true, cell: ({ subject }) => clean(subject) },
    { key: 'before', head: text.columns.before, cell: ({ before }) => side(before) },
    { key: 'after', head: text.columns.after, cell: ({ after }) => side(after) },
  ];
}

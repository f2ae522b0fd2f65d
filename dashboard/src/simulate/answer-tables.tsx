import type { Answer, Estimated, SimulationReportBody } from '../../../contract/simulation-report.ts';
import { percentText } from '../../../simulate/percent-text.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { amountText } from './amount-text.ts';
import { intervalText } from './outcome-bars.ts';

const text = words.simulate;
const mostHangs = 8;

interface Row {
  readonly name: string;
  readonly cells: readonly string[];
  /** Of a last column that may be long. */
  readonly prose?: string;
}

export function AnswerTables({ body }: { body: SimulationReportBody }) {
  const { answer, changes, population, sensitivity, endpoints } = body;
  const { currency } = population.prices;
  const changeCells = ({ cost, ...shares }: Answer) => [
    ...shareCells(shares),
    `${amountText(cost)} ${currency}`,
  ];
  return (
    <>
      <TablePanel
        title={text.changes.title}
        head={text.changes.columns}
        rows={[
          { name: text.changes.asItIs, cells: changeCells(answer) },
          ...changes.map((each) => ({ name: each.change, cells: changeCells(each.answer) })),
        ]}
      />
      <TablePanel
        title={text.hangs.title}
        hint={text.hangs.hint}
        head={text.hangs.columns}
        rows={sensitivity.slice(0, mostHangs).map(({ input, low, high, source }) => {
          const [from, to] = [shareCells(low.answer), shareCells(high.answer)];
          const spans = from.map((share, index) => `${share} … ${to[index] ?? ''}`);
          return {
            name: input,
            cells: [`${amountText(low.value)} … ${amountText(high.value)}`, ...spans],
            prose: source,
          };
        })}
      />
      <TablePanel
        title={text.endpoints.title}
        head={text.endpoints.columns}
        rows={endpoints
          .toSorted((a, b) => a.direct - b.direct)
          .map(({ name, share, direct, relayed, failed }) => ({
            name,
            cells: [share, direct, relayed, failed].map(percentText),
          }))}
      />
      <TablePanel title={text.servers.title} head={text.servers.columns} rows={serverRows(body)} />
    </>
  );
}

function shareCells({ pairsDirect, pairsRelayed, pairsFailed }: Omit<Answer, 'cost'>): string[] {
  return [pairsDirect, pairsRelayed, pairsFailed].map(percentText);
}

function serverRows({ traffic, population }: SimulationReportBody): Row[] {
  const rows = Object.entries(traffic) as [keyof typeof traffic, Estimated][];
  return rows.map(([name, { value, inputs }]) => {
    const unit = name === 'cost' ? ` ${population.prices.currency}` : '';
    return {
      name: text.servers.rows[name],
      cells: [`${amountText(value)}${unit}`, intervalText(inputs, amountText)],
    };
  });
}

interface TablePanelProps {
  readonly title: string;
  readonly hint?: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
}

function TablePanel({ title, hint, head, rows }: TablePanelProps) {
  const columns = head.map(
    (name, index): Column<Row> => ({
      key: String(index),
      head: name,
      ...(index === 0 ? { bare: true } : {}),
      cell: (row) => cellOf(row, index),
    }),
  );
  return (
    <Panel title={title} {...(hint !== undefined && { hint })}>
      <DataTable caption={title} columns={columns} rows={rows} rowKey={({ name }) => name} />
    </Panel>
  );
}

function cellOf({ name, cells, prose }: Row, column: number) {
  if (column === 0) return <strong>{name}</strong>;
  return column > cells.length ? prose : <span className="number">{cells[column - 1]}</span>;
}

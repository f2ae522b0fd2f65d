import { NativeSelect, Stack, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { RoomCost } from '../../../../compare/cost-model.ts';
import { crossings } from '../../../../compare/crossings.ts';
import { mediaRates } from '../../../../compare/media-rates.ts';
import { type Path, paths } from '../../../../contract/basics.ts';
import type { CompareMedia } from '../../../../contract/comparison.ts';
import { type Column, DataTable } from '../../panels/data-table.tsx';
import { Lines } from '../../panels/lines.tsx';
import { Panel } from '../../panels/panel.tsx';
import { words } from '../../words.ts';
import { formatRate } from '../figures.ts';
import { CostChart } from './cost-chart.tsx';
import {
  type CostFigure,
  type CostQuestion,
  costFigures,
  costsAt,
  figureOf,
  serversCpu,
  usualQuestion,
} from './cost-question.ts';
import { CostSliders } from './cost-sliders.tsx';

const text = words.compare.cost;
/** A laptop gives one of its cores to a call, and its downlink is wider than its uplink. */
const laptopCpuPercent = 100;
const downForUp = 4;

/** The cost model with sliders: rooms that nobody can measure on one machine. */
export function CostPanel({ media }: { media: CompareMedia }) {
  const [asked, setAsked] = useState(usualQuestion);
  const [kbps, setKbps] = useState<number | null>(null);
  const [figure, setFigure] = useState<CostFigure>('up');
  const question = useMemo(
    (): CostQuestion => ({ ...asked, media: { ...media, maxVideoKbps: kbps ?? media.maxVideoKbps } }),
    [asked, media, kbps],
  );
  const change = ({ media: changed, ...rest }: Partial<CostQuestion>): void => {
    if (changed !== undefined) setKbps(changed.maxVideoKbps);
    setAsked((before) => ({ ...before, ...rest }));
  };
  return (
    <Panel title={text.title} hint={text.hint}>
      <Stack gap="lg">
        <CostSliders question={question} change={change} />
        <NativeSelect
          label={text.figure}
          data={costFigures.map((value) => ({ value, label: text.figures[value] }))}
          value={figure}
          onChange={({ currentTarget }) =>
            setFigure(costFigures.find((each) => each === currentTarget.value) ?? 'up')
          }
          maw="18rem"
        />
        <CostChart question={question} figure={figure} />
        <CostTable question={question} />
        <Crossings question={question} />
      </Stack>
    </Panel>
  );
}

interface CostRow {
  readonly path: Path;
  readonly cost: RoomCost;
  readonly price: number;
}

const columns: readonly Column<CostRow>[] = [
  {
    key: 'path',
    head: text.columns[0],
    bare: true,
    cell: ({ path }) => <strong>{text.shapes[path]}</strong>,
  },
  cell('up', text.columns[1], ({ cost }) => formatRate(cost.client.upKbps)),
  cell('down', text.columns[2], ({ cost }) => formatRate(cost.client.downKbps)),
  cell('client-cpu', text.columns[3], ({ cost }) => text.cores(cost.client.cpuPercent)),
  cell('server-cpu', text.columns[4], ({ cost }) => text.cores(serversCpu(cost))),
  cell('out', text.columns[5], ({ cost }) => formatRate(cost.paidKbps)),
  cell('price', text.columns[6], ({ price }) => text.money(price)),
];

function CostTable({ question }: { question: CostQuestion }) {
  const costs = costsAt(question, question.participants);
  const rows = paths.flatMap((path): CostRow[] => {
    const cost = costs.get(path);
    return cost === undefined ? [] : [{ path, cost, price: figureOf(cost, 'price', question.pricePerGb) }];
  });
  const caption = text.table(question.participants);
  return (
    <div>
      <Title order={3}>{caption}</Title>
      <DataTable caption={caption} columns={columns} rows={rows} rowKey={({ path }) => path} />
    </div>
  );
}

function cell(key: string, head: string, read: (row: CostRow) => string): Column<CostRow> {
  return { key, head, align: 'end', cell: (row) => <span className="number">{read(row)}</span> };
}

function Crossings({ question }: { question: CostQuestion }) {
  const { media, relayedShare, shown, upKbps } = question;
  const found = useMemo(
    () =>
      crossings({
        rates: mediaRates(media),
        limits: { upKbps, downKbps: downForUp * upKbps, cpuPercent: laptopCpuPercent },
        relayedShare,
        shown,
      }),
    [media, relayedShare, shown, upKbps],
  );
  const lines = [
    text.mesh(found.mesh.participants, found.mesh.bound),
    text.sfu(found.sfu.participants, found.sfu.bound),
    text.clientCpu(found.clientCpu),
    text.audio(found.audioServerCpu),
    text.paid(found.paidTraffic),
  ];
  return (
    <div>
      <Title order={3}>{text.crossings}</Title>
      <Lines lines={lines} />
    </div>
  );
}

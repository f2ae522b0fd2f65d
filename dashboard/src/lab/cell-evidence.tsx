import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { type Rung, rungs } from '../../../contract/basics.ts';
import type { LabAttempt, LabCell } from '../../../contract/lab-report.ts';
import { formatMs } from '../format/measure.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Dialog } from '../panels/dialog.tsx';
import { Notice } from '../panels/notice.tsx';
import { Parts } from '../panels/parts.tsx';
import { Tag } from '../panels/tag.tsx';
import { EndpointText } from '../run/endpoint-text.tsx';
import { FailureText } from '../run/failure-text.tsx';
import { Ladder } from '../run/ladder.tsx';
import runClasses from '../run/run.module.css';
import { TypeTag } from '../run/type-tag.tsx';
import { words } from '../words.ts';
import {
  type CheckedAddress,
  checkedAddresses,
  failingStep,
  type Moment,
  momentsOf,
} from './attempt-evidence.ts';
import { cellVerdict } from './cell-verdict.ts';
import classes from './lab.module.css';
import { PacketTable } from './packet-table.tsx';
import { RelayCounters } from './relay-counters.tsx';

const text = words.lab.evidence;
/** The highest rung that there was to reach: the simulator has no more than ICE, and not every agent carries media. */
function topOf({ rung }: LabAttempt, runner: 'kernel' | 'simulator'): Rung {
  const top = runner === 'kernel' ? 'S4' : 'S2';
  return rungs.indexOf(rung) > rungs.indexOf(top) ? 'S7' : top;
}

interface CellEvidenceProps {
  readonly cell: LabCell;
  readonly runner: 'kernel' | 'simulator';
  readonly close: () => void;
}

/** All that the report has about one cell. */
export function CellEvidence({ cell, runner, close }: CellEvidenceProps) {
  const [shown, setShown] = useState(() => mostTelling(cell));
  const attempt = cell.tries[shown];
  const { tone, word, wrong } = cellVerdict(cell);
  return (
    <Dialog title={text.title(cell)} size="xl" onClose={close}>
      <Parts>
        <div>
          <Tag tone={tone}>{wrong === undefined ? word : `${word}, ${wrong}`}</Tag>
          <p className={classes['facts']}>{text.expected(cell)}</p>
          <p className={classes['facts']}>{text.counts(cell)}</p>
        </div>
        {cell.tries.length > 1 && (
          <NativeSelect
            label={text.attempt}
            data={cell.tries.map(({ outcome, rung }, index) => ({
              value: String(index),
              label: text.option(index, text.outcomes[outcome], rung),
            }))}
            value={String(shown)}
            onChange={({ currentTarget }) => setShown(Number(currentTarget.value))}
          />
        )}
        {attempt !== undefined && <AttemptEvidence attempt={attempt} top={topOf(attempt, runner)} />}
        {cell.packets !== undefined && <PacketTable packets={cell.packets} />}
      </Parts>
    </Dialog>
  );
}

/** The last that went wrong, if one did; else the last. */
function mostTelling({ tries }: LabCell): number {
  const wrong = tries.findLastIndex(({ outcome }) => outcome === 'failed');
  return wrong === -1 ? tries.length - 1 : wrong;
}

function AttemptEvidence({ attempt, top }: { attempt: LabAttempt; top: Rung }) {
  const { failure, rung, selected } = attempt;
  const missed = failingStep(attempt);
  return (
    <>
      {missed !== null && (
        <Notice tone={attempt.outcome === 'fault' ? 'limited' : 'bad'} title={text.stopped}>
          <p>
            {missed}, {words.rungs[missed].name}: {text.missed[missed]}
          </p>
          {failure !== null && <FailureText failure={failure} />}
        </Notice>
      )}
      <Ladder rung={rung} wanted={top} />
      {selected !== null && (
        <div>
          <h3>{text.pair}</h3>
          <p className={classes['facts']}>
            <TypeTag type={selected.local.type} /> <EndpointText endpoint={selected.local} />
            {' ↔ '}
            <TypeTag type={selected.remote.type} /> <EndpointText endpoint={selected.remote} />
          </p>
        </div>
      )}
      <RelayCounters attempt={attempt} />
      <Checks attempt={attempt} />
      <Course attempt={attempt} />
    </>
  );
}

const checkColumns: readonly Column<CheckedAddress>[] = [
  { key: 'by', head: text.checkColumns.by, cell: ({ by }) => text.end(by) },
  {
    key: 'to',
    head: text.checkColumns.to,
    cell: ({ to }) => <span className="mono endpoint">{to}</span>,
  },
  {
    key: 'type',
    head: text.checkColumns.type,
    cell: ({ type }) => (type === null ? text.untold : <TypeTag type={type} />),
  },
  {
    key: 'checks',
    head: text.checkColumns.checks,
    align: 'end',
    cell: ({ checks }) => <span className="number">{checks}</span>,
  },
  {
    key: 'selected',
    head: text.checkColumns.selected,
    bare: true,
    cell: ({ selected }) => selected && <Tag tone="good">{text.selected}</Tag>,
  },
];

function Checks({ attempt }: { attempt: LabAttempt }) {
  const rows = checkedAddresses(attempt);
  return (
    <div>
      <h3>{text.checks}</h3>
      {rows.length === 0 ? (
        <p className={runClasses['note']}>{text.noChecks}</p>
      ) : (
        <DataTable
          caption={text.checksHint}
          columns={checkColumns}
          rows={rows}
          rowKey={({ by, to }) => `${by} ${to}`}
        />
      )}
    </div>
  );
}

type Row = Moment & { readonly key: string };

const courseColumns: readonly Column<Row>[] = [
  {
    key: 'at',
    head: text.courseColumns.at,
    align: 'end',
    cell: ({ atMs }) => <span className="number">{formatMs(atMs)}</span>,
  },
  {
    key: 'who',
    head: text.courseColumns.who,
    cell: (moment) => text.end('by' in moment ? moment.by : 0),
  },
  {
    key: 'what',
    head: text.courseColumns.what,
    bare: true,
    cell: (moment) =>
      'reached' in moment ? (
        text.reached(moment.reached, words.rungs[moment.reached].name)
      ) : (
        <>
          {text.told(moment.candidate)} <EndpointText endpoint={moment.candidate} />
        </>
      ),
  },
];

function Course({ attempt }: { attempt: LabAttempt }) {
  const rows = momentsOf(attempt).map((moment, index) => ({ ...moment, key: String(index) }));
  return (
    <div>
      <h3>{text.course}</h3>
      {rows.length === 0 ? (
        <p className={runClasses['note']}>{text.noCourse}</p>
      ) : (
        <DataTable caption={text.course} columns={courseColumns} rows={rows} rowKey={({ key }) => key} />
      )}
    </div>
  );
}

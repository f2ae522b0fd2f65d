import type { LabReportBody } from '../../../contract/lab-report.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Lines } from '../panels/lines.tsx';
import { Panel } from '../panels/panel.tsx';
import { Parts } from '../panels/parts.tsx';
import { words } from '../words.ts';

const text = words.lab.about;
type Site = LabReportBody['sites'][number];

const columns: readonly Column<Site>[] = [
  { key: 'name', head: text.columns.name, bare: true, cell: ({ name }) => <strong>{name}</strong> },
  {
    key: 'boxes',
    head: text.columns.boxes,
    cell: ({ boxes }) => (boxes.length === 0 ? text.public : boxes.join(' → ')),
  },
  {
    key: 'measured',
    head: text.columns.measured,
    cell: ({ measured }) => {
      if (measured === null) return text.unasked;
      const { mapping, filtering, udp } = measured;
      return udp === 'open' ? text.measured(mapping, filtering) : text.udp[udp];
    },
  },
];

/** The scenario, how it was run, and the networks in it. */
export function AboutPanel({ body }: { body: LabReportBody }) {
  return (
    <Panel title={text.title} hint={text.text(body.scenario.about)}>
      <Parts>
        <Lines lines={[text.made(body), text.timing(body), ...body.notices]} />
        <div>
          <h3>{text.sites}</h3>
          <DataTable
            caption={text.sites}
            columns={columns}
            rows={body.sites}
            rowKey={({ name }) => name}
            maxHeight="24rem"
          />
        </div>
      </Parts>
    </Panel>
  );
}

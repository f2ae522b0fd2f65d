/** Every TURN server over every transport and family, as a table: words and times, never colour alone. */
import type { RelayTry } from '../../../contract/visit-report.ts';
import { type Child, element, table } from '../dom.ts';
import { mark } from '../mark.ts';
import type { StepStatus } from '../steps.ts';
import { words } from '../words/language.ts';

const transports = ['udp', 'tcp', 'tls'] as const;
const marks = { ok: 'ok', note: 'skipped', failed: 'failed', skipped: 'skipped' } as const satisfies Record<
  RelayTry['outcome'],
  StepStatus
>;

/** One row per host and way to write it, one column per transport that is offered anywhere. */
export function relayGrid(rows: readonly RelayTry[]): HTMLElement {
  const { grid } = words();
  const columns = transports.filter((transport) => rows.some((row) => row.transport === transport));
  const hosts = [...new Set(rows.map(({ host }) => host))];
  return element(
    'section',
    { class: 'grid', id: 'grid' },
    table(
      element('h2', { id: 'grid-title' }, grid.title),
      [grid.server, ...columns.map((transport) => grid.transports[transport])],
      hosts.map((host) => [
        element('code', {}, host),
        ...columns.map((transport) => {
          const cells = rows.filter((row) => row.host === host && row.transport === transport);
          return cells.length === 0
            ? element('span', { class: 'dim' }, grid.notOffered)
            : element('div', { class: 'cells' }, ...cells.map(cellOf));
        }),
      ]),
    ),
  );
}

function cellOf(row: RelayTry): HTMLElement {
  const { grid, failure } = words();
  const family = row.family === null ? '' : ` · ${grid.families[row.family]}`;
  const says: Child =
    row.setupMs === null
      ? row.failure === undefined
        ? null
        : failure(row.failure).meaning
      : grid.times(row.setupMs, row.echoRttMs ?? 0);
  return element(
    'div',
    { class: 'cell', 'data-outcome': row.outcome, 'data-url': row.url },
    mark(marks[row.outcome], `${grid.outcomes[row.outcome]}`),
    element('span', { class: 'cell-port' }, `:${row.port}${family}`),
    says === null ? null : element('span', { class: 'cell-says' }, says),
  );
}

/**
 * `npm run fault-clients`: every client that is installed through every case, then docs/fault-clients.md.
 * `npm run fault-clients -- RUNS [CLIENT…]`: so many runs of these clients; prints the table and writes nothing.
 */
import { writeFileSync } from 'node:fs';
import { browserClients } from './browser-client.ts';
import type { FaultClient } from './client-run.ts';
import { processClients } from './process-client.ts';
import { renderFaultClients } from './render.ts';
import { root } from './root.ts';
import { type ClientColumn, measureClient } from './table.ts';

const runsPerCase = 3;
/** Sessions at the same time, of processes and of browsers each. */
const atOnce = 8;

const [runsText, ...words] = process.argv.slice(2);
const runs = runsText === undefined ? runsPerCase : Number(runsText);
if (!(Number.isInteger(runs) && runs > 0)) throw new Error(`RUNS must be a whole number: ${runsText}`);

const columns = await Promise.all([processClients(), browserClients(atOnce)].map(measureInTurn));
const page = renderFaultClients(columns.flat(), runs, 2 * atOnce);
if (runsText === undefined && root !== undefined) {
  writeFileSync(new URL('docs/fault-clients.md', root), page);
  console.log('wrote docs/fault-clients.md');
} else {
  console.log(page);
}

async function measureInTurn(clients: readonly FaultClient[]): Promise<ClientColumn[]> {
  const columns: ClientColumn[] = [];
  for (const client of clients) {
    const wanted = words.length === 0 || words.some((word) => client.name.toLowerCase().includes(word));
    if (wanted) columns.push(await measureClient(client, runs, atOnce));
    await client.close();
  }
  return columns;
}

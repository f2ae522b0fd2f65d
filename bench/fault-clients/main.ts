/**
 * `npm run fault-clients`: every client that is installed through every case, then docs/fault-clients.md.
 * `npm run fault-clients -- RUNS [CLIENT…]`: so many runs of these clients; prints the table and writes nothing.
 */
import { writeFileSync } from 'node:fs';
import { browserClients } from './browser-client.ts';
import { processClients } from './process-client.ts';
import { renderFaultClients } from './render.ts';
import { root } from './root.ts';
import { type ClientColumn, measureClient } from './table.ts';

const runsPerCase = 3;
const atOnce = 12;

const [runsText, ...words] = process.argv.slice(2);
const runs = runsText === undefined ? runsPerCase : Number(runsText);
if (!(Number.isInteger(runs) && runs > 0)) throw new Error(`RUNS must be a whole number: ${runsText}`);
const all = [...processClients(), ...browserClients(atOnce)];
const wanted = all.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase())),
);
const columns: ClientColumn[] = [];
try {
  for (const client of wanted) columns.push(await measureClient(client, runs, atOnce));
} finally {
  await Promise.all(all.map((client) => client.close()));
}
const page = renderFaultClients(columns, runs);
if (runsText === undefined && root !== undefined) {
  writeFileSync(new URL('docs/fault-clients.md', root), page);
  console.log('wrote docs/fault-clients.md');
} else {
  console.log(page);
}

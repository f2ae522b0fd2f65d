import { cpus } from 'node:os';
import { allFaults } from '../../turn/faults/catalog.ts';
import { faultCases } from './cases.ts';
import { limits } from './run-case.ts';
import type { ClientColumn } from './table.ts';
import { wordsOf } from './verdict.ts';

const everyClient = ['Chromium', 'Firefox', 'node-datachannel', 'aioice', 'libnice'];

/** `docs/fault-clients.md`. */
export function renderFaultClients(columns: readonly ClientColumn[], runs: number, atOnce: number): string {
  const missing = everyClient.filter((name) => !columns.some(({ client }) => client === name));
  const ready = columns.map(
    ({ client, version, readyMs }) =>
      `${client} ${version} (${Object.entries(readyMs)
        .map(([transport, ms]) => `${transport} ${ms} ms`)
        .join(', ')})`,
  );
  return `${[
    '# What clients make of faults',
    '',
    'Made by `npm run fault-clients`. Each client is two peers in one process that may use nothing but relayed addresses of',
    `[a server that misbehaves](faults.md) on loopback; one sends a message every ${limits.everyMs} ms and the other echoes it. Both peers`,
    'meet the fault. A client has 45 s to bring the first echo back, and then talks on for 15 s.',
    '',
    '- **survives**: as without the fault, within 700 ms. **recovers in** t: the first echo came t later than without the',
    '  fault, or once nothing was heard for t. **gives up after** t: the client itself said that it is over (failed, or no',
    '  relayed candidate). **hangs**: nothing is heard and nothing said, until the end of the session. **–**: it does not do',
    '  what the fault waits for.',
    `- n = ${runs} runs per cell, up to ${atOnce} sessions at the same time on ${cpus().length} processors; times are medians. Where runs differ, how many`,
    '  did what. Whatever else the machine does is in them, so a second more or less means nothing.',
    '- The relayed addresses are on an IP address of their own, so nothing reaches them but from relay to relay.',
    '- aioice and libnice send datagrams; the others a data channel, which sends again what was lost. node-datachannel',
    '  (libjuice) has no TURN over TCP.',
    ...(missing.length === 0 ? [] : [`- Not measured in this run: ${missing.join(', ')}.`]),
    '',
    `First echo without faults: ${ready.join('; ')}.`,
    '',
    `| fault | ${columns.map(({ client }) => client).join(' | ')} |`,
    `|---|${columns.map(() => '---|').join('')}`,
    ...faultCases.map((each) => {
      const title = allFaults.find(({ id }) => id === each.id)?.title ?? '';
      const where = each.transport === 'tcp' ? ' Over TCP.' : '';
      const note = each.note === null ? '' : ` Here: ${each.note}.`;
      const cells = columns.map(({ outcomes }) => {
        const found = outcomes.get(each);
        return found === undefined ? 'no TCP' : wordsOf(found);
      });
      return `| \`${each.id}\`: ${title}.${where}${note} | ${cells.join(' | ')} |`;
    }),
  ].join('\n')}\n`;
}

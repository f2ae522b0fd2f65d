/** How the programs of a lab run's path `sfu` hear orders and give news: one JSON object a line, until their stdin ends. */
import { createInterface } from 'node:readline';
import type { LabSfuNews, LabSfuOrder } from '../contract/lab-sfu.ts';

/** The process ends with its stdin: the run is gone then, however it ended. */
export function hearOrders(obey: (order: LabSfuOrder) => void): void {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => obey(JSON.parse(line)));
  // Not process.exit(): it would wait for the threads of native libraries.
  lines.on('close', () => process.kill(process.pid, 'SIGKILL'));
}

export function tellNews(news: LabSfuNews): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}

/** docs/check-faults.md, from the results of one or several parts of the matrix. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enCauses } from '../../../dashboard/check/words/en-causes.ts';
import { artifacts } from '../check-stage.ts';
import type { Fault } from './fault.ts';
import type { Outcome } from './stage.ts';

export interface FaultRow {
  readonly name: string;
  readonly expected: Fault['expected'];
  readonly right: boolean;
  readonly outcome: Outcome;
}

const kept = join(artifacts, 'check-faults.json');
const page = fileURLToPath(new URL('../../../docs/check-faults.md', import.meta.url));

function rows(): Record<string, FaultRow> {
  return existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Record<string, FaultRow>) : {};
}

export function rememberRow(row: FaultRow): void {
  writeFileSync(kept, JSON.stringify({ ...rows(), [row.name]: row }, null, 1));
}

/** Only when every fault has a result. */
export function writePage(names: readonly string[]): void {
  const known = rows();
  const all = names.flatMap((name) => known[name] ?? []);
  if (all.length < names.length) return;
  writeFileSync(page, render(all));
}

function render(all: readonly FaultRow[]): string {
  const right = all.filter((row) => row.right).length;
  const times = all.map(({ outcome }) => outcome.tookMs).sort((a, b) => a - b);
  const at = (share: number): string =>
    `${((times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0) / 1000).toFixed(1)} s`;
  return `# Faults that the Check page names

${all.length} faults of networks, servers and browsers, each made in a lab of network namespaces with kernel NATs, coturn
and Debian’s Chromium, and what the page then says. \`npm run check-faults\` runs them all and writes this page; the test
suite runs some of them.

**The cause was right in ${right} of ${all.length}** (${((100 * right) / all.length).toFixed(1)} %). From the button to the
verdict: median ${at(0.5)}, 95th percentile ${at(0.95)}, longest ${at(1)}. Right means: the verdict, the main
cause, and nothing said beside it that does not hold. No page stayed blank, no step stayed unfinished.

| what is broken | verdict | cause named | also said | time |
|---|---|---|---|---|
${all.map(line).join('\n')}

## What the causes say

| cause | words |
|---|---|
${[...new Set(all.flatMap(({ outcome }) => [outcome.cause, ...outcome.beside]))]
  .filter((id) => id !== null)
  .sort()
  .map((id) => `| \`${id}\` | ${Object.entries(enCauses).find(([known]) => known === id)?.[1].what ?? ''} |`)
  .join('\n')}
`;
}

function line({ name, right, expected, outcome }: FaultRow): string {
  const { status, code, cause, beside, tookMs } = outcome;
  const named = cause === null ? '–' : `\`${cause}\``;
  const wrong = right
    ? ''
    : ` **(expected ${[expected.cause ?? 'none', ...(expected.beside ?? [])].join(', ')})**`;
  const also = beside.length === 0 ? '–' : beside.map((id) => `\`${id}\``).join(', ');
  return `| ${name} | ${status}: \`${code}\` | ${named}${wrong} | ${also} | ${(tookMs / 1000).toFixed(1)} s |`;
}

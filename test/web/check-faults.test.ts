/**
 * Faults of networks, servers and browsers, made in a lab with real NATs, coturn and Chromium: the Check page must name
 * the cause. The suite runs some of them; `npm run check-faults` all, and writes docs/check-faults.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { type FaultRow, rememberRow, writePage } from './check-faults/fault-page.ts';
import { faults } from './check-faults/faults.ts';
import { buildMatrix, type Matrix } from './check-faults/stage.ts';
import { artifacts, checkObstacle } from './check-stage.ts';

const obstacle =
  checkObstacle({ coturn: true }) ?? labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'openssl']);
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

/** `all`, or numbers and ranges (`1,11-17`): these of the matrix, their results kept for the page. */
const wanted = process.env['CHECK_FAULTS'];

function isWanted(number: number): boolean {
  if (wanted === undefined) return faults[number - 1]?.quick === true;
  if (wanted === 'all') return true;
  return wanted.split(',').some((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return number >= first && number <= last;
  });
}

const chosen = faults.filter((_fault, index) => isWanted(index + 1));

describe.skipIf(obstacle !== null)(
  `Check page names the cause${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let matrix: Matrix;

    beforeAll(async () => {
      mkdirSync(artifacts, { recursive: true });
      matrix = await buildMatrix([...new Set(chosen.map(({ site }) => site ?? 'home'))]);
    });
    afterAll(async () => {
      await matrix?.close();
      if (wanted !== undefined) writePage(faults.map(({ name }) => name));
    });

    it.each(chosen)('$name', async (fault) => {
      const number = String(faults.indexOf(fault) + 1).padStart(2, '0');
      const outcome = await matrix.run(fault, async (page) => {
        if (wanted === undefined) return;
        await page.screenshot({ path: join(artifacts, `fault-${number}.png`), fullPage: true });
      });
      const { code, cause, beside } = outcome;
      const named = { code, cause, beside };
      const expected = { ...fault.expected, beside: fault.expected.beside ?? [] };
      const right =
        JSON.stringify(named) ===
        JSON.stringify({ code: expected.code, cause: expected.cause, beside: expected.beside });
      const row: FaultRow = { name: fault.name, expected: fault.expected, right, outcome };
      if (wanted !== undefined) rememberRow(row);
      writeFileSync(join(artifacts, `fault-${number}.json`), JSON.stringify(row, null, 1));
      // Never a blank page, never an endless spinner.
      expect(outcome.sentence).not.toBe('');
      expect(outcome.unfinished).toBe(0);
      expect(named, outcome.sentence).toEqual(expected);
    });
  },
);

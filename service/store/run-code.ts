import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import { codeAlphabet, codeLength, longCodeLength } from '../../contract/report-code.ts';
import { inProjects, type Reads } from './projects-read.ts';
import type { Tables } from './tables.ts';

/** One of 113 million; whether a stored run has it already is found out when it is stored. */
export function newCode(): string {
  return Array.from({ length: codeLength }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('');
}

/** Bits of a digest that a long code says: 22^8 is more than 2^35. */
const codeBits = 35n;
/** Hexadecimal digits of a digest that hold them, and what is left over in the last one. */
const prefixLength = 9;
const spareBits = BigInt(prefixLength * 4) - codeBits;

/**
 * The code of a report that nobody can store just now. It says how the report’s digest begins, so that the report is
 * found by it whichever node stores it, and also if it had been stored under another code before.
 */
export function longCode(digest: string): string {
  const base = BigInt(codeAlphabet.length);
  let left = BigInt(`0x${digest.slice(0, prefixLength)}`) >> spareBits;
  let code = '';
  for (let place = 0; place < longCodeLength; place++) {
    code = `${codeAlphabet[Number(left % base)]}${code}`;
    left /= base;
  }
  return code;
}

export async function runOfCode(
  db: Kysely<Tables>,
  code: string,
  reads: Reads = 'all',
): Promise<string | null> {
  const ids = db.selectFrom('runs').select('id').where(inProjects('runs.project', reads));
  const row = await ids.where('visit_code', '=', code).executeTakeFirst();
  if (row !== undefined || code.length !== longCodeLength) return row?.id ?? null;
  const [from, to] = digestsOf(code);
  const begun = await ids.where('digest', '>=', from).where('digest', '<', to).executeTakeFirst();
  return begun?.id ?? null;
}

/** The digests that a long code stands for: from the first, up to but not including the second. */
function digestsOf(code: string): [from: string, to: string] {
  const base = BigInt(codeAlphabet.length);
  const bits = [...code].reduce((sum, sign) => sum * base + BigInt(codeAlphabet.indexOf(sign)), 0n);
  const prefix = (value: bigint) => (value << spareBits).toString(16).padStart(prefixLength, '0');
  // Behind the last digest: `g` follows `f`.
  return [prefix(bits), bits + 1n < 1n << codeBits ? prefix(bits + 1n) : 'g'];
}

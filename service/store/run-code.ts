import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import { codeAlphabet, codeLength } from '../../contract/report-code.ts';
import type { Tables } from './tables.ts';

/** One of 113 million; whether a stored run has it already is found out when it is stored. */
export function newCode(): string {
  return Array.from({ length: codeLength }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('');
}

export async function runOfCode(db: Kysely<Tables>, code: string): Promise<string | null> {
  const row = await db.selectFrom('runs').select('id').where('visit_code', '=', code).executeTakeFirst();
  return row?.id ?? null;
}

import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import { codeAlphabet, codeLength } from '../../contract/report-code.ts';
import type { Tables } from './tables.ts';

/** A code that no stored run has. 113 million are possible, so the first one is nearly always free. */
export async function freeCode(db: Kysely<Tables>): Promise<string> {
  for (;;) {
    const code = Array.from({ length: codeLength }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join(
      '',
    );
    const taken = await db.selectFrom('runs').select('id').where('visit_code', '=', code).executeTakeFirst();
    if (taken === undefined) return code;
  }
}

export async function runOfCode(db: Kysely<Tables>, code: string): Promise<string | null> {
  const row = await db.selectFrom('runs').select('id').where('visit_code', '=', code).executeTakeFirst();
  return row?.id ?? null;
}

import { PostgresDialect, PostgresQueryCompiler, sql } from 'kysely';
import pg from 'pg';

/** PostgreSQL’s text cannot hold NUL; the report itself is JSON, which writes it in letters. */
class TextCompiler extends PostgresQueryCompiler {
  protected override addParameter(parameter: unknown): void {
    super.addParameter(typeof parameter === 'string' ? parameter.replaceAll('\0', '\uFFFD') : parameter);
  }
}

export class TextDialect extends PostgresDialect {
  override createQueryCompiler(): TextCompiler {
    return new TextCompiler();
  }
}

/** Counts and sums (int8, numeric) come as numbers, as from SQLite; they are far below 2^53. */
export function plainNumbers(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  for (const type of [pg.types.builtins.INT8, pg.types.builtins.NUMERIC]) types.setTypeParser(type, Number);
  return types;
}

export const columnTypes = {
  text: sql<string>`text collate "C"`,
  real: sql<number>`double precision`,
};

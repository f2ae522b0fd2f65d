/** What docs/privacy.md has to name: texts of the reports of people, and columns of the store. */
import { sql } from 'kysely';
import { z } from 'zod';
import { envelopeSchema } from '../../contract/envelope.ts';
import { personalKinds } from '../../contract/redact/limit-addresses.ts';
import { openSqlite } from '../../service/store/sqlite.ts';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Texts that may be anything, by the last two parts of their path: `local.address`. */
export function textsOfPeople(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const schema of envelopeSchema.options) {
    const kind = schema.shape.kind.value;
    if (personalKinds.includes(kind)) collect(z.toJSONSchema(schema) as JsonSchema, ['report'], found);
  }
  return found;
}

function collect(schema: JsonSchema, path: readonly string[], found: Set<string>): void {
  const { type, format, properties = {}, items, additionalProperties, prefixItems = [] } = schema;
  const isWord = schema.enum !== undefined || schema.const !== undefined || format === 'date-time';
  if (type === 'string' && !isWord) found.add(path.slice(-2).join('.'));
  for (const [name, part] of Object.entries(properties)) collect(part, [...path, name], found);
  const inPlace = [...prefixItems, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  for (const part of [...inPlace, items, additionalProperties]) {
    if (typeof part === 'object') collect(part, path, found);
  }
}

/** `table.column` of every column that holds text, and the tables. */
export async function storedColumns(): Promise<{ tables: string[]; columns: string[] }> {
  const db = await openSqlite(':memory:');
  try {
    const { rows } = await sql<{ name: string; column: string; type: string }>`
      select m.name as name, c.name as "column", c.type as type
      from sqlite_master m join pragma_table_info(m.name) c
      where m.type = 'table' and m.name <> 'schema_version' and m.name not like 'sqlite_%'`.execute(db);
    return {
      tables: [...new Set(rows.map(({ name }) => name))],
      columns: rows
        .filter(({ type }) => type.toLowerCase() === 'text')
        .map(({ name, column }) => `${name}.${column}`),
    };
  } finally {
    await db.destroy();
  }
}

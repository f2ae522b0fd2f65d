/** Tables and indexes of a migration, from a description of them. */
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Engine } from './engine.ts';
import type { Tables } from './tables.ts';

type Type = Engine['text'] | Engine['real'] | 'integer';

/** `!`: never null. */
export interface TablePlan {
  readonly columns: Readonly<Record<string, 'text' | 'text!' | 'real' | 'integer!'>>;
  readonly key: readonly string[];
}

export type IndexPlan<Table extends string = string> = readonly [
  table: Table,
  columns: readonly string[],
  unique?: true,
];

export async function makeTables(
  db: Kysely<Tables>,
  { text, real }: Engine,
  tables: Readonly<Record<string, TablePlan>>,
  indexes: readonly IndexPlan[],
): Promise<void> {
  const types: Readonly<Record<string, Type>> = { text, real, integer: 'integer' };
  for (const [name, { columns, key }] of Object.entries(tables)) {
    let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
    for (const [column, type] of Object.entries(columns)) {
      const needed = type.endsWith('!');
      table = table.addColumn(column, types[type.replace('!', '')] ?? text, (c) =>
        needed ? c.notNull() : c,
      );
    }
    await table.addPrimaryKeyConstraint(`${name}_key`, [...key]).execute();
  }
  for (const [table, columns, unique] of indexes) {
    const index = db.schema
      .createIndex(`${table}_${columns.join('_')}`)
      .on(table)
      .columns([...columns]);
    await (unique ? index.unique() : index).execute();
  }
}

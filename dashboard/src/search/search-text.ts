import type { z } from 'zod';

/** Every field has a default or is optional; a wrong value in the URL falls back (`.catch`). */
export type SearchSchema<T extends object> = z.ZodType<T>;

export function readSearch<T extends object>(schema: SearchSchema<T>, text: string): T {
  return schema.parse(Object.fromEntries(new URLSearchParams(text)));
}

/** The shortest query text that reads back as `state`. */
export function writeSearch<T extends object>(schema: SearchSchema<T>, state: T): string {
  const defaults = new Map<string, unknown>(Object.entries(schema.parse({})));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (value === undefined || value === '' || value === defaults.get(name)) continue;
    search.set(name, String(value));
  }
  return search.toString();
}

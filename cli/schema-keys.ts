import { z } from 'zod';

/** The keys that may stand at a place of a file, from its published schema. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let node: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  for (const part of path) {
    node =
      member(member(node, 'properties'), part) ??
      (typeof part === 'number' ? member(node, 'items') : member(node, 'additionalProperties'));
  }
  const properties = member(node, 'properties');
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

function member(node: unknown, key: PropertyKey): unknown {
  return typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined;
}

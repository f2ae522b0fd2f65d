/** A JSON value with every text in it made anew, keys included: some tables are keyed by address. Pure. */

/** @param text is told the key that the text stands under; of a list the list’s own, of a key or a bare text none */
export function mapTexts(value: unknown, text: (text: string, key: string | null) => unknown): unknown {
  return walk(value, null, text);
}

function walk(
  value: unknown,
  key: string | null,
  text: (text: string, key: string | null) => unknown,
): unknown {
  if (typeof value === 'string') return text(value, key);
  if (Array.isArray(value)) return value.map((item) => walk(item, key, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [text(name, null), walk(item, name, text)]),
  );
}

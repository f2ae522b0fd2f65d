export type QueryValues = Readonly<Record<string, string | number | undefined>>;

/** `/api/runs/:id` and its values → `/api/runs/abc?limit=5`; values that are undefined are left out. */
export function buildUrl(
  path: string,
  params: Readonly<Record<string, string>> = {},
  query: QueryValues = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

/** A report in which every text is markup that runs if anything runs. */
import { type Envelope, parseEnvelope } from '../../contract/envelope.ts';

/** Runs as an address of a link, as markup, and out of an attribute; the short one where there is little room. */
const payload = `javascript:window.ran=1//"'><img data-planted src=x onerror="window.ran=1"><script>window.ran=1</script>`;
const shortPayload = '"><i data-planted>';

type Leaf = { readonly path: string; readonly holder: Record<string, unknown>; readonly key: string };

function leavesOf(value: unknown, path: readonly string[] = []): Leaf[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.entries(holder).flatMap(([key, inner]) => {
    // What holds for one element of a list holds for all.
    const place = [...path, Array.isArray(value) ? '*' : key];
    return typeof inner === 'string' ? [{ path: place.join('.'), holder, key }] : leavesOf(inner, place);
  });
}

/** The report with the payload wherever the schema takes any text; what it takes not keeps its value. */
export function poisoned(report: Envelope): {
  readonly report: Envelope;
  readonly places: readonly string[];
} {
  const copy = structuredClone(report);
  const leaves = leavesOf(copy).filter(({ path }) => path !== 'kind');
  const before = leaves.map(({ holder, key }) => holder[key]);
  const level = new Map<string, 0 | 1 | 2>();
  const write = (path: string): void =>
    leaves.forEach(({ path: own, holder, key }, index) => {
      if (own === path) holder[key] = [payload, shortPayload, before[index]][level.get(path) ?? 0];
    });
  const paths = [...new Set(leaves.map(({ path }) => path))];
  for (const path of paths) write(path);
  for (;;) {
    const parsed = parseEnvelope(copy);
    if (parsed.ok) return { report: copy, places: paths.filter((path) => level.get(path) !== 2) };
    const field = (parsed.field ?? '').replace(/(?<=\.|^)\d+(?=\.|$)/g, '*');
    const open = paths.filter((path) => `${path}.`.startsWith(`${field}.`) && level.get(path) !== 2);
    if (open.length === 0) throw new Error(`${report.kind}: ${parsed.failure.message}`);
    for (const path of open) {
      level.set(path, level.get(path) === 1 ? 2 : 1);
      write(path);
    }
  }
}

/** Questions about who imports whom. */
import type { SourceFile } from './source-file.ts';

export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Edges between source files. `runtime`: without what the compiler erases. `load`: without `import(…)` too. */
export function importGraph(files: readonly SourceFile[], kind: 'all' | 'runtime' | 'load'): ImportGraph {
  return new Map(
    files.map((file) => [
      file.path,
      file.imports.flatMap(({ target, typeOnly, dynamic }) => {
        const left = (kind !== 'all' && typeOnly) || (kind === 'load' && dynamic);
        return target === null || left ? [] : [target];
      }),
    ]),
  );
}

/** Everything that loads when one of `entries` loads, themselves included. */
export function reachable(graph: ImportGraph, entries: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    waiting.push(...(graph.get(path) ?? []));
  }
  return seen;
}

/** One circle per group of files that import each other, as `a → b → a`. */
export function circles(graph: ImportGraph): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      found.push([...trail.slice(at), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return found;
}

/** YAML text → checked configuration, and where each key stands in the text. */
import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import type { z } from 'zod';

export type Path = readonly PropertyKey[];

/** Both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlProblem {
  /** Empty: the text as a whole. */
  readonly path: Path;
  readonly place: Place | null;
  readonly problem: string;
  /** The key at the end of the path is not one of ours. */
  readonly unknownKey: boolean;
}

export type YamlResult<T> =
  | { readonly ok: true; readonly data: T; readonly placeOf: (path: Path) => Place | null }
  | { readonly ok: false; readonly problem: YamlProblem };

/** An empty text is an empty configuration: every key has a default. */
export function parseYaml<S extends z.ZodType>(schema: S, text: string): YamlResult<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number | null): Place | null => {
    if (offset === null) return null;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const syntax = document.errors[0];
  if (syntax !== undefined) {
    const place = placeAt(syntax.pos[0]);
    return { ok: false, problem: { path: [], place, problem: syntax.message, unknownKey: false } };
  }
  const placeOf = (path: Path): Place | null => placeAt(keyOffset(document.contents, path));
  const result = schema.safeParse(document.toJS() ?? {});
  if (result.success) return { ok: true, data: result.data, placeOf };
  const found = describe(result.error);
  return { ok: false, problem: { ...found, place: placeOf(found.path) } };
}

function describe(error: z.ZodError): Omit<YamlProblem, 'place'> {
  const first = error.issues[0];
  const issue = first === undefined ? undefined : innermost(first);
  if (issue === undefined) return { path: [], problem: 'invalid', unknownKey: false };
  if (issue.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0] ?? ''];
    return { path, problem: 'there is no such key', unknownKey: true };
  }
  const about = issue.path.length === 0 ? 'configuration: ' : '';
  return { path: issue.path, problem: `${about}${issue.message}`, unknownKey: false };
}

/** Of a value that fits none of several forms: the complaint of the form that it comes nearest to. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const [nearest] = issue.errors
    .flatMap((issues) => issues.slice(0, 1))
    .map(innermost)
    .sort((a, b) => b.path.length - a.path.length);
  return nearest === undefined ? issue : { ...nearest, path: [...issue.path, ...nearest.path] };
}

/** Where the key at the end of the path stands; for a key that is missing, where its parent stands. */
function keyOffset(root: unknown, path: Path): number | null {
  let node = root;
  let offset = startOf(root);
  for (const part of path) {
    if (isMap(node)) {
      const pair = findPair(node, part);
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else {
      node = itemAt(node, part);
      offset = startOf(node) ?? offset;
    }
  }
  return offset;
}

function findPair(map: YAMLMap, key: PropertyKey) {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

function itemAt(node: unknown, index: PropertyKey): unknown {
  const items = typeof node === 'object' && node !== null && 'items' in node ? node.items : null;
  return Array.isArray(items) && typeof index === 'number' ? items[index] : undefined;
}

function startOf(node: unknown): number | null {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : null;
}

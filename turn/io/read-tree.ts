/** A YAML, JSON or Lua file as a tree with places. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { luaTree } from '../lint/app/lua-tree.ts';
import type { Spot, Tree } from '../lint/app/tree.ts';

export type ReadTree =
  | { readonly ok: true; readonly tree: Tree }
  /** Says where; never what stands there, which may be a secret. */
  | { readonly ok: false; readonly problem: string };

/** An alias inside of what it stands for would never end; files of people are not that deep. */
const deepest = 50;

/** `.lua` is Lua, everything else YAML, of which JSON is a part. */
export function readTree(file: string, text: string): ReadTree {
  if (file.endsWith('.lua')) return { ok: true, tree: luaTree(text) };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    return { ok: false, problem: `no YAML or JSON (line ${line}, column ${col}: ${error.code})` };
  }
  const spotOf = (node: Node | null): Spot => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return { line, column: col };
  };
  const convert = (node: unknown, depth: number): Tree => {
    if (isAlias(node)) return convert(node.resolve(document), depth + 1);
    const spot = spotOf(isScalar(node) || isMap(node) || isSeq(node) ? node : null);
    if (depth > deepest) return { kind: 'value', at: spot, value: null };
    if (isSeq(node))
      return { kind: 'list', at: spot, items: node.items.map((item) => convert(item, depth + 1)) };
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }) => ({
        key: isScalar(key) ? String(key.value) : '',
        at: spotOf(isScalar(key) ? key : null),
        value: convert(value, depth + 1),
      }));
      return { kind: 'map', at: spot, entries };
    }
    const value = isScalar(node) ? node.value : null;
    const plain = ['string', 'number', 'boolean'].includes(typeof value);
    return { kind: 'value', at: spot, value: plain ? (value as string | number | boolean) : null };
  };
  return { ok: true, tree: convert(document.contents, 0) };
}

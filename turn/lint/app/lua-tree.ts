/**
 * The part of Lua that Prosody’s configuration files are written in: `name = value` are entries of
 * the file, values are strings, numbers, booleans, nil and tables. Everything else (calls, functions, expressions) is
 * read over. Never throws.
 */
import type { Spot, Tree, TreeEntry } from './tree.ts';

type Token = Spot &
  (
    | { readonly kind: 'name' | 'string' | 'mark'; readonly text: string }
    | { readonly kind: 'number'; readonly text: string }
  );

/** Tables within tables; more is no configuration that anybody wrote. */
const deepest = 20;

const pattern =
  /--\[(=*)\[[\s\S]*?\]\1\]|--[^\n]*|\[(=*)\[([\s\S]*?)\]\2\]|"((?:\\[\s\S]|[^"\\\n])*)"|'((?:\\[\s\S]|[^'\\\n])*)'|[A-Za-z_]\w*|\d+(?:\.\d+)?|\S/g;

export function luaTree(text: string): Tree {
  const tokens = tokenize(text);
  const entries: TreeEntry[] = [];
  let i = 0;
  while (i < tokens.length) {
    const name = tokens[i];
    if (name?.kind === 'name' && tokens[i + 1]?.text === '=' && tokens[i + 1]?.kind === 'mark') {
      const parsed = parseValue(tokens, i + 2, 0);
      if (parsed !== null) entries.push({ key: name.text, at: spotOf(name), value: parsed.tree });
      i = parsed?.next ?? i + 2;
    } else i += 1;
  }
  return { kind: 'map', at: { line: 1, column: 1 }, entries };
}

function spotOf({ line, column }: Spot): Spot {
  return { line, column };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let seen = 0;
  for (const match of text.matchAll(pattern)) {
    for (; seen < match.index; seen += 1) {
      if (text[seen] === '\n') {
        line += 1;
        lineStart = seen + 1;
      }
    }
    const [whole, , , long, double, single] = match;
    if (whole.startsWith('--')) continue;
    const spot = { line, column: match.index - lineStart + 1 };
    const string = long ?? double ?? single;
    if (string !== undefined) {
      tokens.push({ kind: 'string', text: long ?? unescaped(string), ...spot });
    } else {
      const kind = /^[A-Za-z_]/.test(whole) ? 'name' : /^\d/.test(whole) ? 'number' : 'mark';
      tokens.push({ kind, text: whole, ...spot });
    }
  }
  return tokens;
}

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  return text.replace(/\\([\s\S])/g, (_all, char: string) => letters[char] ?? char);
}

interface Parsed {
  readonly tree: Tree;
  /** Index of the token behind it. */
  readonly next: number;
}

function parseValue(tokens: readonly Token[], start: number, depth: number): Parsed | null {
  const token = tokens[start];
  if (token === undefined || depth > deepest) return null;
  const spot = spotOf(token);
  const scalar = (value: string | number | boolean | null): Parsed => ({
    tree: { kind: 'value', at: spot, value },
    next: start + 1,
  });
  if (token.kind === 'string') return scalar(token.text);
  if (token.kind === 'number') return scalar(Number(token.text));
  if (token.kind === 'mark') return token.text === '{' ? parseTable(tokens, start + 1, spot, depth) : null;
  if (token.text === 'true' || token.text === 'false') return scalar(token.text === 'true');
  return token.text === 'nil' ? scalar(null) : null;
}

/** With a key in it a table is a map, else a list. */
function parseTable(tokens: readonly Token[], start: number, spot: Spot, depth: number): Parsed {
  const entries: TreeEntry[] = [];
  const items: Tree[] = [];
  let i = start;
  while (i < tokens.length && tokens[i]?.text !== '}') {
    const key = keyAt(tokens, i);
    const parsed = parseValue(tokens, key?.next ?? i, depth + 1);
    if (parsed === null) {
      i += 1;
      continue;
    }
    if (key === null) items.push(parsed.tree);
    else entries.push({ key: key.text, at: key.at, value: parsed.tree });
    i = parsed.next;
  }
  const tree: Tree =
    entries.length > 0 ? { kind: 'map', at: spot, entries } : { kind: 'list', at: spot, items };
  return { tree, next: i + 1 };
}

/** `name =` or `["name"] =`. */
function keyAt(tokens: readonly Token[], i: number): { text: string; at: Spot; next: number } | null {
  const token = tokens[i];
  if (token?.kind === 'name' && tokens[i + 1]?.text === '=') {
    return { text: token.text, at: spotOf(token), next: i + 2 };
  }
  const inner = tokens[i + 1];
  const isBracketed = token?.text === '[' && tokens[i + 2]?.text === ']' && tokens[i + 3]?.text === '=';
  return isBracketed && inner?.kind === 'string'
    ? { text: inner.text, at: spotOf(inner), next: i + 4 }
    : null;
}

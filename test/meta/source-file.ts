/** What the meta tests need to know of one source file, read from its syntax tree (Vite's parser, no guessing). */
import { posix } from 'node:path';
import { parseSync } from 'vite';

export interface SourceImport {
  readonly specifier: string;
  /** Path of the imported file from the root of the repository; null for packages and `node:` modules. */
  readonly target: string | null;
  /** Erased by the compiler: it makes no edge at run time. */
  readonly typeOnly: boolean;
  /** `import(…)`: loaded when the line runs, not when the file does. */
  readonly dynamic: boolean;
  readonly line: number;
}

/** A use of the world outside: a clock, a timer, randomness, a promise, the process. */
export interface SourceEffect {
  readonly what: string;
  readonly line: number;
}

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly SourceImport[];
  readonly effects: readonly SourceEffect[];
  /** Every whole string literal. */
  readonly strings: ReadonlySet<string>;
  /** Every identifier, keys of objects included. */
  readonly names: ReadonlySet<string>;
  /** Members that were called on an identifier, as `it.only`. */
  readonly calls: ReadonlySet<string>;
}

/** The fields of ESTree and TypeScript nodes that are looked at here; which exist depends on `type`. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly async?: unknown;
  readonly await?: unknown;
  readonly callee?: unknown;
  readonly computed?: unknown;
  readonly exportKind?: unknown;
  readonly importKind?: unknown;
  readonly name?: unknown;
  readonly object?: unknown;
  readonly property?: unknown;
  readonly source?: unknown;
  readonly specifiers?: unknown;
  readonly typeName?: unknown;
  readonly value?: unknown;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

function nameOf(value: unknown): string | null {
  return isNode(value) && value.type === 'Identifier' ? String(value.name) : null;
}

function stringOf(value: unknown): string | null {
  return isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : null;
}

/** `Date.now` for a member expression on a plain identifier. */
function memberOf(value: unknown): string | null {
  if (!isNode(value) || value.type !== 'MemberExpression' || value.computed === true) return null;
  const object = nameOf(value.object);
  const property = nameOf(value.property);
  return object === null || property === null ? null : `${object}.${property}`;
}

const effectfulCalls = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'Date',
  'require',
]);
const effectfulMembers = new Set(['Date.now', 'performance.now', 'Math.random', 'performance.timeOrigin']);
const effectfulObjects = new Set(['process', 'console', 'crypto', 'globalThis', 'Promise']);

/** Names the effect that this node itself is; null when it is none. */
function effectOf(node: Node): string | null {
  switch (node.type) {
    case 'AwaitExpression':
      return 'await';
    case 'ForOfStatement':
      return node.await === true ? 'for await' : null;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node.async === true ? 'async function' : null;
    case 'NewExpression': {
      const callee = nameOf(node.callee);
      return callee === 'Date' || callee === 'Promise' ? `new ${callee}` : null;
    }
    case 'CallExpression': {
      const callee = nameOf(node.callee);
      return callee !== null && effectfulCalls.has(callee) ? `${callee}()` : null;
    }
    case 'MemberExpression': {
      const member = memberOf(node);
      if (member !== null && effectfulMembers.has(member)) return member;
      const object = nameOf(node.object);
      return object !== null && effectfulObjects.has(object) ? object : null;
    }
    case 'TSTypeReference':
      return nameOf(node.typeName) === 'Promise' ? 'Promise type' : null;
    default:
      return null;
  }
}

/** The module that this node imports or re-exports; null when it is no import. */
function importOf(node: Node): { specifier: string; typeOnly: boolean } | null {
  const specifier = stringOf(node.source);
  if (specifier === null) return null;
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration': {
      const kind = node.type === 'ImportDeclaration' ? 'importKind' : 'exportKind';
      const specifiers = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : [];
      const allTypes = specifiers.length > 0 && specifiers.every((part) => part[kind] === 'type');
      return { specifier, typeOnly: node[kind] === 'type' || allTypes };
    }
    case 'ExportAllDeclaration':
      return { specifier, typeOnly: node.exportKind === 'type' };
    case 'ImportExpression':
      return { specifier, typeOnly: false };
    case 'TSImportType':
      return { specifier, typeOnly: true };
    default:
      return null;
  }
}

/** Reads one TypeScript or TSX file. Throws when it does not parse. */
export function readSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const imports: SourceImport[] = [];
  const effects: SourceEffect[] = [];
  const strings = new Set<string>();
  const names = new Set<string>();
  const calls = new Set<string>();

  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const visit = (node: Node): void => {
    const imported = importOf(node);
    if (imported !== null) {
      const relative = imported.specifier.startsWith('.');
      const target = relative ? posix.join(posix.dirname(path), imported.specifier) : null;
      const dynamic = node.type === 'ImportExpression';
      imports.push({ ...imported, target, dynamic, line: lineAt(node.start) });
    }
    const effect = effectOf(node);
    if (effect !== null) effects.push({ what: effect, line: lineAt(node.start) });
    const name = nameOf(node);
    if (name !== null) names.add(name);
    const literal = stringOf(node);
    if (literal !== null) strings.add(literal);
    const called = node.type === 'CallExpression' ? memberOf(node.callee) : null;
    if (called !== null) calls.add(called);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(program as unknown as Node);
  return { path, lines: text.replace(/\n$/, '').split('\n').length, imports, effects, strings, names, calls };
}

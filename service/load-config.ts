/** YAML file → {@link ServeConfig}. Every complaint names the line. */
import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { type ServeConfig, serveConfigSchema } from '../contract/config.ts';
import { failure } from '../contract/failures.ts';
import { ServiceStartError } from './fault.ts';
import { checkServerInput } from './servers/check-input.ts';

type Path = readonly PropertyKey[];

/** Reads the file. Throws {@link ServiceStartError} with `config-invalid`. */
export function loadConfigFile(file: string): ServeConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'cannot be read';
    throw new ServiceStartError(failure('config-invalid', `${file}: ${reason}`));
  }
  return parseConfig(text, file);
}

/** @param name what complaints call the text, usually the file’s path */
export function parseConfig(text: string, name: string): ServeConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (offset: number | null, problem: string): never => {
    const line = offset === null ? '' : `:${lines.linePos(offset).line}`;
    throw new ServiceStartError(failure('config-invalid', `${name}${line}: ${problem}`));
  };
  const syntax = document.errors[0];
  if (syntax !== undefined) refuse(syntax.pos[0], syntax.message);

  const offsetOf = (path: Path): number | null => keyOffset(document.contents, path);
  // An empty file is an empty configuration: every key has a default.
  const result = serveConfigSchema.safeParse(document.toJS() ?? {});
  if (!result.success) {
    const { path, problem } = describe(result.error);
    return refuse(offsetOf(path), `${path.map(String).join('.') || 'configuration'}: ${problem}`);
  }
  result.data.servers.forEach((server, index) => {
    const problem = checkServerInput(server, false);
    if (problem === null) return;
    const inner = problem.field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const path = ['servers', index, ...inner];
    refuse(offsetOf(path), `${path.join('.')}: ${problem.problem}`);
  });
  return result.data;
}

function describe(error: z.ZodError): { path: Path; problem: string } {
  const issue = error.issues[0];
  if (issue === undefined) return { path: [], problem: 'invalid' };
  if (issue.code === 'unrecognized_keys') {
    return { path: [...issue.path, issue.keys[0] ?? ''], problem: 'there is no such key' };
  }
  return { path: issue.path, problem: issue.message };
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

/** YAML file → {@link TurnServeConfig}. Every complaint names line and column. */
import { readFileSync } from 'node:fs';
import { type TurnServeConfig, turnServeConfigSchema } from '../contract/turn-serve-config.ts';
import { type Path, type Place, parseYaml } from '../service/yaml-config.ts';
import { editDistance } from '../turn/lint/spelling.ts';
import { CommandError } from './command-error.ts';

export interface LoadedTurnConfig {
  readonly config: TurnServeConfig;
  /** A complaint about a value that the schema cannot judge, with its place in the file. */
  complaint(path: Path, problem: string): CommandError;
}

export function loadTurnConfig(file: string): LoadedTurnConfig {
  try {
    return parseTurnConfig(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error instanceof CommandError) throw error;
    throw new CommandError(`${file}: ${String(error.code)}`, 'Name a file that this user may read.');
  }
}

/** @param name what complaints call the text, usually the file’s path */
export function parseTurnConfig(text: string, name: string): LoadedTurnConfig {
  const complain = (path: Path, place: Place | null, problem: string, next: string | null): CommandError => {
    const where = place === null ? '' : `:${place.line}:${place.column}`;
    const key = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
    return new CommandError(`${name}${where}: ${key}${problem}`, next);
  };
  const parsed = parseYaml(turnServeConfigSchema, text);
  if (parsed.ok) {
    return {
      config: parsed.data,
      complaint: (path, problem) => complain(path, parsed.placeOf(path), problem, null),
    };
  }
  const { path, place, problem, unknownKey } = parsed.problem;
  throw complain(path, place, problem, unknownKey ? meant(path) : null);
}

/** Did-you-mean for a key that does not exist; null: nothing is near. */
function meant(path: Path): string | null {
  const key = String(path.at(-1));
  const ranked = keysAt(path.slice(0, -1))
    .map((known) => ({ known, distance: editDistance(key.toLowerCase(), known.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(key.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  const nearest = ranked.filter(({ distance }) => distance === ranked[0]?.distance);
  return nearest.length === 0 ? null : `Did you mean ${nearest.map(({ known }) => known).join(' or ')}?`;
}

/** The keys that may stand there. Parts that are off by default are spelled out. */
function keysAt(parent: Path): string[] {
  let node: unknown = {
    ...turnServeConfigSchema.parse({}),
    tls: { cert: '', key: '', listen: [] },
    alternate: { address: '', port: 0 },
  };
  for (const part of parent) {
    node = typeof node === 'object' && node !== null ? Reflect.get(node, part) : undefined;
  }
  return typeof node === 'object' && node !== null ? Object.keys(node) : [];
}

/** YAML file → {@link TurnServeConfig}. Every complaint names line and column. */
import { readFileSync } from 'node:fs';
import { type TurnServeConfig, turnServeConfigSchema } from '../contract/turn-serve-config.ts';
import { type Path, type Place, parseYaml } from '../service/yaml-config.ts';
import { CommandError } from './command-error.ts';
import { didYouMean, placedError } from './placed-error.ts';

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
  const complain = (path: Path, place: Place | null, problem: string, next: string | null): CommandError =>
    placedError(name, { path, place, problem }, next);
  const parsed = parseYaml(turnServeConfigSchema, text);
  if (parsed.ok) {
    return {
      config: parsed.data,
      complaint: (path, problem) => complain(path, parsed.placeOf(path), problem, null),
    };
  }
  const { path, place, problem, unknownKey } = parsed.problem;
  throw complain(
    path,
    place,
    problem,
    unknownKey ? didYouMean(String(path.at(-1)), keysAt(path.slice(0, -1))) : null,
  );
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

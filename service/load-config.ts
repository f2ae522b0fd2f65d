/** YAML file → {@link ServeConfig}. Every complaint names the line. */
import { readFileSync } from 'node:fs';
import { type ServeConfig, serveConfigSchema } from '../contract/config.ts';
import { failure } from '../contract/failures.ts';
import { ServiceStartError } from './fault.ts';
import { checkServerInput } from './servers/check-input.ts';
import { type Place, parseYaml } from './yaml-config.ts';

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
  const refuse = (place: Place | null, problem: string): never => {
    const line = place === null ? '' : `:${place.line}`;
    throw new ServiceStartError(failure('config-invalid', `${name}${line}: ${problem}`));
  };
  const parsed = parseYaml(serveConfigSchema, text);
  if (!parsed.ok) {
    const { path, place, problem } = parsed.problem;
    // A syntax error has no path, and says by itself what it is about.
    const prefix = path.length > 0 ? `${path.map(String).join('.')}: ` : '';
    return refuse(place, `${prefix}${problem}`);
  }
  parsed.data.servers.forEach((server, index) => {
    const problem = checkServerInput(server, false);
    if (problem === null) return;
    const inner = problem.field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const path = ['servers', index, ...inner];
    refuse(parsed.placeOf(path), `${path.join('.')}: ${problem.problem}`);
  });
  return parsed.data;
}

/** YAML file, or the name of a preset → population. Complaints name line and column. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Population, populationSchema } from '../contract/population.ts';
import { type ScenarioBox, scenarioSchema } from '../contract/scenario.ts';
import { ScenarioProblem } from '../scenarios/scenario/scenario-problem.ts';
import { siteOf } from '../scenarios/scenario/site-of.ts';
import { populationPresets } from '../service/release.ts';
import { parseYaml } from '../service/yaml-config.ts';
import { CommandError } from './command-error.ts';
import { didYouMean, placedError } from './placed-error.ts';
import { keysAt } from './schema-keys.ts';

export function presetNames(): string[] {
  return readdirSync(populationPresets)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

export function loadPopulation(name: string): Population {
  const file = populationFile(name);
  try {
    return parsePopulation(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string')
      throw new CommandError(`${file}: ${error.code}`, 'Name a file that this user may read.');
    throw error;
  }
}

function populationFile(name: string): string {
  if (existsSync(name)) return name;
  const preset = join(populationPresets, `${name}.yaml`);
  if (/^[a-z0-9-]+$/.test(name) && existsSync(preset)) return preset;
  const names = presetNames();
  const hint = didYouMean(name, names) ?? `Presets: ${names.join(', ')}.`;
  throw new CommandError(`${name}: no such file, and no preset.`, hint);
}

/** @param file what complaints call the text */
export function parsePopulation(text: string, file: string): Population {
  const parsed = parseYaml(populationSchema, text);
  if (!parsed.ok) {
    const { path, unknownKey } = parsed.problem;
    const next = unknownKey
      ? didYouMean(String(path.at(-1)), keysAt(populationSchema, path.slice(0, -1)))
      : null;
    throw placedError(file, parsed.problem, next);
  }
  for (const [name, { behind, ipv6 }] of Object.entries(parsed.data.endpoints)) {
    const path = ['endpoints', name];
    const chains = [
      { chain: behind, path },
      ...(ipv6 ? [{ chain: ipv6.behind, path: [...path, 'ipv6'] }] : []),
    ];
    const found = chains.map(({ chain, path: at }) => problemOf(chain, at)).find((each) => each !== null);
    if (found) {
      const { path: at, message: problem } = found;
      throw placedError(file, { path: at, place: parsed.placeOf(at), problem }, null);
    }
  }
  return parsed.data;
}

/** What the schema cannot judge, as scenarios judge it. */
function problemOf(behind: ScenarioBox[], path: readonly string[]): ScenarioProblem | null {
  const scenario = { name: 'endpoint', about: 'One endpoint.', sites: { endpoint: { behind } } };
  const { endpoint } = scenarioSchema.parse(scenario).sites;
  if (endpoint === undefined) return null;
  try {
    siteOf(endpoint, { name: 'endpoint', path, seedOffset: 0 });
    return null;
  } catch (error) {
    if (error instanceof ScenarioProblem) return error;
    throw error;
  }
}

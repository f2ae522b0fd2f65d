/** YAML file → scenario, ready to be built. Every complaint names line and column. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Scenario, scenarioSchema } from '../contract/scenario.ts';
import { type CompiledScenario, compileScenario } from '../scenarios/scenario/compile.ts';
import { ScenarioProblem } from '../scenarios/scenario/scenario-problem.ts';
import { scenarioCatalog } from '../service/release.ts';
import { parseYaml } from '../service/yaml-config.ts';
import { compilePlan } from '../turn/faults/compile.ts';
import { CommandError } from './command-error.ts';
import { didYouMean, placedError } from './placed-error.ts';
import { keysAt } from './schema-keys.ts';

const isScenario = (file: string) => file.endsWith('.yaml');

export function catalogNames(): string[] {
  return readdirSync(scenarioCatalog)
    .filter(isScenario)
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** A path, or the name of a scenario of the catalogue. */
export function scenarioFile(name: string): string {
  if (existsSync(name)) return name;
  const inCatalog = join(scenarioCatalog, `${name}.yaml`);
  if (/^[a-z0-9-]+$/.test(name) && existsSync(inCatalog)) return inCatalog;
  throw new CommandError(`${name}: no such file, and no scenario of the catalogue.`, hintFor(name));
}

function hintFor(name: string): string {
  return didYouMean(name, catalogNames()) ?? 'polynya lab list names them.';
}

/** @param change what the command line asks for in place of what the file says */
export function loadScenario(name: string, change?: (scenario: Scenario) => Scenario): CompiledScenario {
  const file = scenarioFile(name);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CommandError(`${file}: ${reason}`, 'Name a file that this user may read.');
  }
  return parseScenario(text, file, change);
}

/** @param name what complaints call the text, usually the file’s path */
export function parseScenario(
  text: string,
  name: string,
  change: (scenario: Scenario) => Scenario = (scenario) => scenario,
): CompiledScenario {
  const parsed = parseYaml(scenarioSchema, text);
  if (!parsed.ok) {
    const { path, unknownKey } = parsed.problem;
    const next = unknownKey
      ? didYouMean(String(path.at(-1)), keysAt(scenarioSchema, path.slice(0, -1)))
      : null;
    throw placedError(name, parsed.problem, next);
  }
  const faults = compilePlan(parsed.data.server.faults ?? { seed: 1, profiles: [], faults: [] });
  if (!faults.ok) {
    const path = ['server', 'faults', ...faults.path];
    const problem = { path, place: parsed.placeOf(path), problem: faults.problem };
    throw placedError(name, problem, 'docs/faults.md lists faults, fields and actions.');
  }
  try {
    return compileScenario(change(parsed.data));
  } catch (error) {
    if (!(error instanceof ScenarioProblem)) throw error;
    const { path, message } = error;
    throw placedError(name, { path, place: parsed.placeOf(path), problem: message }, null);
  }
}

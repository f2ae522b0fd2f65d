/** `--faults`: a file of rules, or the name of a profile. */
import { existsSync, readFileSync } from 'node:fs';
import { type FaultPlan, faultPlanSchema } from '../contract/fault-rules.ts';
import { type Path, type Place, parseYaml } from '../service/yaml-config.ts';
import { compilePlan } from '../turn/faults/compile.ts';
import { profiles } from '../turn/faults/profiles.ts';
import { CommandError } from './command-error.ts';

export function loadFaults(fileOrProfile: string): FaultPlan {
  if (existsSync(fileOrProfile)) return parseFaults(readText(fileOrProfile), fileOrProfile);
  if (profiles.some(({ name }) => name === fileOrProfile)) {
    return { seed: 1, profiles: [fileOrProfile], faults: [] };
  }
  throw new CommandError(
    `${fileOrProfile}: neither a file nor a profile`,
    `Profiles: ${profiles.map(({ name }) => name).join(', ')}.`,
  );
}

/** @param name what complaints call the text */
export function parseFaults(text: string, name: string): FaultPlan {
  const complain = (path: Path, place: Place | null, problem: string): CommandError => {
    const where = place === null ? '' : `:${place.line}:${place.column}`;
    const key = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
    return new CommandError(
      `${name}${where}: ${key}${problem}`,
      'docs/faults.md lists faults, fields and actions.',
    );
  };
  const parsed = parseYaml(faultPlanSchema, text);
  if (!parsed.ok) {
    const { path, place, problem } = parsed.problem;
    throw complain(path, place, problem);
  }
  const compiled = compilePlan(parsed.data);
  if (!compiled.ok) throw complain(compiled.path, parsed.placeOf(compiled.path), compiled.problem);
  return parsed.data;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'cannot be read';
    throw new CommandError(`${file}: ${reason}`, 'Name a file that this user may read.');
  }
}

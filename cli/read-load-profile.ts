/** YAML file → {@link LoadProfile}, with what the flags say on top. Complaints about the file name line and column. */
import { readFileSync } from 'node:fs';
import {
  type LoadAxis,
  type LoadEngine,
  type LoadProfile,
  loadProfileSchema,
} from '../contract/load-profile.ts';
import { parseYaml } from '../service/yaml-config.ts';
import { ladderOf } from '../turn/load/ladder.ts';
import type { Part } from '../turn/load/part.ts';
import { planProblem } from '../turn/load/plan.ts';
import { CommandError } from './command-error.ts';
import { didYouMean, placedError } from './placed-error.ts';
import { keysAt } from './schema-keys.ts';

export interface ProfileFlags {
  readonly profile?: string;
  readonly axis?: LoadAxis;
  readonly bytes?: number;
  readonly from?: number;
  readonly to?: number;
  readonly seconds?: number;
  readonly runs?: number;
  readonly workers?: number;
  readonly engine?: LoadEngine;
  readonly sizes?: readonly number[];
  readonly warm?: boolean;
  readonly recovery?: boolean;
}

/** @param part null: one machine makes the whole load */
export function readLoadProfile(flags: ProfileFlags, part: Pick<Part, 'of'> | null): LoadProfile {
  const { profile: file } = flags;
  const profile = withFlags(file === undefined ? loadProfileSchema.parse({}) : parseFile(file), flags);
  const checked = loadProfileSchema.safeParse(profile);
  const issue = checked.error?.issues[0];
  if (issue !== undefined) throw new CommandError(`${issue.path.map(String).join('.')}: ${issue.message}`);
  const problem = planProblem(profile, part);
  if (problem !== null) {
    throw new CommandError(
      `${problem.path.join('.')}: ${problem.problem}.`,
      'The limits are there so that a slip of the finger cannot flood a server: raise them in the profile (--profile FILE).',
    );
  }
  return profile;
}

const defaultRecovery = loadProfileSchema.parse({ recovery: {} }).recovery;

function withFlags(profile: LoadProfile, flags: ProfileFlags): LoadProfile {
  const {
    axis = profile.axis,
    bytes,
    from,
    to,
    seconds,
    runs = profile.runs,
    workers = profile.workers,
    engine = profile.engine,
    sizes,
    warm = profile.warm,
    recovery,
  } = flags;
  // A ladder of the file is one of its axis.
  const { ladder: own, ...rest } = profile;
  const chosen = axis === profile.axis && own !== undefined ? profile : { ...rest, axis };
  const ladder = ladderOf(chosen);
  const climbs = from !== undefined || to !== undefined;
  const lowest = from ?? Math.min(ladder.from, to ?? ladder.to);
  return {
    ...chosen,
    runs,
    workers,
    engine,
    warm,
    ...(recovery === true && profile.recovery === null ? { recovery: defaultRecovery } : {}),
    ...(climbs ? { ladder: { ...ladder, from: lowest, to: to ?? Math.max(ladder.to, lowest) } } : {}),
    ...(seconds === undefined ? {} : { step: { ...profile.step, seconds } }),
    traffic: {
      ...profile.traffic,
      ...(sizes === undefined ? {} : { sizes: [...sizes] }),
      ...(bytes === undefined ? {} : { mix: profile.traffic.mix.map((stream) => ({ ...stream, bytes })) }),
    },
  };
}

function parseFile(file: string): LoadProfile {
  const parsed = parseYaml(loadProfileSchema, readText(file));
  if (parsed.ok) return parsed.data;
  const { path, unknownKey } = parsed.problem;
  const next = unknownKey
    ? didYouMean(String(path.at(-1)), keysAt(loadProfileSchema, path.slice(0, -1)))
    : null;
  throw placedError(file, parsed.problem, next);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CommandError(`${file}: ${code}`, 'Name a file that this user may read.');
  }
}

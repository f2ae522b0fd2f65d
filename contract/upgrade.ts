/** Older reports stay readable for ever: one step per version, each from its own version to the next. */
import { type Failure, failure } from './failures.ts';
import { currentVersion } from './release.ts';

type Json = Readonly<Record<string, unknown>>;

/** Takes a report of one version and returns it as the next; the version number itself is set by the caller. */
export type UpgradeStep = (older: Json) => Json;

/** Version → the step away from it. Version 1 is the first there is. */
export const upgradeSteps: ReadonlyMap<number, UpgradeStep> = new Map();

export type Upgraded =
  | { readonly ok: true; readonly report: Json; readonly from: number; readonly to: number }
  | { readonly ok: false; readonly failure: Failure; readonly field: 'version' | null };

/** Never throws. Says nothing about the body: the schema of the current version does. */
export function upgradeReport(
  value: unknown,
  steps: ReadonlyMap<number, UpgradeStep> = upgradeSteps,
  target: number = currentVersion,
): Upgraded {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, failure: failure('report-invalid', 'report: not an object'), field: null };
  }
  let report: Json = { ...value };
  const from = report['version'];
  if (typeof from !== 'number' || !Number.isInteger(from) || from < 1) {
    return {
      ok: false,
      failure: failure('report-invalid', 'version: not a version number'),
      field: 'version',
    };
  }
  if (from > target) {
    const detail = `version ${from}, this release reads up to ${target}`;
    return { ok: false, failure: failure('report-version-unknown', detail), field: 'version' };
  }
  for (let version = from; version < target; version += 1) {
    const step = steps.get(version);
    if (step === undefined) {
      const detail = `no step leads from version ${version}`;
      return { ok: false, failure: failure('report-version-unknown', detail), field: 'version' };
    }
    report = { ...step(report), version: version + 1 };
  }
  return { ok: true, report, from, to: target };
}

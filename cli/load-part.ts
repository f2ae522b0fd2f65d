/** `--start-at` and `--part` of `polynya turn load`. */
import { mostParts } from '../contract/load-parts.ts';
import type { Part } from '../turn/load/part.ts';
import { CommandError } from './command-error.ts';

export interface PartFlags {
  readonly startAt?: string;
  readonly part?: string;
}

const usage = 'Write both, e.g.: --part 2/3 --start-at 2026-12-01T02:00:00Z';
/** Who plans further ahead has mistyped the year. */
const furthestMs = 24 * 3600 * 1000;

/** @returns null: this machine makes the whole load */
export function readPart({ part, startAt }: PartFlags, nowMs: number): Part | null {
  if (part === undefined && startAt === undefined) return null;
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(part ?? '')?.map(Number) ?? [];
  if (number === undefined || of === undefined || of < 2 || of > mostParts || number < 1 || number > of) {
    throw new CommandError(
      `--part ${part ?? 'is missing'}: which part of how many, up to ${mostParts}.`,
      usage,
    );
  }
  const startAtMs = /(Z|[+-]\d\d:\d\d)$/.test(startAt ?? '') ? Date.parse(startAt ?? '') : Number.NaN;
  if (Number.isNaN(startAtMs)) {
    throw new CommandError(`--start-at ${startAt ?? 'is missing'}: an ISO 8601 time with its zone.`, usage);
  }
  if (startAtMs < nowMs) throw new CommandError(`--start-at ${startAt} is over.`);
  if (startAtMs > nowMs + furthestMs)
    throw new CommandError(`--start-at ${startAt} is more than a day ahead.`);
  return { number, of, startAtMs };
}

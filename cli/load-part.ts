/** `--part` of `polynya turn load`, and when it begins: `--start-at`, or as the machines agree over `--bus`. */
import { mostParts } from '../contract/load-parts.ts';
import type { Part } from '../turn/load/part.ts';
import { CommandError } from './command-error.ts';

export interface PartFlags {
  readonly startAt?: string;
  readonly part?: string;
  /** NATS servers, with commas between. */
  readonly bus?: string;
  readonly meet?: string;
  /** In s. */
  readonly startIn?: number;
}

/** `startAtMs` null: not agreed yet. */
export interface WantedPart extends Pick<Part, 'number' | 'of'> {
  readonly startAtMs: number | null;
}

const usage =
  'Write e.g.: --part 2/3 --start-at 2026-12-01T02:00:00Z, or --part 2/3 --bus nats://bus.example.org:4222';
/** Who plans further ahead has mistyped the year. */
const furthestMs = 24 * 3600 * 1000;

/** @returns null: this machine makes the whole load */
export function readPart({ part, startAt, bus, meet, startIn }: PartFlags, nowMs: number): WantedPart | null {
  if (part === undefined && startAt === undefined && bus === undefined) {
    if (meet !== undefined || startIn !== undefined)
      throw new CommandError('--meet and --start-in go with --bus.', usage);
    return null;
  }
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(part ?? '')?.map(Number) ?? [];
  if (number === undefined || of === undefined || of < 2 || of > mostParts || number < 1 || number > of) {
    throw new CommandError(
      `--part ${part ?? 'is missing'}: which part of how many, up to ${mostParts}.`,
      usage,
    );
  }
  if (bus === undefined) return { number, of, startAtMs: readStart(startAt, nowMs) };
  if (startAt !== undefined) {
    throw new CommandError('--bus and --start-at: the machines agree on a time, or are given one.', usage);
  }
  return { number, of, startAtMs: null };
}

function readStart(startAt: string | undefined, nowMs: number): number {
  const startAtMs = /(Z|[+-]\d\d:\d\d)$/.test(startAt ?? '') ? Date.parse(startAt ?? '') : Number.NaN;
  if (Number.isNaN(startAtMs)) {
    throw new CommandError(`--start-at ${startAt ?? 'is missing'}: an ISO 8601 time with its zone.`, usage);
  }
  if (startAtMs < nowMs) throw new CommandError(`--start-at ${startAt} is over.`);
  if (startAtMs > nowMs + furthestMs)
    throw new CommandError(`--start-at ${startAt} is more than a day ahead.`);
  return startAtMs;
}

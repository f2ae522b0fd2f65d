/** Which tests besides the discovery are wanted. */
import type { BehaviourRequest } from '../probe/nat/behaviours.ts';
import {
  defaultLongestIdleSec,
  idleTimesUpTo,
  maxIdleSec,
  maxIdleTimes,
} from '../probe/nat/lifetime-plan.ts';
import { CommandError } from './command-error.ts';

export interface BehaviourFlags {
  readonly hairpin?: boolean;
  readonly pairs?: boolean;
  readonly gateway?: boolean;
  /** `true`: without a value. */
  readonly lifetime?: string | true;
}

export interface WantedBehaviours {
  /** The arguments; one that stood behind `--lifetime` was meant as a server, not as seconds. */
  readonly uris: readonly string[];
  readonly behaviours: BehaviourRequest;
}

/** @throws CommandError when the idle times are none */
export function readBehaviours(uris: readonly string[], flags: BehaviourFlags): WantedBehaviours {
  const quick = {
    ...(flags.hairpin === true && { hairpin: true }),
    ...(flags.pairs === true && { pairs: true }),
    ...(flags.gateway === true && { gateway: true }),
  };
  const { lifetime } = flags;
  if (lifetime === undefined) return { uris, behaviours: quick };
  const isUri = lifetime !== true && /^((stun|turn)s?:|https?:\/\/)/i.test(lifetime);
  const lifetimeSec = lifetime === true || isUri ? idleTimesUpTo(defaultLongestIdleSec) : idleTimes(lifetime);
  return { uris: isUri ? [lifetime, ...uris] : uris, behaviours: { ...quick, lifetimeSec } };
}

function idleTimes(text: string): number[] {
  const parts = text.split(',');
  const numbers = parts.map((part) => (/^\s*\d+(\.\d+)?\s*$/.test(part) ? Number(part) : Number.NaN));
  const valid = numbers.every((sec) => sec >= 1 && sec <= maxIdleSec) && numbers.length <= maxIdleTimes;
  if (!valid) {
    throw new CommandError(
      `--lifetime ${text}: idle times are 1 to ${maxIdleSec} seconds, at most ${maxIdleTimes} of them.`,
      'Give the longest idle time (--lifetime 300), or a list (--lifetime 20,40,60).',
    );
  }
  const [longest] = numbers;
  if (numbers.length === 1 && longest !== undefined) return idleTimesUpTo(longest);
  return [...new Set(numbers)].sort((a, b) => a - b);
}

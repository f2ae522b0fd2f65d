/** Machines that begin together: this one’s clock, and waiting for the moment. */
import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type ClockState, clockOfChrony, clockOfSystemd, unknownClock } from '../clock-state.ts';

const answerMs = 2_000;
/** Longer than that after its time, a step is no longer one with those of the other machines. */
const mostLateMs = 500;

export async function clockState(): Promise<ClockState> {
  return (
    clockOfChrony(await answerOf('chronyc', ['-c', 'tracking'])) ??
    clockOfSystemd(await answerOf('timedatectl', ['show', '--property=NTPSynchronized', '--value'])) ??
    unknownClock
  );
}

/** Empty: there is no such program, or it has no answer. */
async function answerOf(program: string, args: readonly string[]): Promise<string> {
  return promisify(execFile)(program, args, { timeout: answerMs }).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

/**
 * Waits for a moment by this machine’s clock, in ms since 1970.
 * @returns false: it is over already, or the signal came first
 */
export async function waitUntil(atMs: number, signal?: AbortSignal): Promise<boolean> {
  const leftMs = atMs - Date.now();
  if (leftMs < -mostLateMs || signal?.aborted) return false;
  return wait(Math.max(0, leftMs), true, signal === undefined ? {} : { signal }).catch(() => false);
}

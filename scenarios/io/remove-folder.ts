import { rmSync } from 'node:fs';

const pauseMs = 50;
/** 5 s: whoever was killed is gone by then. */
const mostRounds = 100;

/**
 * Removes a folder in which processes that were just killed may still be writing: `rmSync` with `maxRetries` tries only
 * its last step again, and leaves what has come meanwhile.
 */
export function removeFolder(path: string): void {
  for (let round = 1; ; round += 1) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch (error) {
      if (round >= mostRounds || !isFilledAgain(error)) throw error;
      // Exit handlers remove folders too, and nothing asynchronous runs there.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

function isFilledAgain(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY';
}

import { type FailureCode, failure } from '../../contract/failures.ts';
import type { JobOutcome, JobTarget } from '../../contract/fleet/agent-signal.ts';
import type { ProbeTarget } from '../../probe/target.ts';
import { parseStunUri } from '../../stun/uri.ts';

/** Throws for a URI that cannot be read: the hub has checked them. */
export function targetsOf(told: readonly JobTarget[]): ProbeTarget[] {
  return told.map(({ uri: text, username, credential }) => {
    const parsed = parseStunUri(text);
    if (!parsed.ok) throw new Error(`a server of the job ${parsed.problem}`);
    return {
      uri: parsed.uri,
      ...(username !== undefined && { username }),
      ...(credential !== undefined && { credential }),
    };
  });
}

/** @param again another agent, or another try, may have more luck */
export function failed(code: FailureCode, detail: string, again: boolean): JobOutcome {
  return { ok: false, failure: failure(code, detail), again };
}

import { randomBytes } from 'node:crypto';
import type { Evidence } from '../../contract/evidence.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import { withWitness, witnessedIds } from '../nat/witness.ts';
import type { WitnessSource } from './witness-source.ts';

/** Where the transaction ids of the discovery come from. */
export function randomFor(witness: WitnessSource | undefined): RandomBytes {
  return witness === undefined ? randomBytes : witnessedIds(witness.prefix, randomBytes);
}

export interface WitnessedRun {
  readonly evidence: Evidence[];
  /** Why nothing was added to the evidence; null where nobody was to be asked, or all went well. */
  readonly failure: Failure | null;
}

/** Asks at the end of the discovery. `originMs`: the machine time that the times in the evidence count from. */
export async function askWitness(
  evidence: Evidence[],
  witness: WitnessSource | undefined,
  originMs: number,
): Promise<WitnessedRun> {
  if (witness === undefined) return { evidence, failure: null };
  try {
    const askedMs = performance.now() - originMs;
    return { evidence: withWitness(evidence, await witness.read(), askedMs), failure: null };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { evidence, failure: failure('witness-unavailable', detail) };
  }
}

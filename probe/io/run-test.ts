import type { Evidence } from '../../contract/evidence.ts';
import { drive } from '../../stun/io/drive.ts';
import type { Machine } from '../../stun/machine.ts';
import { shiftEvidence } from '../report/shift-evidence.ts';
import { patience } from '../run/patience.ts';

export interface TestRunOptions {
  readonly bindAddress: string | undefined;
  /** Machine time of the whole probe's start. */
  readonly originMs: number;
  readonly signal: AbortSignal | undefined;
}

interface TestMachine<Event> extends Machine<Event> {
  readonly startedAtMs: number;
  evidence(): Evidence[];
}

/** One test on real sockets; its evidence counts from the start of the probe. */
export async function runTest<Event>(
  machine: TestMachine<Event>,
  { bindAddress, originMs, signal }: TestRunOptions,
  onEvent: (event: Event) => void = () => {},
): Promise<Evidence[]> {
  const { openMs: connectTimeoutMs } = patience;
  try {
    await drive<Event>(machine, { bindAddress, signal, onEvent, connectTimeoutMs });
  } catch {
    // Aborted, or a fault of the driver: what was gathered so far is still evidence.
  }
  return shiftEvidence(machine.evidence(), machine.startedAtMs - originMs);
}

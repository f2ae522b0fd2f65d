import { faultyTurn } from '../../turn/io/faulty-turn.ts';
import type { FaultCase } from './cases.ts';
import type { ClientRun, FaultClient, Talk } from './client-run.ts';

export interface CaseRun extends ClientRun {
  /** How often the rules struck. */
  readonly strikes: number;
}

/** How long a session may take. */
export type Bounds = Pick<Talk, 'setUpMs' | 'talkMs' | 'everyMs'>;

export const limits: Bounds = { setUpMs: 45_000, talkMs: 15_000, everyMs: 200 };

/** One run of one client at a server of its own. */
export async function runCase(
  client: FaultClient,
  { transport, faults }: FaultCase,
  bounds = limits,
): Promise<CaseRun> {
  // Permissions are for addresses: with one of its own for the relay no client gets there but through its relay.
  const turn = await faultyTurn({ faults, relayAddress: '127.0.0.2' });
  try {
    const [host, port] = /:([\d.]+):(\d+)\?/.exec(turn.uris[transport] ?? '')?.slice(1) ?? [];
    if (host === undefined) throw new Error(`nothing listens for ${transport}`);
    const { username, credential } = turn;
    const run = await client.run({ host, port: Number(port), transport, username, credential, ...bounds });
    const strikes = turn.faults.tallies.reduce((sum, tally) => sum + tally.strikes, 0);
    return { ...run, strikes };
  } finally {
    await turn.close();
  }
}

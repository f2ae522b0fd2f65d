/** Short loads of tiny rates, with their workers in this process. */
import { afterEach, beforeEach } from 'vitest';
import { loadProfileSchema } from '../../contract/load-profile.ts';
import type { LoadReport, LoadStep } from '../../contract/load-report.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import { type LoadOptions, runLoad } from '../../turn/load/io/run-load.ts';
import { workersInProcess } from '../../turn/load/io/worker-link.ts';
import { alice, endpointOf, serverName, startLoopback } from './turn-stage.ts';

export const short = { step: { seconds: 0.3, discardSec: 0.05, drainMs: 200 }, runs: 1 };

/** Over UDP unless told otherwise. */
export function loadAt(
  server: Endpoint,
  profile: object,
  more: Partial<LoadOptions> = {},
): Promise<LoadReport> {
  return runLoad({
    uri: 'turn:127.0.0.1',
    server,
    transport: 'udp',
    serverName,
    credentials: alice,
    profile: loadProfileSchema.parse({ ...short, ...profile }),
    bindAddress: '127.0.0.1',
    openWorker: workersInProcess,
    ...more,
  });
}

/** A server of ours for every test of a file. */
export class LoadStage {
  #server: TurnServerHandle | null = null;

  constructor() {
    beforeEach(async () => {
      this.#server = await startLoopback();
    });
    afterEach(() => this.#server?.close());
  }

  get server(): TurnServerHandle {
    if (this.#server === null) throw new Error('there is a server in tests only');
    return this.#server;
  }

  load(profile: object, more: Partial<LoadOptions> = {}): Promise<LoadReport> {
    return loadAt(endpointOf(this.server, 'udp'), profile, more);
  }
}

export const stepsOf = ({ body }: LoadReport): LoadStep[] => body.runs.flatMap((run) => run.steps);

/** Stands for the reader’s own client in the example of docs/faults.md. */
import { randomBytes } from 'node:crypto';
import type { IceServer } from 'polynya/turn';
import { parseStunUri } from '../../stun/uri.ts';
import { AllocationClient } from '../../turn/client/allocation-client.ts';
import { run } from './turn-stage.ts';

export class MyTurnClient {
  readonly #client: AllocationClient;
  #ended: Promise<unknown> = Promise.resolve();
  #release: () => void = () => undefined;

  constructor([server]: readonly IceServer[]) {
    const parsed = parseStunUri(server?.urls[0] ?? '');
    if (server === undefined || !parsed.ok) throw new Error('no server');
    this.#client = new AllocationClient({
      server: { address: parsed.uri.host, port: parsed.uri.port },
      transport: parsed.uri.transport,
      family: 'ipv4',
      credentials: { username: server.username, password: server.credential },
      random: (size) => randomBytes(size),
    });
  }

  /** Rejects with what the server said. */
  allocate(): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = new AbortController();
      this.#release = () => abort.abort();
      this.#ended = run(this.#client, {
        signal: abort.signal,
        onEvent: (event) => {
          if (event.kind === 'allocated') resolve();
          if (event.kind === 'failed') reject(new Error(event.failure.detail));
        },
      }).catch((error: unknown) => {
        if (!abort.signal.aborted) reject(error);
      });
    });
  }

  async close(): Promise<void> {
    this.#release();
    await this.#ended;
  }
}

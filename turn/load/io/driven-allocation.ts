/** One allocation over UDP, TCP or TLS: the client of this product with its own driver. */
import { randomBytes } from 'node:crypto';
import { familyOf } from '../../../stun/endpoint.ts';
import { type Command, type DriveOptions, drive } from '../../../stun/io/drive.ts';
import { AllocationClient, type AllocationEvent } from '../../client/allocation-client.ts';
import type { AllocationClientOptions } from '../../client/allocation-event.ts';
import type { TargetOrder } from '../orders.ts';
import type { ClientAct } from './flow-host.ts';

export interface DrivenOptions extends Pick<DriveOptions<AllocationEvent>, 'onLink'> {
  readonly target: TargetOrder;
  /** For one answer, and for a connection with its handshake. */
  readonly giveUpMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: AllocationEvent) => void;
  readonly wishes?: Pick<AllocationClientOptions, 'releaseAfterAllocate' | 'waitsForOrder'>;
}

export class DrivenAllocation {
  readonly #options: DrivenOptions;
  readonly #client: AllocationClient;
  #command: Command<AllocationEvent> | null = null;
  /** Once it is started: resolves when its socket is closed. */
  ended: Promise<void> = Promise.resolve();

  constructor(options: DrivenOptions) {
    const { giveUpMs, wishes } = options;
    const { server, transport, serverName, credentials } = options.target;
    this.#options = options;
    this.#client = new AllocationClient({
      server,
      transport,
      family: familyOf(server.address),
      credentials,
      giveUpMs,
      random: (size) => randomBytes(size),
      ...(serverName === null ? {} : { serverName }),
      ...wishes,
    });
  }

  /** What goes wrong at once is told within this call. */
  start(): void {
    const { target, giveUpMs, signal, onEvent, onLink } = this.#options;
    const { bindAddress } = target;
    this.ended = drive(this.#client, {
      signal,
      bindAddress: bindAddress ?? undefined,
      connectTimeoutMs: giveUpMs,
      // Certificates are the business of `turn check`.
      tls: { rejectUnauthorized: false },
      onCommand: (command) => {
        this.#command = command;
      },
      onEvent,
      ...(onLink === undefined ? {} : { onLink }),
      // It rejects when the signal aborts, which is no news to whoever gave it.
    }).catch(() => undefined);
  }

  command(act: ClientAct): void {
    this.#command?.((nowMs) => act(this.#client, nowMs));
  }

  release(): void {
    this.command((client, nowMs) => client.release(nowMs));
  }
}

/** One allocation over UDP, TCP or TLS that carries no packets: the client of this product with its own driver. */
import { randomBytes } from 'node:crypto';
import { familyOf } from '../../../stun/endpoint.ts';
import { type Command, drive } from '../../../stun/io/drive.ts';
import { AllocationClient, type AllocationEvent } from '../../client/allocation-client.ts';
import type { TargetOrder } from '../orders.ts';

export interface DrivenOptions {
  readonly target: TargetOrder;
  /** For one answer, and for a connection with its handshake. */
  readonly giveUpMs: number;
  readonly releaseAfterAllocate?: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: AllocationEvent) => void;
}

export class DrivenAllocation {
  readonly #client: AllocationClient;
  #command: Command<AllocationEvent> | null = null;
  /** Resolves when its socket is closed. */
  readonly ended: Promise<void>;

  constructor({ target, giveUpMs, releaseAfterAllocate = false, signal, onEvent }: DrivenOptions) {
    const { server, transport, serverName, credentials, bindAddress } = target;
    this.#client = new AllocationClient({
      server,
      transport,
      family: familyOf(server.address),
      credentials,
      giveUpMs,
      releaseAfterAllocate,
      random: (size) => randomBytes(size),
      ...(serverName === null ? {} : { serverName }),
    });
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
      // It rejects when the signal aborts, which is no news to whoever gave it.
    }).catch(() => undefined);
  }

  refresh(): void {
    this.#command?.((nowMs) => this.#client.refresh(nowMs));
  }

  release(): void {
    this.#command?.((nowMs) => this.#client.release(nowMs));
  }
}

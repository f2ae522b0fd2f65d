/** A Binding over TCP to a server that is silent over UDP: is it up at all? */
import type { Evidence } from '../../contract/evidence.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, RandomBytes, SocketId } from '../../stun/machine.ts';
import type { TransactionRecord } from '../../stun/transaction-record.ts';
import { BindingClient } from '../../turn/client/binding-client.ts';
import { transactionEvidence } from '../report/transaction-evidence.ts';
import { patience } from './patience.ts';

export class TcpControl implements Machine {
  readonly transport = 'tcp';
  readonly address: string;
  readonly #number: number;
  readonly #socket: SocketId;
  readonly #client: BindingClient;
  #record: TransactionRecord | null = null;
  #ended = false;

  /** @param number from 1 on, for names and ids */
  constructor(server: Endpoint, number: number, random: RandomBytes) {
    this.address = server.address;
    this.#number = number;
    this.#socket = `control-${number}`;
    const { openMs: giveUpMs } = patience;
    this.#client = new BindingClient({ server, transport: 'tcp', socket: this.#socket, random, giveUpMs });
  }

  handle(nowMs: number, input: Input): Effect[] {
    return this.#client.handle(nowMs, input).flatMap((effect): Effect[] => {
      if (effect.kind !== 'emit') return [effect];
      if (effect.event.kind === 'transaction') this.#record = effect.event.record;
      return [];
    });
  }

  nextDeadlineMs(): number | null {
    return this.isFinished() ? null : this.#client.nextDeadlineMs();
  }

  isFinished(): boolean {
    return this.#ended || this.#client.isFinished();
  }

  /** Its answer is no longer needed. */
  end(): Effect[] {
    if (this.isFinished()) return [];
    this.#ended = true;
    return [{ kind: 'close', socket: this.#socket }];
  }

  get rttMs(): number | null {
    return this.#record?.rttMs ?? null;
  }

  /** Empty while no question has ended; a connection that never came up asked none. */
  evidence(originMs: number): Evidence[] {
    if (this.#record === null) return [];
    const id = `c${this.#number}`;
    return [transactionEvidence(this.#record, id, `control-${this.#number}/tcp`, originMs)];
  }
}

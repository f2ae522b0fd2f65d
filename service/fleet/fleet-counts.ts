/** How rooms change hands, for the metrics. */
import { Counter, type Registry } from 'prom-client';

export class FleetCounts {
  readonly #adopted: Counter;
  readonly #deposed: Counter;
  readonly #unanswered: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#adopted = new Counter({
      name: 'polynya_rooms_adopted_total',
      help: 'Rooms that this node took over from another one.',
      registers,
    });
    this.#deposed = new Counter({
      name: 'polynya_rooms_deposed_total',
      help: 'Rooms of this node that another one has taken over meanwhile.',
      registers,
    });
    this.#unanswered = new Counter({
      name: 'polynya_rooms_ledger_unanswered_total',
      help: 'Entries and questions that the ledger of rooms (JetStream) did not answer in time.',
      registers,
    });
  }

  owned(isAdopted: boolean): void {
    if (isAdopted) this.#adopted.inc();
  }

  deposed(): void {
    this.#deposed.inc();
  }

  unanswered(): void {
    this.#unanswered.inc();
  }
}

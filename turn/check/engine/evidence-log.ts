import type { Evidence } from '../../../contract/evidence.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { Transport } from '../../../stun/machine.ts';
import { getAttribute } from '../../../stun/message.ts';
import type { Flight } from './volley.ts';

const outcomes = { success: 'answered', error: 'refused', silent: 'silent', broken: 'failed' } as const;

/** The run's shots as a report keeps them. No attribute that could hold a secret is among them. */
export class EvidenceLog {
  readonly #rows: Evidence[] = [];
  readonly #originMs: number;

  constructor(originMs: number) {
    this.#originMs = originMs;
  }

  get rows(): readonly Evidence[] {
    return this.#rows;
  }

  /** Returns the id. */
  add(flight: Flight, transport: Transport, local: Endpoint | null): string {
    const id = `e${this.#rows.length + 1}`;
    const { shot, reply, sentMs, receivedMs, more } = flight;
    const message = reply?.message ?? null;
    const code = message === null ? undefined : getAttribute(message, 'ERROR-CODE')?.code;
    this.#rows.push({
      id,
      purpose: shot.purpose.slice(0, 100),
      transport,
      local,
      to: shot.to,
      sentMs: sentMs.map((sent) => Math.max(0, sent - this.#originMs)),
      outcome: reply === null ? 'pending' : outcomes[reply.outcome],
      from: reply?.from ?? null,
      receivedMs: receivedMs === null ? null : Math.max(0, receivedMs - this.#originMs),
      rttMs: reply?.rttMs ?? null,
      xorMapped: (message && getAttribute(message, 'XOR-MAPPED-ADDRESS')) ?? null,
      mapped: (message && getAttribute(message, 'MAPPED-ADDRESS')) ?? null,
      responseOrigin: (message && getAttribute(message, 'RESPONSE-ORIGIN')) ?? null,
      otherAddress: (message && getAttribute(message, 'OTHER-ADDRESS')) ?? null,
      relayed: (message && getAttribute(message, 'XOR-RELAYED-ADDRESS')) ?? null,
      errorCode: code !== undefined && code >= 300 && code <= 699 ? code : null,
      notes: [
        `${shot.bytes.length} bytes sent`,
        ...(reply?.bytes ? [`${reply.bytes.length} bytes received`] : []),
        ...(more.length === 0 ? [] : [`${more.length} further answers`]),
        ...(reply?.error ? [`${reply.error.code}: ${reply.error.message}`.slice(0, 300)] : []),
      ],
    });
    return id;
  }
}

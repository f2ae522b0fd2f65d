/** One question to the nearest router and what came back; each becomes one piece of evidence. */
import type { Evidence, GatewayAnswer } from '../../contract/evidence.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { LinkError, Transport } from '../../stun/machine.ts';

export class GatewayQuestion {
  readonly purpose: string;
  readonly transport: Transport;
  readonly to: Endpoint;
  readonly sentMs: number[] = [];
  local: Endpoint | null = null;
  private outcome: Evidence['outcome'] = 'pending';
  private from: Endpoint | null = null;
  private receivedMs: number | null = null;
  private answer: GatewayAnswer | null = null;
  private readonly notes: string[] = [];

  /** @param purpose without the `gateway/` in front */
  constructor(purpose: string, transport: Transport, to: Endpoint) {
    this.purpose = purpose;
    this.transport = transport;
    this.to = to;
  }

  get open(): boolean {
    return this.outcome === 'pending';
  }

  settle(nowMs: number, from: Endpoint, outcome: 'answered' | 'refused', answer: GatewayAnswer | null): void {
    if (!this.open) return;
    this.outcome = outcome;
    this.from = from;
    this.receivedMs = nowMs;
    this.answer = answer;
  }

  silence(): void {
    if (this.open) this.outcome = 'silent';
  }

  fail(error: LinkError): void {
    if (!this.open) return;
    this.outcome = 'failed';
    this.note(`${error.code}: ${error.message}`);
  }

  note(text: string): void {
    const line = text.slice(0, 300);
    if (this.notes.length < 10 && !this.notes.includes(line)) this.notes.push(line);
  }

  evidence(id: string, originMs: number): Evidence {
    const [onlyMs] = this.sentMs;
    return {
      id,
      purpose: `gateway/${this.purpose}`,
      transport: this.transport,
      local: this.local,
      to: this.to,
      sentMs: this.sentMs.map((sent) => sent - originMs),
      outcome: this.outcome,
      from: this.from,
      receivedMs: this.receivedMs === null ? null : this.receivedMs - originMs,
      // All copies are alike: with more than one, which of them was answered is not known.
      rttMs:
        this.receivedMs === null || onlyMs === undefined || this.sentMs.length > 1
          ? null
          : this.receivedMs - onlyMs,
      xorMapped: null,
      mapped: null,
      responseOrigin: null,
      otherAddress: null,
      relayed: null,
      errorCode: null,
      notes: this.notes,
      ...(this.answer !== null && { gateway: this.answer }),
    };
  }
}

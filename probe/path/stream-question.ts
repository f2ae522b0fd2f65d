/** One Binding over a TCP stream and what became of it, as the tests of TCP behaviour record it. */
import type { Evidence } from '../../contract/evidence.ts';
import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { LinkError, RandomBytes, SocketId } from '../../stun/machine.ts';
import {
  encodeMessage,
  getAttribute,
  methods,
  type StunMessage,
  transactionKey,
} from '../../stun/message.ts';

export class StreamQuestion {
  readonly purpose: string;
  /** The stream that it goes over. */
  readonly socket: SocketId;
  readonly to: Endpoint;
  outcome: Evidence['outcome'] = 'pending';
  response: StunMessage | null = null;
  connectBack: Evidence['connectBack'];
  http: Evidence['http'];
  /** Machine time at which silence is final; null: not sent yet. */
  giveUpAtMs: number | null = null;
  private sentAtMs: number | null = null;
  private receivedAtMs: number | null = null;
  private local: Endpoint | null = null;
  private from: Endpoint | null = null;
  private key = '';
  private readonly notes: string[] = [];

  constructor(purpose: string, socket: SocketId, to: Endpoint) {
    this.purpose = purpose;
    this.socket = socket;
    this.to = to;
  }

  get open(): boolean {
    return this.outcome === 'pending';
  }

  /** Something else than STUN goes over the stream first. */
  begin(nowMs: number, local: Endpoint): void {
    this.local = local;
    this.sentAtMs ??= nowMs;
  }

  /** A stream does its own retransmission (RFC 8489 §6.2.2): sent once. */
  send(
    nowMs: number,
    how: {
      readonly local: Endpoint;
      readonly attributes: readonly Attribute[];
      readonly patienceMs: number;
    },
    random: RandomBytes,
  ): Uint8Array {
    const transactionId = random(12);
    this.key = transactionKey(transactionId);
    this.begin(nowMs, how.local);
    this.giveUpAtMs = nowMs + how.patienceMs;
    return encodeMessage({
      method: methods.binding,
      class: 'request',
      transactionId,
      attributes: how.attributes,
    });
  }

  owns(message: StunMessage): boolean {
    return this.sentAtMs !== null && transactionKey(message.transactionId) === this.key;
  }

  settle(nowMs: number, outcome: Evidence['outcome'], from: Endpoint | null = null): void {
    if (!this.open) return;
    this.outcome = outcome;
    if (from === null) return;
    this.from = from;
    this.receivedAtMs = nowMs;
  }

  fail(error: LinkError): void {
    if (!this.open) return;
    this.outcome = 'failed';
    this.notes.push(`${error.code}: ${error.message}`.slice(0, 300));
  }

  get mapped(): Endpoint | null {
    return (this.response && getAttribute(this.response, 'XOR-MAPPED-ADDRESS')) ?? null;
  }

  evidence(id: string, originMs: number): Evidence {
    const r = this.response;
    const sentAtMs = this.sentAtMs;
    const code = (r && getAttribute(r, 'ERROR-CODE')?.code) ?? null;
    return {
      id,
      purpose: this.purpose,
      transport: 'tcp',
      local: this.local,
      to: this.to,
      sentMs: sentAtMs === null ? [] : [sentAtMs - originMs],
      outcome: this.outcome,
      from: this.from,
      receivedMs: this.receivedAtMs === null ? null : this.receivedAtMs - originMs,
      rttMs: this.receivedAtMs === null || sentAtMs === null ? null : this.receivedAtMs - sentAtMs,
      xorMapped: this.mapped,
      mapped: (r && getAttribute(r, 'MAPPED-ADDRESS')) ?? null,
      responseOrigin: (r && getAttribute(r, 'RESPONSE-ORIGIN')) ?? null,
      otherAddress: (r && getAttribute(r, 'OTHER-ADDRESS')) ?? null,
      relayed: null,
      errorCode: code !== null && code >= 300 && code <= 699 ? code : null,
      ...(this.http !== undefined && { http: this.http }),
      ...(this.connectBack !== undefined && { connectBack: this.connectBack }),
      notes: this.notes,
    };
  }
}

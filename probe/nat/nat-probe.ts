/** One question to a STUN server: the same Binding request sent up to twelve times, each with its own id. */
import type { Evidence } from '../../contract/evidence.ts';
import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { LinkError, RandomBytes } from '../../stun/machine.ts';
import {
  encodeMessage,
  getAttribute,
  methods,
  type StunMessage,
  transactionKey,
} from '../../stun/message.ts';

/** RFC 5780 §7.2: what the answer’s source shall differ in. */
export type Change = 'none' | 'change-both' | 'change-port' | 'change-ip';

/**
 * mapping – plain request from a mapping socket · port – plain request that shows one more port · control – plain request from a filter socket, the positive
 * control of its silences · filter – CHANGE-REQUEST from a filter socket · server – see `server-proof.ts` ·
 * behaviour – the questions of `hairpin.ts` and `lifetime.ts`.
 */
export type ProbeRole = 'mapping' | 'port' | 'control' | 'filter' | 'server' | 'behaviour';

export interface ProbeSpec {
  readonly purpose: string;
  readonly role: ProbeRole;
  readonly socket: string;
  readonly to: Endpoint;
  readonly change: Change;
  /** RESPONSE-PORT of the request (RFC 5780 §7.5): where on this public address the answer shall go. */
  readonly responsePort?: number;
  /** The socket that the request itself (hairpin) or its answer (RESPONSE-PORT) must reach; default `socket`. */
  readonly arrivesAt?: string;
  /** PADDING or FILLER of so many bytes; the sizes of request and answer are then part of the evidence. */
  readonly fill?: { readonly name: 'PADDING' | 'FILLER'; readonly bytes: number };
  /** The request, where it is another than the plain or changed Binding that the fields above describe. */
  readonly encode?: (transactionId: Uint8Array) => Uint8Array;
}

/** Reading an error code must not depend on the response being well formed. */
function errorCodeOf(response: StunMessage | null): number | null {
  if (response === null) return null;
  const code = getAttribute(response, 'ERROR-CODE')?.code;
  return code !== undefined && code >= 300 && code <= 699 ? code : null;
}

/** How notes begin that tell of an answer with the right id from an endpoint that was not asked. */
export const strangeSource = 'answer ignored: it came from';

/** How notes begin that tell of two answers to one question which name different public endpoints. */
export const contradiction = 'contradictory answers:';

export class NatProbe {
  readonly spec: ProbeSpec;
  readonly startedMs: number;
  readonly knownRttMs: number | null;
  readonly sentMs: number[] = [];
  outcome: Evidence['outcome'] = 'pending';
  receivedMs: number | null = null;
  rttMs: number | null = null;
  from: Endpoint | null = null;
  response: StunMessage | null = null;
  private sizes: Pick<Evidence, 'sentBytes' | 'receivedBytes'> = {};
  readonly notes: string[] = [];
  /** A fresh id per transmission tells exactly which copy was answered: loss and round trip are not guessed. */
  private readonly sentAtById = new Map<string, number>();
  private readonly answeredIds = new Set<string>();

  constructor(spec: ProbeSpec, startedMs: number, knownRttMs: number | null) {
    this.spec = spec;
    this.startedMs = startedMs;
    this.knownRttMs = knownRttMs;
  }

  get open(): boolean {
    return this.outcome === 'pending';
  }

  /** The next copy of the request, recorded as sent now. */
  transmit(nowMs: number, random: RandomBytes): Uint8Array {
    const transactionId = random(12);
    this.sentAtById.set(transactionKey(transactionId), nowMs);
    this.sentMs.push(nowMs);
    const { change, responsePort, fill, encode } = this.spec;
    if (encode !== undefined) return encode(transactionId);
    const attributes: Attribute[] = [];
    if (change !== 'none') {
      const value = { changeIp: change !== 'change-port', changePort: change !== 'change-ip' };
      attributes.push({ name: 'CHANGE-REQUEST', value });
    }
    if (responsePort !== undefined) attributes.push({ name: 'RESPONSE-PORT', value: responsePort });
    if (fill !== undefined) attributes.push({ name: fill.name, value: new Uint8Array(fill.bytes) });
    const bytes = encodeMessage({ method: methods.binding, class: 'request', transactionId, attributes });
    if (fill !== undefined) this.sizes = { sentBytes: bytes.length };
    return bytes;
  }

  /** @param key transactionKey of a message */
  owns(key: string): boolean {
    return this.sentAtById.has(key);
  }

  /**
   * Takes an answer whose id is ours. A plain request must be answered by the endpoint that was asked.
   * Returns the round trip, which an answer from a strange source shows as well; null when there is nothing new.
   */
  settle(nowMs: number, from: Endpoint, message: StunMessage, receivedBytes?: number): number | null {
    const key = transactionKey(message.transactionId);
    const sentAt = this.sentAtById.get(key);
    if (sentAt === undefined) return null;
    this.answeredIds.add(key);
    if (!this.open) {
      this.compare(message);
      this.note(`one more answer after ${Math.round(nowMs - sentAt)} ms`);
      return null;
    }
    const rttMs = nowMs - sentAt;
    if (this.spec.change === 'none' && !sameEndpoint(from, this.spec.to)) {
      this.note(`${strangeSource} ${formatEndpoint(from)}, which was not asked`);
      return rttMs;
    }
    this.outcome = message.class === 'success' ? 'answered' : 'refused';
    this.receivedMs = nowMs;
    this.rttMs = rttMs;
    this.from = from;
    this.response = message;
    this.compare(message);
    if (this.spec.fill !== undefined && receivedBytes !== undefined)
      this.sizes = { ...this.sizes, receivedBytes };
    return rttMs;
  }

  /** Every copy, and every attribute in it, has to name the endpoint that the first one named. */
  private compare(message: StunMessage): void {
    const first = this.response && getAttribute(this.response, 'XOR-MAPPED-ADDRESS');
    if (!first) return;
    for (const attribute of message.attributes) {
      if (attribute.name !== 'XOR-MAPPED-ADDRESS' || sameEndpoint(attribute.value, first)) continue;
      this.note(`${contradiction} ${formatEndpoint(first)} and ${formatEndpoint(attribute.value)}`);
      return;
    }
  }

  /** The request itself came in at another socket of ours; `from` is its source as seen there. */
  arrive(nowMs: number, from: Endpoint, request: StunMessage): void {
    const key = transactionKey(request.transactionId);
    const sentAt = this.sentAtById.get(key);
    if (sentAt === undefined) return;
    this.answeredIds.add(key);
    if (!this.open) return;
    this.outcome = 'answered';
    this.receivedMs = nowMs;
    this.rttMs = nowMs - sentAt;
    this.from = from;
  }

  /** Copies that were answered, and copies older than `ageMs` that were not. */
  copies(nowMs: number, ageMs: number): { answered: number; lost: number } {
    const answered = this.answeredIds.size;
    let lost = 0;
    for (const [key, sentAt] of this.sentAtById) {
      // In the order in which they were sent.
      if (nowMs - sentAt <= ageMs) break;
      if (!this.answeredIds.has(key)) lost += 1;
    }
    return { answered, lost };
  }

  fail(error: LinkError): void {
    if (!this.open) return;
    this.outcome = 'failed';
    this.note(`${error.code}: ${error.message}`);
  }

  /** A problem that may pass: another copy can still be answered. */
  note(text: string): void {
    if (this.notes.length >= 10 || this.notes.includes(text)) return;
    this.notes.push(text.slice(0, 300));
  }

  evidence(id: string, originMs: number, local: Endpoint | null): Evidence {
    const r = this.response;
    return {
      id,
      purpose: this.spec.purpose,
      transport: 'udp',
      local,
      to: this.spec.to,
      sentMs: this.sentMs.map((sent) => sent - originMs),
      sentIds: [...this.sentAtById.keys()],
      outcome: this.outcome,
      from: this.from,
      receivedMs: this.receivedMs === null ? null : this.receivedMs - originMs,
      rttMs: this.rttMs,
      xorMapped: (r && getAttribute(r, 'XOR-MAPPED-ADDRESS')) ?? null,
      mapped: (r && getAttribute(r, 'MAPPED-ADDRESS')) ?? null,
      // RFC 3489 servers use the older names for the same facts.
      responseOrigin:
        (r && (getAttribute(r, 'RESPONSE-ORIGIN') ?? getAttribute(r, 'SOURCE-ADDRESS'))) ?? null,
      otherAddress: (r && (getAttribute(r, 'OTHER-ADDRESS') ?? getAttribute(r, 'CHANGED-ADDRESS'))) ?? null,
      relayed: null,
      errorCode: errorCodeOf(r),
      ...this.sizes,
      notes: this.notes,
    };
  }
}

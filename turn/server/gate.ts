import { sealMessage } from '../../stun/integrity.ts';
import type { Effect } from '../../stun/machine.ts';
import { encodeMessage, type StunMessage } from '../../stun/message.ts';
import type { AnswerSeal } from './authenticator.ts';
import type { FiveTuple } from './five-tuple.ts';
import type { Departure, Passage, Ruling, Seam } from './seam.ts';
import { Tracer } from './tracer.ts';
import type { TurnServerEvent } from './turn-server-event.ts';

type Effects = Effect<TurnServerEvent>[];

export interface OutgoingMessage {
  readonly tuple: FiveTuple;
  readonly username: string | null;
  readonly message: StunMessage;
  readonly seal: AnswerSeal | null;
  readonly withFingerprint: boolean;
}

/** Everything between clients and this server goes through here, and so past the seam where there is one. */
export class Gate {
  readonly #seam: Seam | null;
  readonly #tracer = new Tracer();

  constructor(seam: Seam | null) {
    this.#seam = seam;
  }

  /** Somebody looks at what passes, so what costs time to find out about it is worth it. */
  get isWatched(): boolean {
    return this.#seam !== null || this.#tracer.isOn;
  }

  /** From now on tells of every message of these users and client addresses. */
  trace(who: readonly string[]): void {
    this.#tracer.trace(who);
  }

  withTraces(effects: Effects): Effects {
    const traced = this.#tracer.take();
    return traced.length === 0 ? effects : [...traced.map(emit), ...effects];
  }

  admit(nowMs: number, passage: Passage): Ruling {
    if (this.#tracer.isOn) this.#tracer.note('in', passage);
    return this.#seam?.incoming(nowMs, passage) ?? { kind: 'pass' };
  }

  /** Encodes and sends a STUN message. */
  sendMessage(nowMs: number, { message, seal, withFingerprint, ...rest }: OutgoingMessage): Effects {
    const bytes =
      seal === null && !withFingerprint
        ? encodeMessage(message)
        : sealMessage(message, { ...seal, fingerprint: withFingerprint });
    return this.send(nowMs, { ...rest, message, seal, withFingerprint, channel: null, bytes });
  }

  send(nowMs: number, departure: Departure): Effects {
    const { tuple, bytes } = departure;
    if (this.#tracer.isOn) this.#tracer.note('out', departure);
    const send = { kind: 'send', socket: tuple.socket, to: tuple.client, bytes } as const;
    return this.#seam?.outgoing(nowMs, departure, send) ?? [send];
  }

  nextDeadlineMs(): number | null {
    return this.#seam?.nextDeadlineMs() ?? null;
  }

  onDeadline(nowMs: number): Effects {
    return this.#seam?.onDeadline(nowMs) ?? [];
  }
}

function emit(event: TurnServerEvent): Effects[number] {
  return { kind: 'emit', event };
}

import { sealMessage } from '../../stun/integrity.ts';
import type { Effect, Input, Machine, SocketId } from '../../stun/machine.ts';
import { decodeMessage, type StunMessage } from '../../stun/message.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';
import type { CornerEndpoints } from '../../turn/server/corners.ts';

/** What becomes of an effect; `asked` is the socket that the request came in at. */
export type Bend = (effect: Effect, asked: SocketId) => Effect[];

/** Our own server with its requests sorted out on the way in and its answers bent on the way out. */
export class BentServer implements Machine {
  readonly #inner: BindingServer;
  readonly #hears: (input: Input) => boolean;
  readonly #bend: Bend;

  constructor(
    endpoints: CornerEndpoints,
    bent: { readonly hears?: (input: Input) => boolean; readonly bend?: Bend },
  ) {
    this.#inner = new BindingServer({ endpoints, software: 'bent' });
    this.#hears = bent.hears ?? (() => true);
    this.#bend = bent.bend ?? ((effect) => [effect]);
  }

  handle(nowMs: number, input: Input): Effect[] {
    if (!this.#hears(input)) return [{ kind: 'ignore', reason: 'deaf to it' }];
    const asked = 'socket' in input ? input.socket : '';
    return this.#inner.handle(nowMs, input).flatMap((effect) => this.#bend(effect, asked));
  }

  nextDeadlineMs(): number | null {
    return this.#inner.nextDeadlineMs();
  }

  isFinished(): boolean {
    return false;
  }
}

/** Rewrites what the server says, keeping where it says it from. */
export function rewriting(change: (message: StunMessage) => StunMessage): Bend {
  return (effect) => {
    if (effect.kind !== 'send') return [effect];
    const decoded = decodeMessage(effect.bytes);
    return decoded.ok ? [{ ...effect, bytes: encodeAnew(change(decoded.message)) }] : [effect];
  };
}

/** FINGERPRINT is of the bytes, so that a changed message needs another. */
function encodeAnew(message: StunMessage): Uint8Array {
  return sealMessage(message, { fingerprint: message.attributes.some(({ name }) => name === 'FINGERPRINT') });
}

/** Is it a request that asks for another source (RFC 5780 §7.2)? */
export function asksForChange(input: Input): boolean {
  const decoded = input.kind === 'received' ? decodeMessage(input.bytes) : null;
  return decoded?.ok === true && decoded.message.attributes.some((a) => a.name === 'CHANGE-REQUEST');
}

/** Any server machine, watched: what comes in at its corners and what leaves from them is noted in the log. */
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { magicCookie } from '../../stun/message.ts';
import { type CornerEndpoints, isCorner } from './corners.ts';
import type { WitnessLog } from './witness-log.ts';

/** The 12 bytes of a STUN message’s transaction id; null for what is no STUN message (RFC 8489 s5). */
export function transactionIdOf(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < 20 || (bytes[0] ?? 0xff) > 0x3f) return null;
  const cookie = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4);
  return cookie === magicCookie ? bytes.subarray(8, 20) : null;
}

export class WitnessedServer implements Machine {
  readonly #inner: Machine;
  readonly #endpoints: CornerEndpoints;
  readonly #isHere: (corner: string) => boolean;
  readonly #log: WitnessLog;

  /** @param isHere false for corners whose answers another host sends */
  constructor(
    inner: Machine,
    endpoints: CornerEndpoints,
    log: WitnessLog,
    isHere: (corner: string) => boolean = () => true,
  ) {
    this.#inner = inner;
    this.#endpoints = endpoints;
    this.#log = log;
    this.#isHere = isHere;
  }

  handle(nowMs: number, input: Input): Effect[] {
    const effects = this.#inner.handle(nowMs, input);
    if (input.kind !== 'received' || !isCorner(input.socket)) return effects;
    const at = this.#endpoints[input.socket];
    const id = transactionIdOf(input.bytes);
    const sighting = id === null || at === undefined ? null : this.#log.arrived(nowMs, id, at, input.from);
    if (sighting === null) return effects;
    for (const effect of effects) {
      if (effect.kind !== 'send' || !isCorner(effect.socket)) continue;
      const from = this.#endpoints[effect.socket] ?? null;
      const isHere = this.#isHere(effect.socket);
      sighting.answer = isHere ? 'left' : 'elsewhere';
      sighting.answeredFrom = isHere ? from : null;
    }
    return effects;
  }

  nextDeadlineMs(): number | null {
    return this.#inner.nextDeadlineMs();
  }

  isFinished(): boolean {
    return this.#inner.isFinished();
  }
}

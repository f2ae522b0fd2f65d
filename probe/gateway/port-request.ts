/**
 * Asks the nearest router over PCP for a UDP port that leads here, or gives it back. The probe itself never does: its
 * questions leave nothing behind.
 */
import { type Endpoint, familyOf, sameEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { portControlPort } from './pcp.ts';
import { decodeMap, encodeMap, type MapRequest } from './pcp-map.ts';
import { giveUpMs, sendOffsetsMs } from './port-control-query.ts';

const socket = 'port-request';

export interface PortRequestOptions extends Omit<MapRequest, 'clientAddress'> {
  /** IP literal of the nearest router. */
  readonly router: string;
}

export class PortRequest implements Machine {
  /** What the router has given; null: nothing yet, or nothing at all. */
  external: Endpoint | null = null;
  readonly #options: PortRequestOptions;
  readonly #router: Endpoint;
  #request: MapRequest | null = null;
  #startMs = 0;
  #copies = 0;
  #finished = false;

  constructor(options: PortRequestOptions) {
    this.#options = options;
    this.#router = { address: options.router, port: portControlPort };
  }

  handle(nowMs: number, input: Input): Effect[] {
    if (this.#finished) return [{ kind: 'ignore', reason: 'finished' }];
    switch (input.kind) {
      case 'start':
        this.#startMs = nowMs;
        return [{ kind: 'open', socket, transport: 'udp', family: familyOf(this.#router.address) }];
      case 'opened':
        this.#request = { ...this.#options, clientAddress: input.local.address };
        return this.#transmit(nowMs, this.#request);
      case 'received':
        return this.#receive(input.from, input.bytes);
      case 'deadline':
        if (this.#request === null || nowMs >= this.#startMs + giveUpMs) return this.#finish();
        return this.#transmit(nowMs, this.#request);
      default:
        return this.#finish();
    }
  }

  nextDeadlineMs(): number | null {
    if (this.#finished) return null;
    const offset = this.#request === null ? undefined : sendOffsetsMs[this.#copies];
    return this.#startMs + (offset ?? giveUpMs);
  }

  isFinished(): boolean {
    return this.#finished;
  }

  #transmit(nowMs: number, request: MapRequest): Effect[] {
    const offset = sendOffsetsMs[this.#copies];
    if (offset === undefined || nowMs < this.#startMs + offset) return [];
    this.#copies += 1;
    return [{ kind: 'send', socket, to: this.#router, bytes: encodeMap(request) }];
  }

  #receive(from: Endpoint, bytes: Uint8Array): Effect[] {
    // RFC 6887 §8.3: an answer from anywhere else is discarded.
    if (this.#request === null || !sameEndpoint(from, this.#router)) {
      return [{ kind: 'ignore', reason: 'not from the router' }];
    }
    const answer = decodeMap(bytes, this.#request);
    if (!answer.ok) return [{ kind: 'ignore', reason: answer.problem }];
    this.external = answer.external;
    return this.#finish();
  }

  #finish(): Effect[] {
    this.#finished = true;
    return [{ kind: 'close', socket }];
  }
}

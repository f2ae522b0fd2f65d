/** A browser tab as far as the NAT test needs one: it checks the candidates it is told of and answers signed checks. */

import { type IceSide, iceKey } from '../../probe/tab/ice-check.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { checkIntegrity, sealMessage } from '../../stun/integrity.ts';
import type { Effect, Input, Machine, RandomBytes } from '../../stun/machine.ts';
import { decodeMessage, getAttribute, methods } from '../../stun/message.ts';

export interface TabConnection {
  readonly name: string;
  readonly own: IceSide;
  readonly service: IceSide;
  readonly candidates: readonly Endpoint[];
}

/** Chromium, before a pair works: one check, to one candidate after the other. */
const checkEveryMs = 48;

export class IceTab implements Machine {
  readonly #connections: readonly TabConnection[];
  readonly #random: RandomBytes;
  #nextMs = 0;
  #turn = 0;

  constructor(connections: readonly TabConnection[], random: RandomBytes) {
    this.#connections = connections;
    this.#random = random;
  }

  handle(nowMs: number, input: Input): Effect[] {
    if (input.kind === 'start') {
      this.#nextMs = nowMs + checkEveryMs;
      return this.#connections.map(({ name }) => ({
        kind: 'open',
        socket: name,
        transport: 'udp',
        family: 'ipv4',
      }));
    }
    if (input.kind === 'received') return this.#answer(input.socket, input.from, input.bytes);
    if (input.kind !== 'deadline') return [];
    this.#nextMs = nowMs + checkEveryMs;
    this.#turn += 1;
    return this.#connections.flatMap((connection) => this.#check(connection));
  }

  nextDeadlineMs(): number {
    return this.#nextMs;
  }

  isFinished(): boolean {
    return false;
  }

  #check({ name, own, service, candidates }: TabConnection): Effect[] {
    const to = candidates[this.#turn % candidates.length];
    if (to === undefined) return [];
    const bytes = sealMessage(
      {
        method: methods.binding,
        class: 'request',
        transactionId: this.#random(12),
        attributes: [
          { name: 'USERNAME', value: `${service.ufrag}:${own.ufrag}` },
          { name: 'ICE-CONTROLLING', value: 1n },
          { name: 'PRIORITY', value: 1_853_824_767 },
        ],
      },
      { key: iceKey(service), fingerprint: true },
    );
    return [{ kind: 'send', socket: name, to, bytes }];
  }

  /** RFC 8445 §7.3: whoever knows the password is answered, from wherever the check came. */
  #answer(socket: string, from: Endpoint, bytes: Uint8Array): Effect[] {
    const connection = this.#connections.find(({ name }) => name === socket);
    const decoded = decodeMessage(bytes);
    if (connection === undefined || !decoded.ok || decoded.message.class !== 'request') return [];
    const { own, service } = connection;
    const { message } = decoded;
    if (getAttribute(message, 'USERNAME') !== `${own.ufrag}:${service.ufrag}`) return [];
    if (checkIntegrity(bytes, iceKey(own)) !== 'valid') return [];
    const { method, transactionId } = message;
    const answer = sealMessage(
      { method, class: 'success', transactionId, attributes: [{ name: 'XOR-MAPPED-ADDRESS', value: from }] },
      { key: iceKey(own), fingerprint: true },
    );
    return [{ kind: 'send', socket, to: from, bytes: answer }];
  }
}

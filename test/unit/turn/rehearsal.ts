/** Plays a server's part by hand: a machine, a script that answers its requests, and a clock that jumps. */
import type { Endpoint } from '../../../stun/endpoint.ts';
import {
  type Attribute,
  decodeMessage,
  type Effect,
  type Input,
  longTermKey,
  type Machine,
  type MessageClass,
  type StunMessage,
  sealMessage,
} from '../../../stun/index.ts';

export const serverAt: Endpoint = { address: '203.0.113.1', port: 3478 };
export const localAt: Endpoint = { address: '192.168.1.5', port: 50_000 };
export const relayedAt: Endpoint = { address: '203.0.113.1', port: 61_000 };
export const mappedAt: Endpoint = { address: '198.51.100.7', port: 40_000 };
export const credentials = { username: 'alice', password: 'wonderland-42' };
export const realm = 'example.org';
export const key = longTermKey(credentials.username, realm, credentials.password);

/** One transmission that the machine sent. */
export interface Call {
  readonly nowMs: number;
  readonly message: StunMessage;
  readonly bytes: Uint8Array;
  /** 0 for the first transmission of all. */
  readonly index: number;
}

/** What comes back: bytes from the server, or any other input (with the right socket filled in). */
export type Reaction = Uint8Array | { readonly from: Endpoint; readonly bytes: Uint8Array } | Partial<Input>;
export type Script = (call: Call) => readonly Reaction[];

export interface Rehearsal<E> {
  readonly events: readonly E[];
  readonly calls: readonly Call[];
  readonly endMs: number;
  /** Sockets that the machine opened. */
  readonly opened: number;
}

export class Stage<E> {
  readonly events: E[] = [];
  readonly calls: Call[] = [];
  /** Bytes that are no STUN message: ChannelData. */
  readonly raw: Uint8Array[] = [];
  nowMs = 1000;
  opened = 0;
  readonly #machine: Machine<E>;
  readonly #script: Script;
  readonly #coming: { atMs: number; input: Input }[] = [];
  readonly #onOpen: Partial<Input>;
  #socket = '';

  constructor(
    machine: Machine<E>,
    script: Script,
    onOpen: Partial<Input> = { kind: 'opened', local: localAt },
  ) {
    this.#machine = machine;
    this.#script = script;
    this.#onOpen = onOpen;
  }

  start(): this {
    this.take(this.#machine.handle(this.nowMs, { kind: 'start' }));
    return this;
  }

  take(effects: readonly Effect<E>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'emit') this.events.push(effect.event);
      else if (effect.kind === 'open') {
        this.#socket = effect.socket;
        this.opened += 1;
        this.#queue(0, this.#onOpen);
      } else if (effect.kind === 'send') this.#onSend(effect.bytes);
    }
  }

  input(input: Partial<Input>): void {
    const whole = { socket: this.#socket, ...input } as Input;
    this.take(this.#machine.handle(this.nowMs, whole));
  }

  receive(bytes: Uint8Array, from: Endpoint = serverAt): void {
    this.input({ kind: 'received', from, bytes });
  }

  /** Runs until the machine is finished or `untilMs` after now. */
  run(untilMs = 100_000): this {
    const endMs = this.nowMs + untilMs;
    for (let step = 0; step < 10_000 && !this.#machine.isFinished(); step += 1) {
      this.#coming.sort((a, b) => a.atMs - b.atMs);
      const inputMs = this.#coming[0]?.atMs ?? Number.POSITIVE_INFINITY;
      const deadlineMs = this.#machine.nextDeadlineMs() ?? Number.POSITIVE_INFINITY;
      const nextMs = Math.min(inputMs, deadlineMs);
      if (nextMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, nextMs);
      const next = inputMs <= deadlineMs ? this.#coming.shift()?.input : { kind: 'deadline' as const };
      if (next !== undefined) this.take(this.#machine.handle(this.nowMs, next));
    }
    if (!this.#machine.isFinished()) this.nowMs = endMs;
    return this;
  }

  #onSend(bytes: Uint8Array): void {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) {
      this.raw.push(bytes);
      return;
    }
    const call = { nowMs: this.nowMs, message: decoded.message, bytes, index: this.calls.length };
    this.calls.push(call);
    for (const reaction of this.#script(call)) {
      if (reaction instanceof Uint8Array)
        this.#queue(10, { kind: 'received', from: serverAt, bytes: reaction });
      else if ('kind' in reaction) this.#queue(10, reaction);
      else this.#queue(10, { kind: 'received', ...reaction });
    }
  }

  #queue(delayMs: number, input: Partial<Input>): void {
    this.#coming.push({ atMs: this.nowMs + delayMs, input: { socket: this.#socket, ...input } as Input });
  }
}

export function rehearse<E>(machine: Machine<E>, script: Script, onOpen?: Partial<Input>): Rehearsal<E> {
  const stage = new Stage(machine, script, onOpen).start().run();
  return { events: stage.events, calls: stage.calls, endMs: stage.nowMs, opened: stage.opened };
}

export interface ReplyOptions {
  readonly key?: Uint8Array;
  readonly algorithm?: 'sha1' | 'sha256';
}

/** An answer to `call`, sealed when a key is given. */
export function reply(
  call: Call,
  messageClass: MessageClass,
  attributes: readonly Attribute[],
  options: ReplyOptions = {},
): Uint8Array {
  const { method, transactionId } = call.message;
  return sealMessage(
    { method, class: messageClass, transactionId, attributes },
    { ...options, fingerprint: true },
  );
}

export function refusal(code: number, ...more: readonly Attribute[]): Attribute[] {
  return [{ name: 'ERROR-CODE', value: { code, reason: `Reason ${code}` } }, ...more];
}

/** 401 or 438 with a realm and a nonce. */
export function challenge(call: Call, code = 401, nonce = 'nonce-1', inRealm = realm): Uint8Array {
  return reply(call, 'error', [
    ...refusal(code),
    { name: 'REALM', value: inRealm },
    { name: 'NONCE', value: nonce },
  ]);
}

export const allocatedAttributes: readonly Attribute[] = [
  { name: 'XOR-RELAYED-ADDRESS', value: relayedAt },
  { name: 'XOR-MAPPED-ADDRESS', value: mappedAt },
  { name: 'LIFETIME', value: 600 },
  { name: 'SOFTWARE', value: 'scripted' },
];

export function isSealed(call: Call): boolean {
  return call.message.attributes.some((attribute) => attribute.name.startsWith('MESSAGE-INTEGRITY'));
}

/** A well-behaved server: challenges bare requests, accepts sealed ones. */
export const wellBehaved: Script = (call) => {
  if (!isSealed(call)) return call.message.class === 'request' ? [challenge(call)] : [];
  return [reply(call, 'success', call.message.method === 0x003 ? allocatedAttributes : [], { key })];
};

/** Deterministic and never twice the same. */
export function countingBytes(): (size: number) => Uint8Array {
  let count = 0;
  return (size) => {
    count += 1;
    const bytes = new Uint8Array(size);
    new DataView(bytes.buffer).setUint32(0, count);
    return bytes;
  };
}

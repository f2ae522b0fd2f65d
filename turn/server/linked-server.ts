/**
 * Two hosts with one address each, together a whole RFC 5780 server: what has to leave from the other address is
 * answered by the other node, on the order of the node that was asked. The client needs to know nothing of it.
 */
import type { Attribute } from '../../stun/attributes.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, RandomBytes } from '../../stun/machine.ts';
import { BindingServer, type BindingServerOptions } from './binding-server.ts';
import { type Corner, isCorner } from './corners.ts';
import { defaultOrderLimits, LinkExecutor, type Order } from './link-executor.ts';
import { type LinkAnswer, LinkInquiries } from './link-inquiries.ts';
import { defaultLinkPacing, LinkOrderer, type LinkPacing, type LinkState } from './link-orderer.ts';
import { decodeLinkFrame, isLinkFrame, type LinkQuestion, sealedAttributes } from './link-wire.ts';
import type { RateLimits } from './rate-table.ts';
import type { WitnessLog } from './witness-log.ts';
import { WitnessedServer } from './witnessed-server.ts';

export type LinkEvent =
  /** The state of the link has changed. */
  | { readonly kind: 'link'; readonly state: LinkState }
  /** An inquiry has ended; `attributes` of the answer, or null: none came, or the other node refused. */
  | { readonly kind: 'answer'; readonly inquiry: number; readonly attributes: readonly Attribute[] | null };

export interface LinkedServerOptions extends Omit<BindingServerOptions, 'endpoints'> {
  /** Our own two endpoints, on one address. Clients learn those of the other node while the link is up. */
  readonly own: { readonly PP: Endpoint; readonly PA: Endpoint };
  readonly peer: {
    /** The other node's address, as clients reach it. Its ports are the same as ours. */
    readonly address: string;
    /** Both nodes have the same. */
    readonly secret: string;
  };
  readonly random: RandomBytes;
  /** Where what clients ask to be watched is noted. */
  readonly witness?: WitnessLog;
  readonly pacing?: LinkPacing;
  readonly orderLimits?: RateLimits;
}

export class LinkedServer implements Machine<LinkEvent> {
  readonly #own: LinkedServerOptions['own'];
  readonly #remote: { readonly AP: Endpoint; readonly AA: Endpoint };
  /** Answers our own clients. */
  readonly #server: Machine;
  /** Answers clients of the other node, on its order. */
  readonly #executing: Machine;
  readonly #orderer: LinkOrderer;
  readonly #executor: LinkExecutor;
  readonly #inquiries: LinkInquiries;
  #state: LinkState = 'down';

  constructor(options: LinkedServerOptions) {
    const {
      own,
      peer,
      random,
      pacing = defaultLinkPacing,
      orderLimits = defaultOrderLimits,
      witness,
      ...rest
    } = options;
    const { PP, PA } = own;
    this.#own = own;
    this.#remote = {
      AP: { address: peer.address, port: PP.port },
      AA: { address: peer.address, port: PA.port },
    };
    const all = { ...own, ...this.#remote };
    // Without the link nobody would answer from the other address: it is then not announced, and 420 says so.
    const announced = () => (this.#state === 'up' ? all : own);
    const watched = (server: Machine): Machine =>
      witness === undefined
        ? server
        : new WitnessedServer(server, all, witness, (corner) => !isRemote(corner));
    // An ordered answer takes the link in addition: at most one round trip more, however the three hosts lie.
    const alternateDelayMs = () => (this.#state === 'up' ? this.#orderer.roundTripMs : 0);
    this.#server = watched(new BindingServer({ ...rest, endpoints: announced, alternateDelayMs }));
    this.#executing = watched(new BindingServer({ ...rest, endpoints: all }));
    const ports = { primary: PP.port, alternate: PA.port };
    this.#orderer = new LinkOrderer({ secret: peer.secret, ports, random, pacing });
    this.#inquiries = new LinkInquiries(this.#orderer);
    this.#executor = new LinkExecutor({
      secret: peer.secret,
      peer: this.#remote.AP,
      primary: PP,
      alternate: PA,
      random,
      limits: orderLimits,
      ...(witness !== undefined && { witness }),
    });
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Endpoints of the other node. */
  get remote(): readonly Endpoint[] {
    return Object.values(this.#remote);
  }

  /** Asks the other node; the answer comes as an event, with the caller’s own number. */
  inquire(nowMs: number, inquiry: number, question: LinkQuestion): Effect<LinkEvent>[] {
    this.#inquiries.begin(nowMs, inquiry, question);
    return this.#askDue(nowMs);
  }

  handle(nowMs: number, input: Input): Effect<LinkEvent>[] {
    const effects = this.#take(nowMs, input);
    const { state } = this.#orderer;
    if (state === this.#state) return effects;
    this.#state = state;
    return [...effects, { kind: 'emit', event: { kind: 'link', state } }];
  }

  nextDeadlineMs(): number {
    return Math.min(
      this.#orderer.nextDeadlineMs(),
      this.#inquiries.nextDeadlineMs(),
      this.#server.nextDeadlineMs() ?? Number.POSITIVE_INFINITY,
    );
  }

  isFinished(): boolean {
    return false;
  }

  #take(nowMs: number, input: Input): Effect<LinkEvent>[] {
    if (input.kind === 'start' || input.kind === 'deadline') {
      const frames = this.#orderer.onTime(nowMs).map((frame) => this.#toPeer(frame));
      return [...frames, ...this.#askDue(nowMs), ...this.#server.handle(nowMs, input)];
    }
    if (input.kind !== 'received' || !isCorner(input.socket)) return this.#server.handle(nowMs, input);
    if (input.socket === 'PP' && isLinkFrame(input.bytes)) {
      return this.#onFrame(nowMs, input.from, input.bytes);
    }
    return this.#server.handle(nowMs, input).map((effect) => this.#viaLink(effect, input));
  }

  /** What leaves from the other address is ordered there: the request goes on, not the answer. */
  #viaLink(effect: Effect, { socket, from, bytes }: Extract<Input, { kind: 'received' }>): Effect {
    if (effect.kind !== 'send' || !isRemote(effect.socket)) return effect;
    const frame = this.#orderer.order({
      source: from,
      asked: socket === 'PA' ? this.#own.PA : this.#own.PP,
      bytes,
    });
    return frame === null ? ignore('the request is too long for the link') : this.#toPeer(frame);
  }

  #onFrame(nowMs: number, from: Endpoint, bytes: Uint8Array): Effect<LinkEvent>[] {
    // Not a proof of anything, but it keeps strangers from making us compute.
    if (!sameEndpoint(from, this.#remote.AP)) return [ignore('a link frame from another endpoint')];
    const frame = decodeLinkFrame(bytes);
    if (frame === null) return [ignore('a malformed link frame')];
    if (frame.message.class === 'success' || frame.message.class === 'error') {
      const answer = this.#inquiries.onAnswer(frame);
      if (answer !== null) return [answered(answer)];
      const frames = this.#orderer.onAnswer(nowMs, frame);
      return typeof frames === 'string' ? [ignore(frames)] : frames.map((next) => this.#toPeer(next));
    }
    const done = this.#executor.take(nowMs, frame);
    if (done.kind === 'refused') return [ignore(done.reason)];
    return done.kind === 'answer' ? [this.#toPeer(done.frame)] : this.#execute(nowMs, done.order);
  }

  /**
   * The request as if it had come in at the corner of ours that is the other node. Everything holds for it that holds
   * for our own clients: form, size of the answer, tokens of its source.
   */
  #execute(nowMs: number, { source, asked, bytes }: Order): Effect[] {
    const socket: Corner = asked === 'primary' ? 'AP' : 'AA';
    return this.#executing.handle(nowMs, { kind: 'received', socket, from: source, bytes }).map((effect) =>
      // Errors, and requests that change no address, are the other node's to answer. Two nodes must never play ball.
      effect.kind === 'send' && isRemote(effect.socket) ? ignore('an order that leads back') : effect,
    );
  }

  #askDue(nowMs: number): Effect<LinkEvent>[] {
    const { frames, ended } = this.#inquiries.onTime(nowMs);
    return [...frames.map((frame) => this.#toPeer(frame)), ...ended.map(answered)];
  }

  #toPeer(bytes: Uint8Array): Effect {
    return { kind: 'send', socket: 'PP', to: this.#remote.AP, bytes };
  }
}

function answered({ inquiry, message }: LinkAnswer): Effect<LinkEvent> {
  const attributes = message && sealedAttributes(message);
  return { kind: 'emit', event: { kind: 'answer', inquiry, attributes } };
}

function isRemote(socket: string): boolean {
  return socket === 'AP' || socket === 'AA';
}

function ignore(reason: string): Effect {
  return { kind: 'ignore', reason };
}

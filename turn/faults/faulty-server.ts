import {
  encodeChannelData,
  type Frame,
  lastChannel,
  lastOldChannel,
  StreamFramer,
} from '../../stun/framer.ts';
import type { Effect, Input, SocketId } from '../../stun/machine.ts';
import { earlier } from '../client/named-deadlines.ts';
import type { Traffic } from '../server/allocation.ts';
import { doorways } from '../server/doorway.ts';
import type { ServerMachine } from '../server/server-machine.ts';
import { TurnServer } from '../server/turn-server.ts';
import type { TurnServerEvent } from '../server/turn-server-event.ts';
import {
  type Census,
  streamTransport,
  type TurnServerOptions,
  type TurnSettings,
} from '../server/turn-server-options.ts';
import { FaultSeam, sendEffect } from './fault-seam.ts';
import type { Parcel } from './parcel.ts';
import type { Action, RuleSet } from './rule.ts';

type Effects = Effect<TurnServerEvent>[];

const nowhere = { address: '0.0.0.0', port: 0 };

/** Which rule has struck how often. */
export interface RuleTally {
  readonly name: string;
  readonly strikes: number;
}

/** A TURN server that misbehaves by rules. Without rules it is the server itself. */
export class FaultyServer implements ServerMachine {
  readonly #options: TurnServerOptions;
  readonly #seam: FaultSeam;
  readonly #framers = new Map<SocketId, StreamFramer>();
  #server: TurnServer;
  #settings: TurnSettings;
  #awaited: RuleSet | null;
  #skewMs = 0;

  /** @param rules in force from the first input on */
  constructor(options: TurnServerOptions, rules: RuleSet) {
    this.#options = options;
    this.#settings = options.settings;
    this.#awaited = rules;
    const relays = new Set(options.relays.map(({ external }) => external));
    this.#seam = new FaultSeam({
      random: options.random,
      sockets: [...doorways(options.listeners, null).keys()],
      isOwnRelay: (address) => relays.has(address),
      realm: () => this.#settings.accounts.realm,
    });
    this.#server = this.#newServer();
  }

  handle(nowMs: number, input: Input): Effects {
    this.#installAwaited(nowMs);
    return [...this.#admit(nowMs, input), ...this.#settle(nowMs)];
  }

  nextDeadlineMs(): number | null {
    return earlier(this.#server.nextDeadlineMs(), this.#seam.nextMs());
  }

  isFinished(): boolean {
    return this.#server.isFinished();
  }

  /** Takes the place of the rules so far; their clock begins now. */
  setRules(nowMs: number, rules: RuleSet): Effects {
    this.#awaited = null;
    this.#seam.install(nowMs, rules);
    return this.#settle(nowMs);
  }

  get tallies(): RuleTally[] {
    return this.#seam.triggers.map(({ rule, strikes }) => ({ name: rule.name, strikes }));
  }

  get traffic(): Traffic {
    return this.#server.traffic;
  }

  get census(): Census {
    return this.#server.census;
  }

  reconfigure(settings: TurnSettings): void {
    this.#server.reconfigure(settings);
    this.#settings = settings;
  }

  drain(): void {
    this.#server.drain();
  }

  stop(nowMs: number): Effects {
    return this.#server.stop(nowMs);
  }

  #installAwaited(nowMs: number): void {
    if (this.#awaited === null) return;
    this.#seam.install(nowMs, this.#awaited);
    this.#awaited = null;
  }

  #newServer(): TurnServer {
    const nonceSecret = this.#options.random(32);
    this.#seam.nonceSecret = nonceSecret;
    return new TurnServer({
      ...this.#options,
      settings: this.#settings,
      seam: this.#seam,
      nonceSecret,
      epochMs: (nowMs) => this.#options.epochMs(nowMs) + this.#skewMs,
    });
  }

  #admit(nowMs: number, input: Input): Effects {
    const isStream = input.kind === 'received' && streamTransport(input.socket) !== null;
    if (isStream && !this.#seam.carriesConnection(input.socket)) {
      return this.#onChunk(nowMs, input);
    }
    const effects = this.#server.handle(nowMs, input);
    if (input.kind === 'closed') {
      this.#framers.delete(input.socket);
      this.#seam.closed(input.socket);
    }
    const transport = input.kind === 'opened' ? streamTransport(input.socket) : null;
    if (input.kind === 'opened' && transport !== null) {
      const { socket, local } = input;
      this.#seam.connected(nowMs, { key: socket, socket, transport, client: nowhere, server: local });
    }
    return effects;
  }

  /** The server gets whole frames, so that one that was kept back can be let in between two others. */
  #onChunk(nowMs: number, input: Extract<Input, { kind: 'received' }>): Effects {
    const { socket, from, bytes } = input;
    const framer = this.#framers.get(socket) ?? this.#newFramer();
    this.#framers.set(socket, framer);
    const { frames, problem } = framer.push(bytes);
    const effects = frames.flatMap((frame) =>
      this.#server.handle(nowMs, { kind: 'received', socket, from, bytes: frameBytes(frame) }),
    );
    // What is no frame the server shall see as it came, and judge.
    return problem === undefined ? effects : [...effects, ...this.#server.handle(nowMs, input)];
  }

  #newFramer(): StreamFramer {
    return new StreamFramer(this.#options.oldChannels === true ? lastOldChannel : lastChannel);
  }

  /** What is due, and what was done. */
  #settle(nowMs: number): Effects {
    const effects = this.#seam.takeDueActions(nowMs).flatMap((action) => this.#act(nowMs, action));
    for (let due = this.#seam.later.takeDue(nowMs); due.length > 0; due = this.#seam.later.takeDue(nowMs)) {
      effects.push(...due.flatMap((parcel) => this.#deliver(nowMs, parcel)));
    }
    const events = this.#seam.takeEvents().map((event) => ({ kind: 'emit', event }) as const);
    return [...effects, ...events];
  }

  #deliver(nowMs: number, parcel: Parcel): Effects {
    const { way, socket, client: from, bytes, closes } = parcel;
    if (way === 'incoming') {
      this.#seam.letsThrough = true;
      const effects = this.#server.handle(nowMs, { kind: 'received', socket, from, bytes });
      this.#seam.letsThrough = false;
      return effects;
    }
    const sent: Effects = bytes.length === 0 ? [] : [sendEffect(parcel)];
    if (closes === null || streamTransport(socket) === null) return sent;
    const after = this.#admit(nowMs, { kind: 'closed', socket });
    const close: Effect =
      closes === 'reset' ? { kind: 'close', socket, reset: true } : { kind: 'close', socket };
    return [...sent, ...after, close];
  }

  #act(nowMs: number, action: Action): Effects {
    switch (action.kind) {
      case 'restart':
        return this.#restart(nowMs, action.streams);
      case 'drain':
        this.#server.drain();
        return [];
      case 'clock':
        this.#skewMs += action.skewSec * 1000;
        return [];
      default:
        return [];
    }
  }

  /** As a new process on the same ports: nothing is known any more, nonces neither. */
  #restart(nowMs: number, streams: 'closed' | 'forgotten'): Effects {
    const effects = this.#server.stop(nowMs);
    this.#server = this.#newServer();
    this.#framers.clear();
    if (streams === 'closed') return effects;
    // As after a failover to another host, which answers nothing that it did not accept.
    return effects.filter((effect) => effect.kind !== 'close' || streamTransport(effect.socket) === null);
  }
}

function frameBytes(frame: Frame): Uint8Array {
  return frame.kind === 'stun' ? frame.bytes : encodeChannelData(frame.channel, frame.data, true);
}

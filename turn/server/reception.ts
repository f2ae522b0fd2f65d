import { readUint16 } from '../../stun/bytes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { beforeIntegrity } from '../../stun/heeded.ts';
import { checkFingerprint } from '../../stun/integrity.ts';
import type { Effect } from '../../stun/machine.ts';
import { decodeMessage, getAttribute, headerBytes, methods, type StunMessage } from '../../stun/message.ts';
import type { Allocation } from './allocation.ts';
import type { AllocationOpener, OpenStep } from './allocation-opener.ts';
import { type Answer, codeOf } from './answer.ts';
import type { AnswerSeal } from './authenticator.ts';
import { answerBinding } from './binding-answer.ts';
import { hasAlternate } from './corners.ts';
import type { Call, Desk, Outcome } from './desk.ts';
import type { Door, Doorway } from './doorway.ts';
import type { FiveTuple } from './five-tuple.ts';
import type { Office } from './furnish-office.ts';
import type { Gate } from './gate.ts';
import type { RateTable } from './rate-table.ts';
import type { Relaying } from './relaying.ts';
import { judgeAllocate } from './requests/allocate.ts';
import { channelBind } from './requests/channel-bind.ts';
import { connect } from './requests/connect.ts';
import { connectionBind } from './requests/connection-bind.ts';
import { createPermission } from './requests/create-permission.ts';
import { moveAgain, settleMove } from './requests/move.ts';
import { refresh } from './requests/refresh.ts';
import { requestProblem, unknownCodes } from './requests/request-problem.ts';
import type { TurnServerEvent } from './turn-server-event.ts';

type Effects = Effect<TurnServerEvent>[];

/** Where a message came in. */
export interface Arrival {
  readonly tuple: FiveTuple;
  readonly door: Door;
  readonly bytes: Uint8Array;
}

export interface ReceptionParts {
  readonly gate: Gate;
  readonly opener: AllocationOpener;
  readonly relaying: Relaying;
  /** Requests per source. */
  readonly requests: RateTable;
  /** Bytes that answers to unproven sources may exceed twice their requests by. */
  readonly reflection: RateTable;
  readonly software: string | null;
  readonly epochMs: (nowMs: number) => number;
}

interface Request {
  readonly arrival: Arrival;
  readonly message: StunMessage;
  readonly withFingerprint: boolean;
  /** The seam’s answer, in place of what would be ours. */
  readonly forced: Answer | null;
}

interface Reply {
  readonly tuple: FiveTuple;
  readonly request: StunMessage;
  readonly answer: Answer;
  readonly username: string | null;
  readonly seal: AnswerSeal | null;
  readonly withFingerprint: boolean;
}

/** Takes in every STUN message of clients: who is it, may they, what do they get. */
export class Reception {
  readonly #parts: ReceptionParts;

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
  }

  /** A Binding request that wants nothing special, over UDP, the short way; null: it has to take the long one. */
  takePlain(nowMs: number, door: Doorway, from: Endpoint, bytes: Uint8Array): Effects | null {
    const { gate, requests } = this.#parts;
    const answer = gate.isWatched ? null : door.plain.answer(bytes, from);
    if (answer === null) return null;
    if (!requests.take(nowMs, from.address)) return ignore('too many requests');
    if (this.#reflects(nowMs, from, bytes, answer)) return ignore('would amplify');
    return [{ kind: 'send', socket: door.socket, to: from, bytes: answer }];
  }

  take(office: Office, nowMs: number, arrival: Arrival): Effects {
    const { tuple, bytes } = arrival;
    // RFC 8489 s6.3: silence for what is no STUN message of today or fails its checksum.
    if (tuple.client.port === 0) return ignore('source port 0 cannot be answered');
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return ignore(decoded.problem);
    const { message } = decoded;
    if (message.classicCookie !== undefined) return ignore('no magic cookie');
    if (bytes.length !== headerBytes + readUint16(bytes, 2)) return ignore('bytes follow the message');
    const fingerprint = checkFingerprint(bytes);
    if (fingerprint === 'invalid') return ignore('wrong FINGERPRINT');

    const { gate } = this.#parts;
    const username = gate.isWatched ? (office.desk.table.of(tuple.key)?.account.username ?? null) : null;
    const ruling = gate.admit(nowMs, { tuple, username, message, channel: null, bytes });
    if (ruling.kind === 'drop') return ignore(ruling.why);
    if (message.class === 'indication') return this.#onIndication(office.desk, nowMs, tuple, message);
    if (message.class !== 'request') return ignore(`a ${message.class} needs no answer`);
    const withFingerprint = fingerprint === 'valid';
    const forced = ruling.kind === 'answer' ? ruling.answer : null;
    // After the checks, so that junk does not use up the tokens of a real client behind the same address.
    if (!this.#parts.requests.take(nowMs, tuple.client.address)) return ignore('too many requests');
    if (message.method !== methods.binding) {
      return this.#onRequest(office, nowMs, { arrival, message, withFingerprint, forced });
    }
    if (forced === null) return this.#onBinding(nowMs, arrival, message, withFingerprint);
    const reply = { tuple, request: message, answer: forced, username, seal: null, withFingerprint };
    return this.#reply(nowMs, reply);
  }

  /** An Allocate or Connect request whose sockets took their time. */
  conclude(nowMs: number, { effects, done }: OpenStep): Effects {
    if (done === null) return [...effects];
    return [...effects, ...this.#answerCall({ ...done.call, nowMs }, { answer: done.answer, effects: [] })];
  }

  #onIndication(desk: Desk, nowMs: number, tuple: FiveTuple, message: StunMessage): Effects {
    if (message.method !== methods.send) return ignore('an indication that is not for us');
    const allocation = desk.table.of(tuple.key);
    if (allocation === null || !allocation.isOpen) return ignore('no allocation');
    // RFC 8656 s11.2: an indication that is not understood is discarded.
    if (unknownCodes(message.attributes).length > 0) return ignore('unknown attributes');
    const peer = getAttribute(message, 'XOR-PEER-ADDRESS');
    const data = getAttribute(message, 'DATA');
    if (peer === undefined || data === undefined) return ignore('XOR-PEER-ADDRESS or DATA missing');
    const settled = settleMove(desk, allocation, tuple.key);
    return [...settled, ...this.#parts.relaying.fromClient(desk, nowMs, allocation, peer, data)];
  }

  #onBinding(nowMs: number, arrival: Arrival, message: StunMessage, withFingerprint: boolean): Effects {
    const { tuple, bytes } = arrival;
    const { corner, endpoints, socketOf } = arrival.door;
    const overStream = tuple.transport !== 'udp';
    const reply = answerBinding(endpoints, this.#parts.software, {
      message,
      wireBytes: bytes.length,
      source: tuple.client,
      asked: corner,
      overStream,
      // TURN listens for streams at its own endpoints only.
      streamsEverywhere: false,
      withFingerprint,
      discovery: hasAlternate(endpoints),
    });
    if (!overStream && this.#reflects(nowMs, tuple.client, bytes, reply.bytes))
      return ignore('would amplify');
    const socket = socketOf(reply.from);
    const { gate } = this.#parts;
    if (!gate.isWatched) return [{ kind: 'send', socket, to: reply.to, bytes: reply.bytes }];
    const sent = decodeMessage(reply.bytes);
    return gate.send(nowMs, {
      tuple: { ...tuple, socket, client: reply.to },
      username: null,
      message: sent.ok ? sent.message : null,
      channel: null,
      bytes: reply.bytes,
      seal: null,
      withFingerprint,
    });
  }

  #onRequest({ desk, authenticator }: Office, nowMs: number, request: Request): Effects {
    const { arrival, message: whole, withFingerprint, forced } = request;
    const { tuple, bytes } = arrival;
    const serve = handlers.get(whole.method);
    if (serve === undefined) return ignore(`method ${whole.method} is not served here`);
    const allocation = desk.table.of(tuple.key);
    const epochSec = Math.floor(this.#parts.epochMs(nowMs) / 1000);
    const owner = allocation?.account.username ?? null;
    const login = authenticator.check({ nowMs, epochSec, tuple, message: whole, bytes, owner });
    if (!login.ok) {
      // Guessing passwords costs the source more than asking.
      if (login.reachable && codeOf(login.answer) === 401) {
        this.#parts.requests.take(nowMs, tuple.client.address, wrongLoginCost);
      }
      // A success has to be sealed, and there is nobody to seal it for.
      const answer = forced?.class === 'error' ? forced : login.answer;
      const reply = { tuple, request: whole, answer, username: null, seal: null, withFingerprint };
      return this.#reply(nowMs, reply, login.reachable ? null : bytes);
    }
    const { account, seal } = login;
    // Whoever answers a challenge does receive at that address: what the challenge cost is given back.
    if (serve === 'allocate') this.#parts.reflection.give(tuple.client.address, challengeCredit);
    const message = { ...whole, attributes: beforeIntegrity(whole.attributes) };
    const call: Call = { nowMs, tuple, message, account, seal, withFingerprint, allocation };
    const moved =
      allocation === null || owner !== account.username ? [] : this.#onMoved(desk, call, allocation);
    if ('answer' in moved) return this.#answerCall(call, moved);
    return [...moved, ...this.#serve(desk, call, serve, forced)];
  }

  /** A client with a ticket (RFC 8016) on its new path: that request again, or the first use of the path. */
  #onMoved(desk: Desk, call: Call, allocation: Allocation): Outcome | Effects {
    return moveAgain(call, allocation) ?? settleMove(desk, allocation, call.tuple.key);
  }

  #serve(desk: Desk, call: Call, serve: Handler | 'allocate', forced: Answer | null): Effects {
    const { nowMs, message } = call;
    const problem = forced ?? requestProblem(message.attributes);
    if (problem !== null) return this.#answerCall(call, { answer: problem, effects: [] });
    if (serve !== 'allocate') return this.#answerCall(call, serve(desk, call));
    const verdict = judgeAllocate(desk, call);
    if (verdict.kind === 'wait') return ignore('the allocation is being made');
    if (verdict.kind === 'answer') return this.#answerCall(call, { answer: verdict.answer, effects: [] });
    return this.conclude(nowMs, this.#parts.opener.begin(desk, call, verdict.plan));
  }

  #answerCall(call: Call, { answer, effects }: Outcome): Effects {
    if (answer === null) return [...effects];
    const { nowMs, tuple, account, seal, message, withFingerprint } = call;
    const { username } = account;
    const reply = this.#reply(nowMs, { tuple, request: message, answer, username, seal, withFingerprint });
    return [...reply, ...effects];
  }

  /** @param unproven the request’s bytes where its source may be forged */
  #reply(nowMs: number, reply: Reply, unproven: Uint8Array | null = null): Effects {
    const { tuple, request, answer, username, seal, withFingerprint } = reply;
    const { software, gate } = this.#parts;
    const named = software !== null && seal !== null;
    const message: StunMessage = {
      method: request.method,
      class: answer.class,
      transactionId: request.transactionId,
      attributes: named ? [...answer.attributes, { name: 'SOFTWARE', value: software }] : answer.attributes,
    };
    const sent = gate.sendMessage(nowMs, { tuple, username, message, seal, withFingerprint });
    const bytes = sent.find((effect) => effect.kind === 'send')?.bytes;
    // Streams have shaken hands: the source is real.
    const isForgeable = unproven !== null && tuple.transport === 'udp' && bytes !== undefined;
    if (isForgeable && this.#reflects(nowMs, tuple.client, unproven, bytes)) return ignore('would amplify');
    const code = codeOf(answer);
    if (code === null) return sent;
    const { client, transport } = tuple;
    const event: TurnServerEvent = {
      kind: 'refused',
      method: request.method,
      code,
      client,
      transport,
      username,
    };
    return [...sent, { kind: 'emit', event }];
  }

  /** True: the answer is more than twice the request, and the source has no credit left for that. */
  #reflects(nowMs: number, client: Endpoint, request: Uint8Array, answer: Uint8Array): boolean {
    const excess = answer.length - 2 * request.length;
    return excess > 0 && !this.#parts.reflection.take(nowMs, client.address, excess);
  }
}

/** Requests that one wrong login counts for: with the default limits some hundred at once, then twenty per second. */
const wrongLoginCost = 20;

/** No less than what a challenge exceeds twice its request by. */
const challengeCredit = 128;

type Handler = (desk: Desk, call: Call) => Outcome;
const handlers = new Map<number, Handler | 'allocate'>([
  [methods.allocate, 'allocate'],
  [methods.refresh, refresh],
  [methods.createPermission, createPermission],
  [methods.channelBind, channelBind],
  [methods.connect, connect],
  [methods.connectionBind, connectionBind],
]);

function ignore(reason: string): Effects {
  return [{ kind: 'ignore', reason }];
}

/** One socket towards the server: bare requests, and requests that pass authentication by themselves. */
import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { checkIntegrity, type Check as IntegrityCheck, sealMessage } from '../../stun/integrity.ts';
import type { SocketId } from '../../stun/machine.ts';
import { encodeMessage, getAttribute, type methods, type StunMessage } from '../../stun/message.ts';
import {
  type Attempt,
  AuthLadder,
  type Credentials,
  type Dress,
  firstAttempt,
} from '../client/auth-ladder.ts';
import {
  close,
  type Opened,
  open,
  pause,
  type Reply,
  type Script,
  type Shot,
  shootOne,
} from './engine/script.ts';
import type { Site, Target } from './site.ts';
import { errorCodeOf, message, relayOverUdp } from './wire.ts';

export interface SessionReply extends Reply {
  /** Of the answer; null where there is none, or nobody to check it for. */
  readonly integrity: IntegrityCheck | null;
  /** As it went out the last time. */
  readonly sentBytes: Uint8Array;
}

/** coturn counts a released allocation for a second or two more. */
const quotaPauseMs = 1200;
const quotaTries = 5;
/**
 * The kernel gives ports out again, and coturn remembers for a minute under which name somebody spoke from one: under
 * another it is a 437, which says nothing of the server.
 */
const portTries = 8;

export class Session {
  readonly site: Site;
  readonly socket: SocketId;
  readonly target: Target;
  readonly ladder: AuthLadder;
  local: Endpoint | null = null;
  relayed: Endpoint | null = null;

  constructor(
    site: Site,
    socket: SocketId,
    credentials: Credentials | null = site.credentials,
    target: Target = site,
  ) {
    this.site = site;
    this.socket = socket;
    this.target = target;
    this.ladder = new AuthLadder(credentials);
  }

  /** Null: open; else what was in the way. */
  *open(): Script<string | null> {
    const { server, transport, host } = this.target;
    const { spokenFrom } = this.site.knowledge;
    const demand = {
      socket: this.socket,
      transport,
      family: this.site.family,
      ...(transport === 'udp' ? {} : { to: server, serverName: host }),
    };
    const isWorn = (one: Opened) => transport === 'udp' && 'local' in one && spokenFrom.has(one.local.port);
    let opened = yield* open(demand);
    for (let tries = 1; tries < portTries && isWorn(opened); tries += 1) {
      yield* this.close();
      opened = yield* open(demand);
    }
    if ('error' in opened) {
      this.site.knowledge.linkError ??= opened.error;
      return `${opened.error.code}: ${opened.error.message}`;
    }
    if (transport === 'udp') spokenFrom.add(opened.local.port);
    this.local = opened.local;
    return null;
  }

  *close(): Script<void> {
    yield* close(this.socket);
  }

  shot(purpose: string, bytes: Uint8Array, awaits: Shot['awaits'] = 'answer'): Shot {
    return { purpose, socket: this.socket, to: this.target.server, bytes, awaits };
  }

  /** Sends these very bytes. */
  *raw(purpose: string, bytes: Uint8Array, awaits: Shot['awaits'] = 'answer'): Script<Reply> {
    return yield* shootOne(this.shot(purpose, bytes, awaits));
  }

  /** Without credentials. */
  *bare(purpose: string, method: keyof typeof methods, attributes: readonly Attribute[] = []): Script<Reply> {
    return yield* this.raw(purpose, encodeMessage(message(this.site.random, method, attributes)));
  }

  /** The attributes that carry the login, and the key; none before the first challenge. */
  dress(): Dress {
    return this.ladder.dress();
  }

  sealed(request: StunMessage, dress: Dress = this.dress()): Uint8Array {
    const whole = { ...request, attributes: [...request.attributes, ...dress.attributes] };
    return dress.seal === null ? encodeMessage(whole) : sealMessage(whole, dress.seal);
  }

  /** Takes what a 401 or 438 says into the next requests; null: the ladder ends here. */
  learn(reply: Reply, attempt: Attempt): Attempt | null {
    if (reply.message === null) return null;
    const climb = this.ladder.onRefusal(reply.message, attempt);
    if (!climb.retry) return null;
    if (climb.because === 'stale') this.site.knowledge.staleNonces += 1;
    else this.site.knowledge.challenges += 1;
    return climb.attempt;
  }

  /** Takes realm and nonce of a 401 to a bare request. */
  learnChallenge(reply: Reply): void {
    this.learn(reply, firstAttempt);
  }

  /** With credentials; answers a challenge and a stale nonce as a client does. */
  *request(
    purpose: string,
    method: keyof typeof methods,
    attributes: readonly Attribute[] = [],
  ): Script<SessionReply> {
    for (let attempt = firstAttempt; ; ) {
      const dress = this.dress();
      const sentBytes = this.sealed(message(this.site.random, method, attributes), dress);
      const reply = yield* this.raw(purpose, sentBytes);
      const code = errorCodeOf(reply);
      const next = code === 401 || code === 438 ? this.learn(reply, attempt) : null;
      if (next === null) {
        const integrity =
          dress.seal === null || reply.bytes === null ? null : checkIntegrity(reply.bytes, dress.seal.key);
        return { ...reply, integrity, sentBytes };
      }
      attempt = next;
    }
  }

  /** Waits where the user's quota is used up by allocations of other checks. */
  *allocate(purpose: string, attributes: readonly Attribute[] = [relayOverUdp]): Script<SessionReply> {
    for (let tries = 1; ; tries += 1) {
      const reply = yield* this.request(purpose, 'allocate', attributes);
      this.adopt(reply);
      if (errorCodeOf(reply) !== 486 || tries >= quotaTries) return reply;
      this.site.knowledge.quotaWaits += 1;
      yield* pause(quotaPauseMs);
    }
  }

  /** Where the answer brought an allocation, it is this session's now. */
  adopt({ outcome, message: answer }: Reply): void {
    if (outcome !== 'success' || answer === null) return;
    this.relayed = getAttribute(answer, 'XOR-RELAYED-ADDRESS') ?? null;
    if (this.relayed !== null) this.site.knowledge.relayed.push(this.relayed);
  }

  *release(): Script<SessionReply> {
    this.relayed = null;
    return yield* this.request('release', 'refresh', [{ name: 'LIFETIME', value: 0 }]);
  }
}

/**
 * How does the NAT treat TCP (RFC 5382)? Mapping: several connections from one local port to the corners of the server
 * (RFC 5780 §4.3, which holds for TCP as well). Filtering: a connection to one corner only, then the server is asked to
 * connect back to the port that it came from, while we listen there (`stun/connect-back.ts`).
 */
import type { Evidence } from '../../contract/evidence.ts';
import { mayName } from '../../stun/address-scope.ts';
import type { Attribute } from '../../stun/attributes.ts';
import { connectBackOutcome } from '../../stun/connect-back.ts';
import { type Endpoint, familyOf, sameEndpoint } from '../../stun/endpoint.ts';
import { StreamFramer } from '../../stun/framer.ts';
import type { Effect, Input, Machine, RandomBytes, SocketId } from '../../stun/machine.ts';
import { decodeMessage, getAttribute, type StunMessage } from '../../stun/message.ts';
import { StreamQuestion } from './stream-question.ts';

export interface TcpTestEvent {
  readonly kind: 'finished';
  readonly evidence: Evidence[];
}

type Effects = Effect<TcpTestEvent>[];

/** Two, so that one local port that the NAT still remembers cannot decide. */
export const tcpMappingGroups = ['tcp-map-1', 'tcp-map-2'] as const;
export const tcpFilterGroup = 'tcp-filter-1';
const door = `${tcpFilterGroup}/door`;
const knocks = [
  ['change-both', { changeIp: true, changePort: true }],
  ['change-port', { changeIp: false, changePort: true }],
] as const;

const answerMs = 4_000;
/** The server tries for 3.6 s and then still has to say so. */
const knockMs = 6_000;
/** Whatever happens, it ends then; what is still open stays `pending`. */
const longestRunMs = 15_000;

export class TcpTest implements Machine<TcpTestEvent> {
  private readonly server: Endpoint;
  private readonly random: RandomBytes;
  private readonly questions: StreamQuestion[] = [];
  private readonly framers = new Map<SocketId, StreamFramer>();
  private readonly opening = new Set<SocketId>();
  private readonly openSockets = new Map<SocketId, Endpoint>();
  /** Filtering first: some filters open for an address whatever local port has spoken to it. */
  private stage: 'filter' | 'mapping' | 'finished' = 'filter';
  private startMs = 0;

  /** @param server TCP endpoint of a STUN server */
  constructor(server: Endpoint, random: RandomBytes) {
    this.server = server;
    this.random = random;
  }

  handle(nowMs: number, input: Input): Effects {
    if (this.isFinished()) return [{ kind: 'ignore', reason: 'finished' }];
    const effects = this.take(nowMs, input);
    for (const question of this.questions) {
      if (question.giveUpAtMs !== null && nowMs >= question.giveUpAtMs) question.settle(nowMs, 'silent');
    }
    if (this.isIdle && this.stage === 'filter') {
      this.stage = 'mapping';
      effects.push(...tcpMappingGroups.map((group) => this.connect(`${group}/PP`, this.server)));
    }
    return this.isIdle || nowMs >= this.startMs + longestRunMs ? [...effects, ...this.finish()] : effects;
  }

  private get isIdle(): boolean {
    return this.opening.size === 0 && this.questions.every((question) => !question.open);
  }

  nextDeadlineMs(): number | null {
    if (this.isFinished()) return null;
    const ends = this.questions.flatMap((q) => (q.open && q.giveUpAtMs !== null ? [q.giveUpAtMs] : []));
    return Math.min(this.startMs + longestRunMs, ...ends);
  }

  isFinished(): boolean {
    return this.stage === 'finished';
  }

  /** Machine time of the start. */
  get startedAtMs(): number {
    return this.startMs;
  }

  /** Everything asked and answered so far; times count from the start. */
  evidence(): Evidence[] {
    return this.questions.map((question, index) => question.evidence(`t${index + 1}`, this.startMs));
  }

  private take(nowMs: number, input: Input): Effects {
    switch (input.kind) {
      case 'start':
        this.startMs = nowMs;
        return [this.connect(`${tcpFilterGroup}/control`, this.server)];
      case 'opened':
        return this.onOpened(nowMs, input.socket, input.local);
      case 'open-failed':
        this.opening.delete(input.socket);
        if (input.socket === door) return this.knock(nowMs);
        for (const question of this.over(input.socket)) question.fail(input.error);
        return [];
      case 'received':
        return this.onReceived(nowMs, input.socket, input.from, input.bytes);
      case 'closed':
        for (const question of this.over(input.socket)) {
          question.fail(input.error ?? { code: 'ECONNRESET', message: 'the server closed the connection' });
        }
        return [];
      case 'send-failed':
      case 'deadline':
        return [];
    }
  }

  /** A stream and the question that goes over it have one name. */
  private connect(name: string, to: Endpoint, sameLocalAs?: SocketId): Effect {
    this.questions.push(new StreamQuestion(name, name, to));
    this.opening.add(name);
    const family = familyOf(to.address);
    const shared = sameLocalAs === undefined ? {} : { sameLocalAs };
    return { kind: 'open', socket: name, transport: 'tcp', family, to, ...shared };
  }

  private onOpened(nowMs: number, socket: SocketId, local: Endpoint): Effects {
    this.opening.delete(socket);
    this.openSockets.set(socket, local);
    if (socket === door) return this.knock(nowMs);
    return this.over(socket).map((question) => this.ask(nowMs, question, [], answerMs));
  }

  private over(socket: SocketId): StreamQuestion[] {
    return this.questions.filter((question) => question.socket === socket && question.open);
  }

  private ask(
    nowMs: number,
    question: StreamQuestion,
    attributes: readonly Attribute[],
    patienceMs: number,
  ): Effect {
    const { socket, to } = question;
    const local = this.openSockets.get(socket) ?? { address: '', port: 0 };
    const bytes = question.send(nowMs, { local, attributes, patienceMs }, this.random);
    return { kind: 'send', socket, to, bytes };
  }

  private onReceived(nowMs: number, socket: SocketId, from: Endpoint, bytes: Uint8Array): Effects {
    const framer = this.framers.get(socket) ?? new StreamFramer();
    this.framers.set(socket, framer);
    const { frames, problem } = framer.push(bytes);
    const effects = frames.flatMap((frame): Effects => {
      const decoded = frame.kind === 'stun' ? decodeMessage(frame.bytes) : null;
      if (!decoded?.ok) return [{ kind: 'ignore', reason: 'not a STUN message' }];
      return this.onMessage(nowMs, socket, from, decoded.message);
    });
    if (problem === undefined) return effects;
    for (const question of this.over(socket)) question.fail({ code: 'EPROTO', message: problem });
    return effects;
  }

  private onMessage(nowMs: number, socket: SocketId, from: Endpoint, message: StunMessage): Effects {
    const question = this.questions.find((candidate) => candidate.owns(message));
    if (question === undefined) return [{ kind: 'ignore', reason: 'unknown transaction id' }];
    if (message.class === 'indication') {
      // Only what comes in through the door proves anything.
      if (!socket.startsWith(`${door}:`)) return [{ kind: 'ignore', reason: 'an indication out of place' }];
      question.settle(nowMs, 'answered', from);
      return [];
    }
    if (message.class === 'request' || socket !== question.socket || question.response !== null) {
      return [{ kind: 'ignore', reason: `a ${message.class} out of place` }];
    }
    question.response = message;
    if (isKnock(question)) {
      this.onKnockResult(nowMs, question, message);
      return [];
    }
    question.settle(nowMs, message.class === 'success' ? 'answered' : 'refused', from);
    return message.class === 'success' ? this.goOn(question) : [];
  }

  private goOn(question: StreamQuestion): Effects {
    if (question.purpose === `${tcpFilterGroup}/control`) {
      this.opening.add(door);
      return [{ kind: 'listen', socket: door, sameLocalAs: question.socket }];
    }
    const [group = '', corner] = question.purpose.split('/');
    const other = question.response && getAttribute(question.response, 'OTHER-ADDRESS');
    if (corner !== 'PP' || !other || !mayName(this.server, other)) return [];
    const { server } = this;
    const corners: readonly (readonly [string, Endpoint])[] = [
      ['PA', { address: server.address, port: other.port }],
      ['AP', { address: other.address, port: server.port }],
      ['AA', other],
    ];
    // The first connection stays open: its mapping must live while the others are made.
    return corners
      .filter(([, to]) => !sameEndpoint(to, server))
      .map(([name, to]) => this.connect(`${group}/${name}`, to, question.socket));
  }

  /** The door is open, or this system does not let us listen there: then no answer is expected, only asked for. */
  private knock(nowMs: number): Effects {
    const control = this.questions.find(({ purpose }) => purpose === `${tcpFilterGroup}/control`);
    if (control === undefined) return [];
    return knocks.map(([name, value]) => {
      const question = new StreamQuestion(`${tcpFilterGroup}/${name}`, control.socket, this.server);
      this.questions.push(question);
      if (!this.openSockets.has(door)) {
        question.fail({ code: 'EADDRINUSE', message: 'this system does not let a used port listen' });
        return { kind: 'ignore', reason: 'nobody listens' };
      }
      return this.ask(nowMs, question, [{ name: 'CONNECT-BACK', value }], knockMs);
    });
  }

  private onKnockResult(nowMs: number, question: StreamQuestion, message: StunMessage): void {
    const code = message.class === 'success' ? getAttribute(message, 'CONNECT-BACK-RESULT') : undefined;
    question.connectBack = code === undefined ? 'unsupported' : (connectBackOutcome(code) ?? 'unsupported');
    // A connection that the server believes to have made may still be on its way to us.
    if (question.connectBack !== 'connected') question.settle(nowMs, 'silent');
  }

  private finish(): Effects {
    this.stage = 'finished';
    const sockets = [...this.openSockets.keys()].filter((socket) => !socket.startsWith(`${door}:`));
    return [
      ...sockets.map((socket): Effect => ({ kind: 'close', socket })),
      { kind: 'emit', event: { kind: 'finished', evidence: this.evidence() } },
    ];
  }
}

function isKnock({ purpose }: StreamQuestion): boolean {
  return knocks.some(([name]) => purpose === `${tcpFilterGroup}/${name}`);
}

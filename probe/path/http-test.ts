/**
 * HTTP requests whose answer's head is all that matters: does a proxy let us through (CONNECT, RFC 9110 §9.3.6), does
 * a captive portal answer in place of the server? Through a proxy that lets us, a Binding follows on the same stream.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { StreamFramer } from '../../stun/framer.ts';
import type { Effect, Input, Machine, RandomBytes, SocketId } from '../../stun/machine.ts';
import { decodeMessage } from '../../stun/message.ts';
import { HttpHeadReader } from './http-head.ts';
import { StreamQuestion } from './stream-question.ts';

export interface HttpAsk {
  readonly purpose: string;
  readonly to: Endpoint;
  readonly request: Uint8Array;
  /** TLS to `to`, under this name; absent: plain TCP. */
  readonly tlsName?: string;
  /** After a 2xx: what the stream then leads to speaks STUN over TCP. */
  readonly thenBinding: boolean;
}

export interface HttpTestEvent {
  readonly kind: 'finished';
  readonly evidence: Evidence[];
}

type Effects = Effect<HttpTestEvent>[];

const patienceMs = 4_000;

interface Running {
  readonly ask: HttpAsk;
  readonly question: StreamQuestion;
  readonly head: HttpHeadReader;
  /** From the 2xx on. */
  framer: StreamFramer | null;
}

export class HttpTest implements Machine<HttpTestEvent> {
  private readonly running: ReadonlyMap<SocketId, Running>;
  private readonly random: RandomBytes;
  private readonly open = new Map<SocketId, Endpoint>();
  private startMs = 0;
  private finished = false;

  constructor(asks: readonly HttpAsk[], random: RandomBytes) {
    this.random = random;
    this.running = new Map(
      asks.map((ask, index) => {
        const socket = `http-${index + 1}`;
        const question = new StreamQuestion(ask.purpose, socket, ask.to);
        return [socket, { ask, question, head: new HttpHeadReader(), framer: null }];
      }),
    );
  }

  handle(nowMs: number, input: Input): Effects {
    if (this.finished) return [{ kind: 'ignore', reason: 'finished' }];
    const effects = this.take(nowMs, input);
    if (nowMs >= this.startMs + patienceMs) {
      for (const { question } of this.running.values()) question.settle(nowMs, 'silent');
    }
    if ([...this.running.values()].some(({ question }) => question.open)) return effects;
    this.finished = true;
    const closing = [...this.open.keys()].map((socket): Effect => ({ kind: 'close', socket }));
    return [...effects, ...closing, { kind: 'emit', event: { kind: 'finished', evidence: this.evidence() } }];
  }

  nextDeadlineMs(): number | null {
    return this.finished ? null : this.startMs + patienceMs;
  }

  isFinished(): boolean {
    return this.finished;
  }

  /** Machine time of the start. */
  get startedAtMs(): number {
    return this.startMs;
  }

  /** Everything asked and answered so far; times count from the start. */
  evidence(): Evidence[] {
    return [...this.running.values()].map(({ question }, index) =>
      question.evidence(`w${index + 1}`, this.startMs),
    );
  }

  private take(nowMs: number, input: Input): Effects {
    if (input.kind === 'start') {
      this.startMs = nowMs;
      return [...this.running].map(([socket, { ask }]): Effect => {
        const { to, tlsName: serverName } = ask;
        const transport = serverName === undefined ? 'tcp' : 'tls';
        const name = serverName === undefined ? {} : { serverName };
        return { kind: 'open', socket, transport, family: familyOf(to.address), to, ...name };
      });
    }
    if (input.kind === 'deadline') return [];
    const running = this.running.get(input.socket);
    if (running === undefined) return [{ kind: 'ignore', reason: 'not one of our sockets' }];
    const { ask, question } = running;
    switch (input.kind) {
      case 'opened':
        this.open.set(input.socket, input.local);
        question.begin(nowMs, input.local);
        return [{ kind: 'send', socket: input.socket, to: ask.to, bytes: ask.request }];
      case 'received':
        return running.framer === null
          ? this.onHead(nowMs, running, input.bytes)
          : this.onTunnelled(nowMs, running, running.framer, input.bytes);
      case 'open-failed':
      case 'send-failed':
        question.fail(input.error);
        return [];
      case 'closed':
        this.open.delete(input.socket);
        // A tunnel that ends without an answer has still been there.
        if (question.http !== undefined) question.settle(nowMs, 'answered', ask.to);
        else question.fail(input.error ?? { code: 'ECONNRESET', message: 'closed without an answer' });
        return [];
    }
  }

  private onHead(nowMs: number, running: Running, bytes: Uint8Array): Effects {
    const { ask, question } = running;
    const head = running.head.push(bytes);
    if (head.kind === 'reading') return [];
    if (head.kind === 'broken') {
      question.fail({ code: 'EPROTO', message: 'the answer is not HTTP' });
      return [];
    }
    question.http = { status: head.status, location: head.location };
    if (!ask.thenBinding || head.status < 200 || head.status > 299) {
      question.settle(nowMs, 'answered', ask.to);
      return [];
    }
    running.framer = new StreamFramer();
    const local = this.open.get(question.socket) ?? { address: '', port: 0 };
    const request = question.send(nowMs, { local, attributes: [], patienceMs }, this.random);
    const send: Effect = { kind: 'send', socket: question.socket, to: ask.to, bytes: request };
    return [send, ...this.onTunnelled(nowMs, running, running.framer, head.rest)];
  }

  private onTunnelled(
    nowMs: number,
    { ask, question }: Running,
    framer: StreamFramer,
    bytes: Uint8Array,
  ): Effects {
    const { frames, problem } = framer.push(bytes);
    for (const frame of frames) {
      const decoded = frame.kind === 'stun' ? decodeMessage(frame.bytes) : null;
      if (decoded?.ok !== true || !question.owns(decoded.message)) continue;
      question.response = decoded.message;
      question.settle(nowMs, 'answered', ask.to);
    }
    // What is at the other end does not speak STUN in clear: the tunnel stands all the same.
    if (problem !== undefined) question.settle(nowMs, 'answered', ask.to);
    return [];
  }
}

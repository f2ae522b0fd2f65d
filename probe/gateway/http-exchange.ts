/** One HTTP request to the router on a connection of its own; bounded in time and size. */
import { familyOf } from '../../stun/endpoint.ts';
import type { Effect, Input } from '../../stun/machine.ts';
import type { GatewayQuestion } from './gateway-question.ts';
import { type HttpProgress, HttpResponseReader } from './http-response.ts';

/** Enough for a slow router; a healthy one takes a few milliseconds. */
export const httpPatienceMs = 1_500;

export class HttpExchange {
  readonly question: GatewayQuestion;
  private readonly socket: string;
  private readonly request: Uint8Array;
  private readonly reader = new HttpResponseReader();
  private readonly deadlineMs: number;

  constructor(socket: string, question: GatewayQuestion, request: Uint8Array, deadlineMs: number) {
    this.socket = socket;
    this.question = question;
    this.request = request;
    this.deadlineMs = deadlineMs;
  }

  open(): Effect {
    const { to } = this.question;
    return { kind: 'open', socket: this.socket, transport: 'tcp', family: familyOf(to.address), to };
  }

  close(): Effect {
    return { kind: 'close', socket: this.socket };
  }

  nextDeadlineMs(): number {
    return this.deadlineMs;
  }

  /** The question is settled here when there is no answer; with one, by whoever can read it. */
  take(nowMs: number, input: Input): { readonly effects: Effect[]; readonly progress: HttpProgress } {
    const goOn = (effects: Effect[]) => ({ effects, progress: { kind: 'reading' } as const });
    if ('socket' in input && input.socket !== this.socket) {
      return goOn([{ kind: 'ignore', reason: 'of another connection' }]);
    }
    switch (input.kind) {
      case 'opened':
        this.question.local = input.local;
        this.question.sentMs.push(nowMs);
        return goOn([{ kind: 'send', socket: this.socket, to: this.question.to, bytes: this.request }]);
      case 'received':
        return this.judge(this.reader.push(input.bytes));
      case 'closed':
        if (input.error !== undefined) this.question.fail(input.error);
        return this.judge(this.reader.end());
      case 'open-failed':
      case 'send-failed':
        this.question.fail(input.error);
        return this.judge({ kind: 'broken', problem: 'no connection' });
      case 'start':
      case 'deadline':
        if (nowMs < this.deadlineMs) return goOn([]);
        this.question.note('no whole answer in time');
        this.question.silence();
        return this.judge({ kind: 'broken', problem: 'too slow' });
    }
  }

  private judge(progress: HttpProgress): { effects: Effect[]; progress: HttpProgress } {
    if (progress.kind === 'broken') this.question.fail({ code: 'EPROTO', message: progress.problem });
    return { effects: [], progress };
  }
}

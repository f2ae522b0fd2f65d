/**
 * Asks the nearest router over UPnP whether it is an InternetGatewayDevice, and holds an interview with it: by default for
 * its outer address, by actions that only read. Whatever another device answers is ignored, and nothing but the router
 * itself is ever asked.
 */
import type { Evidence } from '../../contract/evidence.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { GatewayQuestion } from './gateway-question.ts';
import { HttpExchange, httpPatienceMs } from './http-exchange.ts';
import { IgdInterview, type Interview } from './igd-interview.ts';
import { RouterSearch } from './router-search.ts';
import type { RouterUrl } from './router-url.ts';

/** However slowly the router answers, it ends then. */
const longestRunMs = 5_000;

export class IgdQuery implements Machine {
  private readonly router: string;
  private search: RouterSearch;
  private readonly begin: (router: string, page: RouterUrl) => Interview;
  private interview: Interview | null = null;
  private exchange: HttpExchange | null = null;
  private readonly httpQuestions: GatewayQuestion[] = [];
  private startMs = 0;
  private finished = false;

  /**
   * @param router IPv4 literal of the nearest router
   * @param begin gets where its description is
   */
  constructor(
    router: string,
    begin: (router: string, page: RouterUrl) => Interview = (device, page) => new IgdInterview(device, page),
  ) {
    this.router = router;
    this.begin = begin;
    this.search = new RouterSearch(router, 0);
  }

  handle(nowMs: number, input: Input): Effect[] {
    if (this.finished) return [{ kind: 'ignore', reason: 'finished' }];
    if (this.exchange !== null) return this.takeHttp(nowMs, input, this.exchange);
    if (input.kind === 'start') {
      this.startMs = nowMs;
      this.search = new RouterSearch(this.router, nowMs);
    }
    const effects = this.search.take(nowMs, input);
    if (!this.search.isOver) return effects;
    const { found } = this.search;
    if (found !== null) this.interview = this.begin(this.router, found);
    return [...effects, ...this.search.close(), ...this.askNext(nowMs)];
  }

  nextDeadlineMs(): number | null {
    if (this.finished) return null;
    return (this.exchange ?? this.search).nextDeadlineMs();
  }

  isFinished(): boolean {
    return this.finished;
  }

  get startedAtMs(): number {
    return this.startMs;
  }

  evidence(): Evidence[] {
    const questions = [...this.search.questions, ...this.httpQuestions];
    return questions.map((question, index) => question.evidence(`gu${index + 1}`, this.startMs));
  }

  private askNext(nowMs: number): Effect[] {
    const step = this.interview?.step ?? null;
    if (step === null) {
      this.finished = true;
      return [];
    }
    const question = new GatewayQuestion(step.purpose, 'tcp', step.url.endpoint);
    this.httpQuestions.push(question);
    const socket = `http-${this.httpQuestions.length}`;
    const deadlineMs = Math.min(nowMs + httpPatienceMs, this.startMs + longestRunMs);
    this.exchange = new HttpExchange(socket, question, step.request, deadlineMs);
    return [this.exchange.open()];
  }

  private takeHttp(nowMs: number, input: Input, exchange: HttpExchange): Effect[] {
    const { effects, progress } = exchange.take(nowMs, input);
    if (progress.kind === 'reading') return effects;
    const done = [...effects, exchange.close()];
    if (progress.kind === 'broken' || this.interview === null) {
      this.finished = true;
      return done;
    }
    const { outcome, said, note } = this.interview.read(progress.body);
    const { question } = exchange;
    if (note !== null) question.note(note);
    question.settle(nowMs, question.to, outcome, said);
    return [...done, ...this.askNext(nowMs)];
  }
}

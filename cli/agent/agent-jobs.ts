/** What an agent has to do, and how each of it stands. A machine: it has no clock, no socket and no process of its own. */
import { failure } from '../../contract/failures.ts';
import type { JobOutcome, JobTry, JobWork } from '../../contract/fleet/agent-signal.ts';
import { retryAfterMs } from '../../service/agents/judge/retry.ts';

export type JobsInput =
  | { readonly kind: 'job'; readonly which: JobTry; readonly timeoutMs: number; readonly work: JobWork }
  | { readonly kind: 'cancel'; readonly which: JobTry }
  /** The work has ended by itself, or because it was told to stop. */
  | { readonly kind: 'ended'; readonly which: JobTry; readonly outcome: JobOutcome }
  /** The hub has taken the result, or does not want it. */
  | { readonly kind: 'told'; readonly which: JobTry }
  | { readonly kind: 'not-told'; readonly which: JobTry }
  /** Without the hub two agents cannot find each other. */
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'drain' }
  | { readonly kind: 'due' };

export type JobsEffect =
  | { readonly kind: 'start'; readonly which: JobTry; readonly work: JobWork }
  | { readonly kind: 'stop'; readonly which: JobTry }
  | { readonly kind: 'tell'; readonly which: JobTry; readonly outcome: JobOutcome }
  | { readonly kind: 'refuse'; readonly which: JobTry }
  /** The hub should know how many there are now. */
  | { readonly kind: 'changed' }
  /** Nothing is left, and nothing will come. */
  | { readonly kind: 'drained' };

interface Entry {
  readonly which: JobTry;
  readonly work: JobWork;
  /** dropped: nobody wants what comes of it. */
  state: 'running' | 'stopping' | 'dropped' | 'telling';
  /** When it must have ended, or is to be told again; null: it is being told. */
  dueMs: number | null;
  outcome: JobOutcome | null;
  failures: number;
}

/** A result that the hub does not take is offered again, while the hub keeps the job for this agent. */
const growth = { firstMs: 1_000, longestMs: 15_000 };
const mostOffers = 20;
/** The other ends of other agents’ attempts come beside an agent’s own jobs. */
const extraHalves = 4;

export class AgentJobs {
  readonly #slots: number;
  readonly #random: () => number;
  readonly #entries = new Map<string, Entry>();
  #draining = false;
  #drained = false;

  /** @param random from 0 up to 1 */
  constructor(slots: number, random: () => number) {
    this.#slots = slots;
    this.#random = random;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** What the hub must not give to others. */
  get running(): readonly JobTry[] {
    return [...this.#entries.values()].filter(({ state }) => state !== 'dropped').map(({ which }) => which);
  }

  nextDeadlineMs(): number | null {
    const due = [...this.#entries.values()].flatMap(({ dueMs }) => (dueMs === null ? [] : [dueMs]));
    return due.length === 0 ? null : Math.min(...due);
  }

  handle(nowMs: number, input: JobsInput): JobsEffect[] {
    switch (input.kind) {
      case 'job':
        return this.#begin(nowMs, input);
      case 'cancel':
        return this.#drop(input.which);
      case 'ended':
        return this.#end(input.which, input.outcome);
      case 'told':
        return this.#entries.get(nameOf(input.which))?.state === 'telling' ? this.#forget(input.which) : [];
      case 'not-told':
        return this.#tellLater(nowMs, input.which);
      case 'disconnected':
        return this.#breakPairs();
      case 'drain':
        this.#draining = true;
        return [{ kind: 'changed' }, ...this.#maybeDrained()];
      case 'due':
        return this.#due(nowMs);
    }
  }

  #begin(nowMs: number, { which, timeoutMs, work }: Extract<JobsInput, { kind: 'job' }>): JobsEffect[] {
    const key = nameOf(which);
    // The same order twice: it is being done.
    if (this.#entries.has(key)) return [];
    const isHalf = work.kind === 'pair' && !work.offers;
    const room = this.#slots + (isHalf ? extraHalves : 0);
    if (this.#draining || this.#entries.size >= room) return [{ kind: 'refuse', which }];
    this.#entries.set(key, {
      ...{ which, work, state: 'running', dueMs: nowMs + timeoutMs, outcome: null, failures: 0 },
    });
    return [{ kind: 'start', which, work }, { kind: 'changed' }];
  }

  #drop(which: JobTry): JobsEffect[] {
    const entry = this.#entries.get(nameOf(which));
    if (entry === undefined || entry.state === 'dropped') return [];
    if (entry.state === 'telling') return this.#forget(which);
    entry.state = 'dropped';
    entry.dueMs = null;
    return [{ kind: 'stop', which }, { kind: 'changed' }];
  }

  #end(which: JobTry, outcome: JobOutcome): JobsEffect[] {
    const entry = this.#entries.get(nameOf(which));
    if (entry === undefined) return [];
    const isHalf = entry.work.kind === 'pair' && !entry.work.offers;
    // The end that offers tells the hub of both.
    if (entry.state === 'dropped' || isHalf) return this.#forget(which);
    const told = entry.state === 'stopping' ? timedOut() : outcome;
    Object.assign(entry, { state: 'telling', dueMs: null, outcome: told });
    return [{ kind: 'tell', which, outcome: told }];
  }

  #forget(which: JobTry): JobsEffect[] {
    if (!this.#entries.delete(nameOf(which))) return [];
    return [{ kind: 'changed' }, ...this.#maybeDrained()];
  }

  #tellLater(nowMs: number, which: JobTry): JobsEffect[] {
    const entry = this.#entries.get(nameOf(which));
    if (entry?.state !== 'telling') return [];
    entry.failures += 1;
    if (entry.failures >= mostOffers) return this.#forget(which);
    entry.dueMs = nowMs + retryAfterMs(entry.failures, growth, this.#random());
    return [];
  }

  #breakPairs(): JobsEffect[] {
    const pairs = [...this.#entries.values()].filter(
      ({ work, state }) => work.kind === 'pair' && state === 'running',
    );
    return pairs.flatMap(({ which }) => this.#drop(which));
  }

  #due(nowMs: number): JobsEffect[] {
    const due = [...this.#entries.values()].filter(({ dueMs }) => dueMs !== null && dueMs <= nowMs);
    return due.flatMap((entry): JobsEffect[] => {
      entry.dueMs = null;
      if (entry.outcome !== null) return [{ kind: 'tell', which: entry.which, outcome: entry.outcome }];
      entry.state = 'stopping';
      return [{ kind: 'stop', which: entry.which }];
    });
  }

  #maybeDrained(): JobsEffect[] {
    if (!this.#draining || this.#drained || this.#entries.size > 0) return [];
    this.#drained = true;
    return [{ kind: 'drained' }];
  }
}

function timedOut(): JobOutcome {
  return { ok: false, failure: failure('job-timeout'), again: true };
}

export function nameOf({ job, try: number }: JobTry): string {
  return `${job}/${number}`;
}

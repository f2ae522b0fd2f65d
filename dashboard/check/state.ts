/** The state of one check, as a pure reducer: events in, a new state out. */
import type { Candidate, CandidateError } from '../../contract/candidate.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import type { TabNatFinding } from '../../contract/tab-nat.ts';
import type { Attempt, RelayTry } from '../../contract/visit-report.ts';
import type { Note } from './notes.ts';
import { type EndStatus, type StepId, type StepStatus, stepIds } from './steps.ts';
import type { CheckFacts } from './verdict/check-facts.ts';
import type { Verdict } from './verdict/judge.ts';

export interface Step {
  readonly id: StepId;
  readonly status: StepStatus;
  readonly startedAtMs: number | null;
  /** How long it took; null while it runs and for skipped ones. */
  readonly ms: number | null;
  readonly detail: string;
}

export type Sending =
  | { readonly state: 'none' }
  | { readonly state: 'sending' }
  | {
      readonly state: 'sent';
      readonly id: string;
      readonly code: string | null;
      readonly canOpen: boolean;
    }
  | { readonly state: 'failed'; readonly reason: string };

export interface CheckState {
  readonly phase: 'start' | 'running' | 'done';
  readonly steps: readonly Step[];
  readonly candidates: readonly Candidate[];
  readonly candidateErrors: readonly CandidateError[];
  readonly servers: readonly ServerResult[];
  readonly attempts: readonly Attempt[];
  readonly nat: TabNatFinding | null;
  readonly relays: readonly RelayTry[];
  readonly notes: readonly Note[];
  readonly verdict: Verdict | null;
  /** What the verdict is made of; null before it. */
  readonly facts: CheckFacts | null;
  readonly durationMs: number;
  readonly sending: Sending;
}

/** `atMs` is the time since the start of the check. */
export type CheckEvent =
  | { readonly type: 'started' }
  | { readonly type: 'step-started'; readonly step: StepId; readonly atMs: number }
  | {
      readonly type: 'step-ended';
      readonly step: StepId;
      readonly status: EndStatus;
      readonly detail: string;
      readonly atMs: number;
    }
  | {
      readonly type: 'gathered';
      readonly candidates: readonly Candidate[];
      readonly errors: readonly CandidateError[];
      readonly servers: readonly ServerResult[];
    }
  | { readonly type: 'relayed'; readonly relays: readonly RelayTry[] }
  | { readonly type: 'attempted'; readonly attempt: Attempt }
  | { readonly type: 'nat-found'; readonly finding: TabNatFinding }
  | { readonly type: 'noted'; readonly note: Note }
  | {
      readonly type: 'judged';
      readonly verdict: Verdict;
      readonly facts: CheckFacts;
      readonly atMs: number;
    }
  | { readonly type: 'sending'; readonly sending: Sending };

export function startState(): CheckState {
  return {
    phase: 'start',
    steps: stepIds.map((id) => ({ id, status: 'waiting', startedAtMs: null, ms: null, detail: '' })),
    candidates: [],
    candidateErrors: [],
    servers: [],
    attempts: [],
    nat: null,
    relays: [],
    notes: [],
    verdict: null,
    facts: null,
    durationMs: 0,
    sending: { state: 'none' },
  };
}

export function reduce(state: CheckState, event: CheckEvent): CheckState {
  switch (event.type) {
    case 'started':
      return { ...startState(), phase: 'running' };
    case 'step-started':
      return withStep(state, event.step, (step) => ({ ...step, status: 'running', startedAtMs: event.atMs }));
    case 'step-ended':
      return withStep(state, event.step, (step) => ({
        ...step,
        status: event.status,
        detail: event.detail,
        ms: step.startedAtMs === null ? null : Math.max(0, event.atMs - step.startedAtMs),
      }));
    case 'gathered':
      return {
        ...state,
        candidates: [...state.candidates, ...event.candidates],
        candidateErrors: [...state.candidateErrors, ...event.errors],
        servers: [...state.servers, ...event.servers],
      };
    case 'relayed':
      return { ...state, relays: event.relays };
    case 'attempted':
      return { ...state, attempts: inOrder([...state.attempts, event.attempt]) };
    case 'nat-found':
      return { ...state, nat: event.finding };
    case 'noted':
      return state.notes.some(({ id }) => id === event.note.id)
        ? state
        : { ...state, notes: [...state.notes, event.note] };
    case 'judged':
      return {
        ...state,
        phase: 'done',
        steps: state.steps.map(settled),
        verdict: event.verdict,
        facts: event.facts,
        durationMs: event.atMs,
      };
    case 'sending':
      return { ...state, sending: event.sending };
  }
}

/** After the verdict nothing runs or waits any more. */
function settled(step: Step): Step {
  if (step.status === 'running') return { ...step, status: 'failed' };
  return step.status === 'waiting' ? { ...step, status: 'skipped' } : step;
}

/** Both paths are tried at once and end in any order; a reader finds the direct one first. */
function inOrder(attempts: readonly Attempt[]): Attempt[] {
  const relayed = attempts.filter((attempt) => attempt.path === 'relay');
  return [...attempts.filter((attempt) => attempt.path !== 'relay'), ...relayed];
}

function withStep(state: CheckState, id: StepId, change: (step: Step) => Step): CheckState {
  return { ...state, steps: state.steps.map((step) => (step.id === id ? change(step) : step)) };
}

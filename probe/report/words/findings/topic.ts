/** What a finding is made of. One file per topic, with all languages, so that a missing one does not compile. */
import type { Verdict } from '../../../../contract/nat-report.ts';
import type { Language } from '../languages.ts';

export type Localized = Readonly<Record<Language, string>>;

/** `{value}` in a sentence stands for the verdict's value. */
export interface Sentences {
  /** For the user: what it means, in one sentence. */
  readonly user: Localized;
  /** For whoever runs the network: which setting to change, in one sentence. Null: nothing is to change. */
  readonly admin: Localized | null;
}

/** The part of a verdict that decides which sentences fit. */
export type Judged = Pick<Verdict, 'value' | 'atLeast'>;

export interface Topic {
  /** First half of the finding's stable id, kebab-case. */
  readonly id: string;
  /** Name of the verdict that it puts into words. */
  readonly verdict: string;
  /** Second half of the id, a key of `states`; null for a value of another release. */
  readonly stateOf: (judged: Judged) => string | null;
  readonly states: Readonly<Record<string, Sentences>>;
  /** A verdict for every state, so that a test can show that none is beyond reach. */
  readonly examples: Readonly<Record<string, Judged>>;
}

/** `true`, `false` and `null` read `yes`, `no` and `unknown` in an id. */
export type StateOf<Value extends string | boolean | null> = Value extends string
  ? Value
  : Value extends true
    ? 'yes'
    : Value extends false
      ? 'no'
      : 'unknown';

function stateOfValue({ value }: Judged): string | null {
  if (value === null) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : null;
}

/** A verdict with a closed set of values, each a finding of its own. */
export function valueTopic<Value extends string | boolean | null>(topic: {
  readonly id: string;
  readonly verdict: string;
  readonly states: Readonly<Record<StateOf<Value>, Sentences>>;
}): Topic {
  const examples = Object.fromEntries(Object.keys(topic.states).map((state) => [state, { value: state }]));
  return { ...topic, stateOf: stateOfValue, examples };
}

/** A verdict with a number or a list, of which only some ranges differ for the reader. */
export function rangeTopic<State extends string>(topic: {
  readonly id: string;
  readonly verdict: string;
  readonly stateOf: (judged: Judged) => State | null;
  readonly states: Readonly<Record<State, Sentences>>;
  readonly examples: Readonly<Record<State, Judged>>;
}): Topic {
  return topic;
}

/** A verdict in words: its stable id, one sentence for the user, one for whoever runs the network. Pure data. */
import type { Verdict } from '../../../contract/nat-report.ts';
import type { Judged, Sentences } from './findings/topic.ts';
import { topics } from './findings/topics.ts';
import type { Language } from './languages.ts';

export interface FindingText {
  /** Stable id, e.g. `mapping.endpoint-independent`; scripts may rely on it. */
  readonly id: string;
  readonly user: string;
  /** Null: nothing is to change in the network. */
  readonly admin: string | null;
}

export type NamedVerdict = Judged & Pick<Verdict, 'name'>;

interface Found {
  readonly id: string;
  readonly sentences: Sentences;
}

const topicOf = new Map(topics.map((topic) => [topic.verdict, topic]));

function find(verdict: NamedVerdict): Found | null {
  const topic = topicOf.get(verdict.name);
  const state = topic?.stateOf(verdict) ?? null;
  const sentences = state === null ? undefined : topic?.states[state];
  return topic === undefined || sentences === undefined ? null : { id: `${topic.id}.${state}`, sentences };
}

/** Null for a verdict, or a value of one, that this release has no words for. */
export function findingId(verdict: NamedVerdict): string | null {
  return find(verdict)?.id ?? null;
}

export function describeVerdict(verdict: NamedVerdict, language: Language): FindingText | null {
  const found = find(verdict);
  if (found === null) return null;
  const { user, admin } = found.sentences;
  const value = Array.isArray(verdict.value) ? verdict.value.join(', ') : String(verdict.value);
  const fill = (text: string) => text.replaceAll('{value}', value);
  return { id: found.id, user: fill(user[language]), admin: admin === null ? null : fill(admin[language]) };
}

/** The pair test retold (see `pair-test.ts`): three sockets, and what came in and left through their mappings. */
import type { Evidence } from '../../contract/evidence.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import { copies } from './explain-packets.ts';
import type { TestTeller } from './explain-test.ts';

const requests: Readonly<Record<string, string>> = {
  'both-question': 'Binding, answer from other IP and port',
  'both-answer': 'Binding to where that answer came from',
  'port-question': 'Binding, answer from other port',
  'port-answer': 'Binding to where that answer came from',
  'scope-first': 'Binding',
  'scope-second': 'Binding to the other address of the server',
  'scope-question': 'Binding, answer from other IP and port',
  'scope-answer': 'Binding to where that answer came from',
  'scope-after': 'Binding afterwards',
};

export const pairsTeller: TestTeller = {
  tells: (name) => name === 'pairs',
  aim: () => 'pairs: through which mapping do answers leave, and what does the filter remember?',
  request: (test) => requests[test] ?? null,
  conclusions: ({ group }, { judged }) => {
    const find = (test: string) => group.find((e) => e.purpose === `pairs/${test}`);
    const said = (name: string) => {
      const verdict = judged.verdicts.find((v) => v.name === name);
      return verdict?.value === 'unknown' ? `says nothing: ${verdict.reason}` : verdict?.value;
    };
    const scenes = ['both', 'port', 'scope'].map((scene) => ({
      question: find(`${scene}-question`),
      answer: find(`${scene}-answer`),
    }));
    const answers = scenes.flatMap(({ question, answer }) => answered(question, answer));
    return [
      `answers: ${answers.length === 0 ? 'nothing came in that could be answered' : answers.join(', ')} → ${said('answersOver')}`,
      `filter: ${crossed(find('scope-first'), find('scope-question'))} → ${said('filterScope')}`,
    ];
  },
};

const seenAt = (e: Evidence | undefined) => e?.xorMapped ?? e?.mapped ?? null;

function answered(question: Evidence | undefined, answer: Evidence | undefined): string[] {
  const [through, left] = [seenAt(question), seenAt(answer)];
  if (through === null || left === null) return [];
  return [`asked through ${formatEndpoint(through)}, answered from ${formatEndpoint(left)}`];
}

function crossed(first: Evidence | undefined, question: Evidence | undefined): string {
  const through = seenAt(first);
  if (question === undefined || through === null) return 'not tried';
  const how = question.outcome === 'silent' ? `${copies(question.sentMs.length)} kept out` : question.outcome;
  return `to ${formatEndpoint(through)}, from the other address: ${how}`;
}

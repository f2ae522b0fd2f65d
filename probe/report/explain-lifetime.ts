/** The binding lifetime test retold (see `lifetime.ts`): one idle socket per time, and a witness that stays awake. */
import { readLifetimeTests } from '../nat/classify-lifetime.ts';
import { idleSocket, witnessSocket } from '../nat/lifetime-plan.ts';
import { copies } from './explain-packets.ts';
import type { TestTeller } from './explain-test.ts';

const requests: Readonly<Record<string, string>> = {
  learn: 'Binding, then idle',
  alive: 'Binding, answer to the idle socket',
  again: 'Binding of the idle socket itself',
  witness: 'Binding of the witness',
  control: 'Binding, answer to the witness',
};

export const lifetimeTeller: TestTeller = {
  tells: (name) => name.startsWith('lifetime-'),
  aim: (name) =>
    name === witnessSocket
      ? 'binding lifetime: does the server answer to another port when asked (RESPONSE-PORT)?'
      : `binding lifetime: is the mapping alive after ${name.slice('lifetime-'.length)} s without traffic?`,
  request: (test) => requests[test] ?? null,
  conclusions: ({ name, group }, { evidence, judged }) => {
    const { proof, redirects, facts } = readLifetimeTests(evidence, judged.summary);
    if (name === witnessSocket) {
      const how = redirects
        ? 'the idle sockets can be asked about without a word of theirs'
        : 'each idle socket has to speak up itself';
      return [`${name}: ${proof === undefined ? 'not tried' : proof.outcome} → ${how}`];
    }
    const fact = facts.find(({ plannedSec }) => idleSocket(plannedSec) === name);
    if (fact === undefined) return [`${name}: no test`];
    const asked = group.find((e) => /\/(alive|again)$/.test(e.purpose));
    const what =
      asked?.outcome === 'silent'
        ? `${copies(asked.sentMs.length)} unanswered while the witness was answered`
        : (asked?.outcome ?? 'not asked');
    const led = fact.value === 'unknown' ? `says nothing: ${fact.reason}` : fact.value;
    return [`${name}: idle for ${fact.sec} s, ${what} → ${led}`];
  },
};

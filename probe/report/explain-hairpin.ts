/** The hairpin test retold (see `hairpin.ts`): two sockets, each sends to the other's public endpoint. */
import type { Evidence } from '../../contract/evidence.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import { copies } from './explain-packets.ts';
import type { TestTeller } from './explain-test.ts';

const requests: Readonly<Record<string, string>> = {
  'a-learn': 'Binding of socket A',
  'b-learn': 'Binding of socket B',
  'a-to-b': 'Binding from A to public endpoint of B',
  'b-to-a': 'Binding from B to public endpoint of A',
  'a-control': 'Binding of A meanwhile',
  'b-control': 'Binding of B meanwhile',
  'a-after': 'Binding of A afterwards',
  'b-after': 'Binding of B afterwards',
};

export const hairpinTeller: TestTeller = {
  tells: (name) => name === 'hairpin',
  aim: () => 'hairpinning: do packets to public endpoints of this NAT come back in?',
  request: (test) => requests[test] ?? null,
  conclusions: ({ group }, { judged }) => {
    const find = (test: string) => group.find((e) => e.purpose === `hairpin/${test}`);
    const verdict = judged.verdicts.find((v) => v.name === 'hairpin');
    const value = verdict?.value === 'unknown' ? `says nothing: ${verdict.reason}` : verdict?.value;
    const seen = ['a', 'b'].map((side) => learned(side.toUpperCase(), find(`${side}-learn`)));
    const crossed = [crossing('A to B', find('a-to-b')), crossing('B to A', find('b-to-a'))];
    const controls = ['a-control', 'b-control', 'a-after', 'b-after'].flatMap((test) => find(test) ?? []);
    const answered = controls.filter((e) => e.outcome === 'answered').length;
    const control =
      controls.length === 0
        ? ''
        : `; ${answered} of ${controls.length} controls on the same sockets answered`;
    return [...seen, `${crossed.join(', ')}${control} → ${value}`];
  },
};

function learned(side: string, e: Evidence | undefined): string {
  const local = e?.local === null || e === undefined ? 'an unknown port' : formatEndpoint(e.local);
  const external = e?.xorMapped ?? e?.mapped ?? null;
  return external === null
    ? `socket ${side}, ${local}: the server did not say where it is seen`
    : `socket ${side}, ${local}: seen at ${formatEndpoint(external)}`;
}

function crossing(route: string, e: Evidence | undefined): string {
  if (e === undefined) return `${route}: not sent`;
  if (e.outcome === 'answered' && e.from !== null) return `${route}: came in from ${formatEndpoint(e.from)}`;
  return `${route}: ${e.outcome === 'silent' ? `${copies(e.sentMs.length)} lost` : e.outcome}`;
}

/** The flat summary and its verdicts as rows for the reader. Pure. */
import type { NatSummary, Verdict } from '../../../contract/nat-report.ts';
import { words } from '../words.ts';

export interface NatFact {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** What the value means, in plain words. */
  readonly meaning: string | null;
  readonly verdict: Verdict | null;
}

/** In the order in which a reader asks. */
const order = [
  'behindNat',
  'udp',
  'mapping',
  'filtering',
  'legacy',
  'portAllocation',
  'ipPooling',
  'publicEndpoints',
  'hairpin',
  'natLevels',
  'bindingLifetimeSec',
] as const satisfies readonly (keyof NatSummary)[];
type FactName = (typeof order)[number];

export function natFacts(nat: NatSummary, verdicts: readonly Verdict[]): NatFact[] {
  const known = order.map((name): NatFact => {
    const verdict = verdicts.find((one) => one.name === name) ?? null;
    const { value, meaning } = read(name, nat);
    return { name, label: words.nat.facts[name], value, meaning, verdict };
  });
  // What was not asked is left out, unless the report says why there is no answer.
  const told = known.filter(({ name, verdict }) => verdict !== null || nat[name as FactName] !== null);
  const others = verdicts.filter(({ name }) => !order.some((one) => one === name));
  return [...told, ...others.map(otherFact)];
}

function read(name: FactName, nat: NatSummary): { value: string; meaning: string | null } {
  const plain = (value: string) => ({ value, meaning: null });
  switch (name) {
    case 'mapping':
      return { value: words.nat.behaviours[nat.mapping], meaning: words.nat.mappingMeans[nat.mapping] };
    case 'filtering':
      return { value: words.nat.behaviours[nat.filtering], meaning: words.nat.filteringMeans[nat.filtering] };
    case 'legacy':
      return { value: words.legacy[nat.legacy].name, meaning: words.legacy[nat.legacy].means };
    case 'behindNat':
      return plain(words.nat.yesNo(nat.behindNat));
    case 'udp':
      return plain(words.nat.udp[nat.udp]);
    case 'hairpin':
      return plain(words.nat.hairpin[nat.hairpin]);
    case 'portAllocation':
      return plain(words.nat.portAllocation[nat.portAllocation]);
    case 'ipPooling':
      return plain(words.nat.ipPooling[nat.ipPooling]);
    case 'publicEndpoints':
      return plain(words.nat.endpoints(nat.publicEndpoints));
    case 'natLevels':
      return plain(words.nat.levels(nat.natLevels));
    case 'bindingLifetimeSec':
      return plain(words.nat.lifetime(nat.bindingLifetimeSec));
  }
}

/** A finding outside the flat summary. */
function otherFact(verdict: Verdict): NatFact {
  const { name, value } = verdict;
  const label = name === 'alg' ? words.nat.alg : words.nat.finding(name);
  return { name, label, value: otherValue(value), meaning: null, verdict };
}

function otherValue(value: Verdict['value']): string {
  if (typeof value === 'boolean' || value === null) return words.nat.yesNo(value);
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** The flat summary and its verdicts as rows for the reader. Pure. */
import type { NatSummary, Verdict } from '../../../contract/nat-report.ts';
import { describeVerdict, type FindingText } from '../../../probe/report/words/describe-verdict.ts';
import { words } from '../words.ts';

export interface NatFact {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** What the value means and which setting would change it; null for a verdict that this release does not know. */
  readonly finding: FindingText | null;
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
    const finding = describeVerdict(verdict ?? { name, value: nat[name] }, 'en');
    const value = read(name, nat, verdict?.atLeast === true);
    return { name, label: words.nat.facts[name], value, finding, verdict };
  });
  // What was not asked is left out, unless the report says why there is no answer.
  const told = known.filter(({ name, verdict }) => verdict !== null || !isOpen(nat[name as FactName]));
  const others = verdicts.filter(({ name }) => !order.some((one) => one === name));
  return [...told, ...others.map(otherFact)];
}

const isOpen = (value: NatSummary[FactName]) => value === null || value === 'unknown';

function read(name: FactName, nat: NatSummary, atLeast: boolean): string {
  switch (name) {
    case 'mapping':
    case 'filtering':
      return words.nat.behaviours[nat[name]];
    case 'legacy':
      return words.legacy[nat.legacy].name;
    case 'behindNat':
      return words.nat.yesNo(nat.behindNat);
    case 'udp':
      return words.nat.udp[nat.udp];
    case 'hairpin':
      return words.nat.hairpin[nat.hairpin];
    case 'portAllocation':
      return words.nat.portAllocation[nat.portAllocation];
    case 'ipPooling':
      return words.nat.ipPooling[nat.ipPooling];
    case 'publicEndpoints':
      return words.nat.endpoints(nat.publicEndpoints);
    case 'natLevels':
      return words.nat.levels(nat.natLevels, atLeast);
    case 'bindingLifetimeSec':
      return words.nat.lifetime(nat.bindingLifetimeSec, atLeast);
  }
}

/** A verdict outside the flat summary. */
function otherFact(verdict: Verdict): NatFact {
  const { name, value } = verdict;
  const label = words.nat.others[name] ?? words.nat.finding(name);
  return { name, label, value: otherValue(name, value), finding: describeVerdict(verdict, 'en'), verdict };
}

function otherValue(name: string, value: Verdict['value']): string {
  if (name === 'portPrediction' && typeof value === 'number') return words.nat.chance(value);
  if (typeof value === 'boolean' || value === null) return words.nat.yesNo(value);
  return Array.isArray(value) ? value.join(', ') || words.nat.none : String(value);
}

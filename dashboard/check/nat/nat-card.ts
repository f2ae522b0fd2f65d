/** The NAT as the visitor sees it: what it does, how sure that is, and how it was found out. */
import type { TabNat, TabNatFinding } from '../../../contract/tab-nat.ts';
import { element } from '../dom.ts';
import { words } from '../words/language.ts';

const rows = ['mapping', 'filtering', 'legacy'] as const;

export function natCard({ result, meanings }: TabNatFinding): HTMLElement {
  const natWords = words().nat;
  return element(
    'section',
    { class: 'nat', id: 'nat', 'aria-labelledby': 'nat-title' },
    element('h2', { id: 'nat-title' }, natWords.title),
    element('dl', {}, ...rows.map((name) => row(name, result, meanings[name] ?? null))),
    element('p', { class: 'nat-facts' }, facts(result)),
    howKnown(result),
  );
}

function row(name: (typeof rows)[number], { nat, verdicts }: TabNat, meaning: string | null): HTMLElement {
  const natWords = words().nat;
  const { confidence = 0, possible = [] } = verdicts.find((verdict) => verdict.name === name) ?? {};
  const names: Readonly<Record<string, string>> = name === 'legacy' ? natWords.legacy : natWords.behaviours;
  const values = possible.length > 0 ? possible : [nat[name]];
  const value = natWords.either(values.map((one) => names[one] ?? one));
  return element(
    'div',
    { 'data-fact': name, 'data-value': nat[name] },
    element('dt', {}, natWords.facts[name] ?? name),
    element('dd', { class: 'nat-value' }, value, confidence > 0 ? sure(confidence) : null),
    // Several names: the meaning would be that none fits.
    meaning === null || possible.length > 0 ? null : element('dd', {}, meaning),
  );
}

function sure(confidence: number): HTMLElement {
  return element('span', { class: 'nat-sure' }, words().nat.sure(confidence));
}

function facts({ nat }: TabNat): string {
  const natWords = words().nat;
  const addresses = [...new Set(nat.publicEndpoints.map((text) => text.replace(/:\d+$/, '')))];
  const seen = addresses.length === 0 ? '' : ` ${natWords.seenAs(addresses.join(', '))}`;
  return `${natWords.behindNat(natWords.yesNo(nat.behindNat))}${seen}`;
}

function howKnown({ verdicts, run, evidence }: TabNat): HTMLElement {
  const natWords = words().nat;
  const reasons = verdicts
    .filter(({ name }) => name === 'mapping' || name === 'filtering' || name === 'behindNat')
    // The classifier gives its reasons in English.
    .map(({ name, reason }) =>
      element('li', {}, `${natWords.facts[name] ?? name}: `, element('span', { lang: 'en' }, `${reason}.`)),
    );
  return element(
    'details',
    {},
    element('summary', {}, natWords.howTitle),
    element('p', {}, natWords.how),
    element('ul', {}, ...reasons),
    element(
      'p',
      {},
      natWords.counts(run.packetsSent, run.packetsReceived, evidence.length, run.natVerdictMs),
    ),
  );
}

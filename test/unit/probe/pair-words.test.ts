import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../contract/nat-report.ts';
import type { PairEnd } from '../../../probe/nat/pair-end.ts';
import { anyEngine, anyScope } from '../../../probe/nat/pair-worlds.ts';
import { predictPairOf } from '../../../probe/nat/predict-pair.ts';
import { languages } from '../../../probe/report/words/languages.ts';
import { pairWordsOf } from '../../../probe/report/words/pairs/pair-languages.ts';

const base: PairEnd = {
  udp: 'open',
  behindNat: true,
  mapping: ['endpoint-independent'],
  filtering: ['address-and-port-dependent'],
  engines: anyEngine,
  filterScopes: anyScope,
  hairpin: 'unknown',
  ipPooling: 'paired',
  portAllocation: 'sequential',
  publicAddresses: ['198.51.100.1'],
  localAddress: '192.168.1.2',
  family: 'ipv4',
  families: ['ipv4'],
  scope: 'internet',
  relays: [],
  relayTried: false,
};
const dependent: readonly Behaviour[] = ['address-and-port-dependent'];
const six = { family: 'ipv6', families: ['ipv6'] } as const;
const dual = { families: ['ipv4', 'ipv6'] } as const;

/** Ends that between them bring up every text there is. */
const ends: readonly Partial<PairEnd>[] = [
  {},
  { mapping: dependent },
  { mapping: dependent, filterScopes: ['endpoint'], engines: ['session'] },
  { mapping: dependent, filtering: ['endpoint-independent'] },
  { filtering: ['address-dependent'] },
  { mapping: dependent, ipPooling: 'arbitrary', publicAddresses: ['198.51.100.1', '198.51.100.2'] },
  { mapping: ['inconclusive'], filtering: ['inconclusive'] },
  { hairpin: 'yes' },
  { hairpin: 'no', localAddress: '192.168.1.3' },
  { udp: 'blocked' },
  { udp: 'inconclusive' },
  { scope: 'machine' },
  { relays: [{ over: 'tls', port: 443, family: 'ipv4' }], relayTried: true },
  { mapping: dependent, relayTried: true },
  six,
  dual,
  { ...six, ...dual, family: 'ipv6' },
  { ...six, relays: [{ over: 'udp', port: 3478, family: 'ipv6' }], relayTried: true },
];

function predictions(words: (typeof pairWordsOf)['en']) {
  return ends.flatMap((x) =>
    ends.flatMap((y) =>
      [['198.51.100.1'], ['203.0.113.77']].flatMap((publicAddresses) =>
        [false, true].map((relayOnly) => {
          const b = { ...base, ...y, publicAddresses: y.publicAddresses ?? publicAddresses };
          return predictPairOf({ ...base, ...x }, b, { relayOnly, words });
        }),
      ),
    ),
  );
}

describe.each(languages)('what a prediction says in %s', (language) => {
  const all = predictions(pairWordsOf[language]);

  it('every sentence is whole', () => {
    const sentences = all.flatMap(({ reason, settledBy, notes }) => [reason, ...notes, settledBy ?? '']);
    for (const text of new Set(sentences.filter((one) => one !== ''))) {
      expect(text).toMatch(language === 'ko' ? /(니다|십시오)\.$/ : /[A-Za-z)]\.$/);
      expect(text).not.toMatch(/undefined|null|\.\.| {2}/);
    }
  });

  it('says the same whatever the language', () => {
    const facts = predictions(pairWordsOf.en).map(
      ({ outcome, connects, code, odds, relay, notes, dependsOn }) => {
        return [outcome, connects, code, odds?.direct, relay, notes.length, dependsOn.length];
      },
    );
    expect(
      all.map(({ outcome, connects, code, odds, relay, notes, dependsOn }) => {
        return [outcome, connects, code, odds?.direct, relay, notes.length, dependsOn.length];
      }),
    ).toEqual(facts);
  });
});

it('every situation has come up', () => {
  const codes = new Set(predictions(pairWordsOf.en).map(({ code }) => code));
  expect([...codes].sort()).toEqual([
    'address-pool',
    'class-open',
    'classes-direct',
    'classes-relay',
    'families-differ',
    'families-differ-ipv6',
    'measured-inside',
    'no-common-family',
    'relay-only',
    'same-nat',
    'same-nat-hairpin',
    'session-or-table',
    'udp-blocked',
    'udp-unknown',
  ]);
});

it('Korean says nothing in English but names', () => {
  const texts = predictions(pairWordsOf.ko).flatMap(({ reason, dependsOn, settledBy, notes, odds }) => {
    return [reason, ...dependsOn, settledBy ?? '', ...notes, odds?.basis ?? ''];
  });
  for (const text of new Set(texts)) {
    expect(text.match(/\b(the|and|of|is|are|not|only)\b/)?.[0], text).toBeUndefined();
  }
});

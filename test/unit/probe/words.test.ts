import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { columnsOf, wrap } from '../../../cli/wrap.ts';
import { headlineSchema } from '../../../contract/basics.ts';
import { natReportSchema } from '../../../contract/envelope.ts';
import { legacyNames } from '../../../contract/nat-report.ts';
import { localizedHeadline } from '../../../probe/report/localized-headline.ts';
import { describeVerdict } from '../../../probe/report/words/describe-verdict.ts';
import { type HeadlineFacts, headlineCodes } from '../../../probe/report/words/headline-words.ts';
import { languageOf, languages, wordsOf } from '../../../probe/report/words/languages.ts';

const allFacts: HeadlineFacts[] = legacyNames.flatMap((network) =>
  [true, false].flatMap((onSite) =>
    (['works', 'fails', 'none'] as const).map((relay): HeadlineFacts => {
      return { network, onSite, relay, relayTransports: 'UDP, TLS', reason: 'the reason' };
    }),
  ),
);

describe.each(languages)('words in %s', (language) => {
  const words = wordsOf[language];

  it.each(headlineCodes)('%s: a sentence, and advice that fits the report', (code) => {
    const { user, advice, admin } = words.headline[code];
    for (const facts of allFacts) {
      const headline = { status: 'good', code, sentence: user(facts), advice: [...advice(facts)] };
      expect(headlineSchema.safeParse(headline).success).toBe(true);
      expect(headline.sentence).toMatch(/\.$/);
      expect(headline.sentence).not.toMatch(/undefined|\.\.| {2}/);
    }
    if (admin !== null) expect(admin).toMatch(/\.$/);
  });
});

describe('Korean', () => {
  const { headline } = wordsOf.ko;

  it.each(headlineCodes)('%s ends every sentence politely', (code) => {
    const { user, advice, admin } = headline[code];
    const texts = allFacts.flatMap((facts) => [user(facts), ...advice(facts)]);
    for (const text of [...texts, ...(admin === null ? [] : [admin])]) {
      expect(text).toMatch(/[가-힣]/);
      for (const sentence of text.split(/(?<=[가-힣])\.\s*/).filter((part) => part !== '')) {
        expect(sentence, text).toMatch(/(니다|십시오)$/);
      }
    }
  });

  it('has an admin’s sentence exactly where English has one', () => {
    for (const code of headlineCodes) {
      expect(headline[code].admin === null, code).toBe(wordsOf.en.headline[code].admin === null);
      for (const facts of allFacts) {
        expect(headline[code].advice(facts).length).toBe(wordsOf.en.headline[code].advice(facts).length);
      }
    }
  });
});

describe('a stored report in another language', () => {
  const fixture = new URL('../../web/fixtures/nat-udp-blocked.json', import.meta.url);
  const { body } = natReportSchema.parse(JSON.parse(readFileSync(fixture, 'utf8')));

  it('says the same finding, names failed servers, and leaves the report alone', () => {
    const relayed = { ...body.headline, code: 'udp-blocked-relay-works' };
    expect(localizedHeadline({ ...body, headline: relayed }, 'ko').sentence).toContain('TURN 중계(TLS)');
    const korean = localizedHeadline(body, 'ko');
    expect(korean.sentence).toMatch(/^이 네트워크에서는 UDP가 차단되어/);
    expect(korean.advice.some((line) => line.startsWith('stun:stun.example.net:3478: '))).toBe(true);
    expect(korean.advice.join(' ')).toContain('응답이 없습니다. ');
    expect(korean.admin).toContain(describeVerdict({ name: 'udp', value: 'blocked' }, 'ko')?.admin);
    expect(localizedHeadline(body, 'en')).toMatchObject({
      sentence: body.headline.sentence,
      advice: body.headline.advice,
    });
  });

  it('falls back to the words of the report for a code that it does not know', () => {
    const headline = { ...body.headline, code: 'of-a-later-release' };
    expect(localizedHeadline({ ...body, headline }, 'ko')).toMatchObject({
      sentence: body.headline.sentence,
      admin: localizedHeadline(body, 'ko').admin,
    });
  });
});

describe('the language of the environment', () => {
  it.each([
    [['ko_KR.UTF-8'], 'ko'],
    [['ko'], 'ko'],
    [[undefined, '', 'ko-KR'], 'ko'],
    [['C.UTF-8', undefined, 'ko_KR.UTF-8'], 'en'],
    [['kok_IN'], 'en'],
    [[], 'en'],
  ])('%j → %s', (locales, expected) => {
    expect(languageOf(locales)).toBe(expected);
  });
});

describe('lines with Hangul', () => {
  it('count two columns a syllable', () => {
    expect(columnsOf('NAT 환경')).toBe(8);
    for (const line of wrap('이 네트워크에서는 UDP가 차단되어 있습니다.', 20)) {
      expect(columnsOf(line)).toBeLessThanOrEqual(20);
    }
    expect(wrap('이 네트워크에서는 UDP가 차단되어 있습니다.', 20)).toEqual([
      '이 네트워크에서는',
      'UDP가 차단되어',
      '있습니다.',
    ]);
  });
});

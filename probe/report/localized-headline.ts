import type { NatReportBody } from '../../contract/nat-report.ts';
import { storedHeadlineFacts } from './headline-facts.ts';
import { describeFailure } from './words/describe-failure.ts';
import { describeVerdict } from './words/describe-verdict.ts';
import { isHeadlineCode } from './words/headline-words.ts';
import { type Language, wordsOf } from './words/languages.ts';

export interface LocalizedHeadline {
  readonly sentence: string;
  readonly advice: readonly string[];
  /** Which settings of the network would help, most important first; may be empty. */
  readonly admin: readonly string[];
  readonly titles: { readonly next: string; readonly admin: string };
}

/** The report itself stays English; what people read is said again from its stable codes. */
export function localizedHeadline(body: NatReportBody, language: Language): LocalizedHeadline {
  const { headline } = body;
  const { titles, headline: table } = wordsOf[language];
  const settings = body.verdicts
    // Where direct connections work, the filter does what home routers are expected to do.
    .filter(({ name }) => name !== 'filtering' || headline.status !== 'good')
    .flatMap((verdict) => describeVerdict(verdict, language)?.admin ?? []);
  // A code of another release has no words here: what the report says is better than nothing.
  if (!isHeadlineCode(headline.code)) return { ...headline, admin: unique(settings), titles };
  const words = table[headline.code];
  const admin = unique([...(words.admin === null ? [] : [words.admin]), ...settings]);
  if (language === 'en') return { sentence: headline.sentence, advice: headline.advice, admin, titles };
  const facts = storedHeadlineFacts(headline.code, body);
  const failed = body.servers.flatMap(({ url, failure }) => {
    if (failure === undefined) return [];
    const { user, admin: next } = describeFailure(failure, language);
    return [`${url}: ${user} ${next}`];
  });
  return { sentence: words.user(facts), advice: [...words.advice(facts), ...unique(failed)], admin, titles };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

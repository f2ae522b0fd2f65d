import type { NatReportBody } from '../../contract/nat-report.ts';
import { storedHeadlineFacts } from './headline-facts.ts';
import { isHeadlineCode } from './words/finding-words.ts';
import { type Language, wordsOf } from './words/languages.ts';

export interface LocalizedHeadline {
  readonly sentence: string;
  readonly advice: readonly string[];
  /** Which setting of the network would help; null: none. */
  readonly admin: string | null;
  readonly titles: { readonly next: string; readonly admin: string };
}

/** The report itself stays English; what people read is said again from its stable code. */
export function localizedHeadline(body: NatReportBody, language: Language): LocalizedHeadline {
  const { headline } = body;
  const { serverFailed, titles, headline: table } = wordsOf[language];
  // A code of another release has no words here: what the report says is better than nothing.
  if (!isHeadlineCode(headline.code)) return { ...headline, admin: null, titles };
  const words = table[headline.code];
  if (language === 'en') {
    return { sentence: headline.sentence, advice: headline.advice, admin: words.admin, titles };
  }
  const facts = storedHeadlineFacts(headline.code, body);
  const failed = body.servers.flatMap(({ url, failure }) =>
    failure === undefined ? [] : [serverFailed(url, failure.code)],
  );
  return {
    sentence: words.user(facts),
    advice: [...words.advice(facts), ...new Set(failed)],
    admin: words.admin,
    titles,
  };
}

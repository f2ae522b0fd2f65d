import type { NatReportBody, Reach } from '../../contract/nat-report.ts';
import { pairEnd } from '../nat/pair-end.ts';
import { predictReach } from '../nat/predict-reach.ts';
import type { Language } from './words/languages.ts';
import { reachWordsOf } from './words/reach/reach-languages.ts';

/** The report itself stays English; a row that this release predicts otherwise keeps the words that it has. */
export function localizedReach(body: NatReportBody, language: Language): readonly Reach[] {
  if (language === 'en') return body.reach;
  const said = predictReach(pairEnd(body), reachWordsOf[language]);
  return body.reach.map(
    (row) => said.find(({ peer, outcome }) => peer === row.peer && outcome === row.outcome) ?? row,
  );
}

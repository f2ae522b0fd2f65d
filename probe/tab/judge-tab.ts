/** What the test of a tab shows, judged as every other report is. */
import type { TabNatFinding } from '../../contract/tab-nat.ts';
import { classifyNat } from '../nat/classify.ts';
import { describeVerdict, findingId } from '../report/words/describe-verdict.ts';
import type { Language } from '../report/words/languages.ts';
import type { TabNatEvent } from './tab-nat.ts';

/** A page cannot ask for these, so that nothing is to be said of them. */
const notInTabs = new Set([
  'hairpin',
  'bindingLifetimeSec',
  'answersOver',
  'filterScope',
  'portPrediction',
  'alg',
]);

export function judgeTab(event: TabNatEvent, natVerdictMs: number, language: Language = 'en'): TabNatFinding {
  const { evidence, packetsSent, packetsReceived } = event;
  const judged = classifyNat(evidence);
  const verdicts = judged.verdicts.filter(({ name }) => !notInTabs.has(name));
  const meanings = verdicts.flatMap((verdict) => {
    const said = describeVerdict(verdict, language);
    return said === null ? [] : [[verdict.name, said.user] as const];
  });
  return {
    type: 'finding',
    result: {
      nat: judged.summary,
      verdicts: verdicts.map((verdict) => {
        const finding = findingId(verdict);
        return finding === null ? verdict : { ...verdict, finding };
      }),
      evidence: [...evidence],
      run: { natVerdictMs, packetsSent, packetsReceived },
    },
    meanings: Object.fromEntries(meanings),
  };
}

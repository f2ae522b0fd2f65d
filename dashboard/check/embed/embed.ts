/**
 * Entry of `embed.js`, for other sites: `<polynya-check>` for a help page, `runCheck()` for an app’s own screen.
 * docs/check-embed.md has both with examples; `embed.d.ts` beside it has the types.
 */
import type * as Api from '../../public/embed.d.ts';
import { performCheck } from '../perform-check.ts';
import { sendReport } from '../send-report.ts';
import type { CheckState } from '../state.ts';
import { putIntoWords } from '../verdict/put-into-words.ts';
import { speak, words } from '../words/language.ts';
import { PolynyaCheck } from './polynya-check.ts';

/** The service that this script comes from. */
const home = new URL(import.meta.url).origin;

export const runCheck: typeof Api.runCheck = async (options = {}) => {
  const { service = home, link = null, language, send = true, onStep } = options;
  await speak(language === undefined ? navigator.languages : [language]);
  const onState = (state: CheckState, before: CheckState): void => {
    for (const [index, step] of state.steps.entries()) {
      if (step.status !== before.steps[index]?.status) onStep?.(stepOf(step));
    }
  };
  const { state, report, itText } = await performCheck({ service, link, visitor: null, onState });
  if (state.verdict === null) throw new Error('the check has no verdict');
  const { status, code, sentence, advice } = putIntoWords(state.verdict, words());
  const sent = send ? await sendReport(report, link, false, service) : null;
  return {
    status,
    code,
    sentence,
    advice,
    causes: state.verdict.causes,
    itText,
    report,
    reportId: sent?.state === 'sent' ? sent.id : null,
  };
};

function stepOf({ id, status, detail, ms }: CheckState['steps'][number]): Api.CheckStep {
  return { id, title: words().titles[id], status, detail, ms };
}

if (customElements.get('polynya-check') === undefined) customElements.define('polynya-check', PolynyaCheck);

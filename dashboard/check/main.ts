/** Entry of the Check page: one button, one state, one view. */
import './check.css';
import './verdict-and-steps.css';
import './details.css';
import './relays-and-it.css';
import './narrow-and-still.css';
import './link/link.css';
import { byId, element } from './dom.ts';
import { tellFrame } from './embed/tell-frame.ts';
import { copyText, downloadReport } from './hand-over.ts';
import { drawOpening, drawVisitLink, wantsToBeKnown } from './link/link-intro.ts';
import { linkToken, readVisitLink } from './link/visit-link.ts';
import { visitorId } from './link/visitor-id.ts';
import { loadPart } from './load-part.ts';
import { pageIsUp } from './page-is-up.ts';
import { type PerformedCheck, performCheck } from './perform-check.ts';
import { reportText } from './report-text.ts';
import { sendReport } from './send-report.ts';
import { fetchLink } from './service-api.ts';
import { type CheckState, startState } from './state.ts';
import { itCard } from './verdict/it-card.ts';
import type { Verdict } from './verdict/judge.ts';
import { announce, drawPhase, drawState, drawTexts } from './view.ts';
import { speak, words } from './words/language.ts';

const service = location.href;
/** The link that the visitor came by; null: none. */
const link = linkToken(location.pathname);
let state: CheckState = startState();
let done: PerformedCheck | null = null;

async function check(): Promise<void> {
  if (state.phase === 'running') return;
  done = null;
  byId('it-place').replaceChildren();
  byId('more-place').replaceChildren();
  const mine = await performCheck({
    service,
    link,
    visitor: link === null ? null : visitorId(wantsToBeKnown(), () => localStorage),
    onState: (next) => {
      // What is drawn now, not what the run began with: an earlier run may still stand there.
      drawState(next, state);
      state = next;
    },
  });
  done = mine;
  if (mine.state.verdict !== null && concernsIt(mine.state.verdict)) {
    byId('it-place').replaceChildren(itCard(mine.itText, announce));
  }
  tellFrame(mine);
  mine.dispatch({ type: 'sending', sending: { state: 'sending' } });
  const sending = await sendReport(mine.report, link, mine.mayRead, service);
  // The visitor may have started again meanwhile; that run has its own report.
  if (done !== mine) return;
  mine.dispatch({ type: 'sending', sending });
  await offerMore(mine);
}

/** The tests that the visitor may add; where nothing can connect they could show nothing. */
async function offerMore({ state: { facts } }: PerformedCheck): Promise<void> {
  if (facts?.hasWebrtc !== true || facts.service !== 'reached') return;
  try {
    const { moreCard } = await loadPart(() => import('./more/more-card.ts'));
    byId('more-place').replaceChildren(moreCard({ service, link }, announce));
  } catch {
    byId('more-place').replaceChildren(element('p', { role: 'alert' }, words().more.unloaded));
  }
}

/** A good verdict has nothing for the IT department, unless something beside it is theirs to open. */
function concernsIt({ status, causes }: Verdict): boolean {
  return status !== 'good' || causes.some(({ id }) => words().causes[id].it !== undefined);
}

function reportId(): string | null {
  return state.sending.state === 'sent' ? state.sending.id : null;
}

byId('start').addEventListener('click', () => void check());
byId('copy').addEventListener('click', async () => {
  if (done === null) return;
  const { copy, copied, copyFailed } = words().page;
  const worked = await copyText(reportText(done.report, reportId()));
  byId('copy').textContent = worked ? copied : copy;
  announce(worked ? copied : copyFailed);
  setTimeout(() => {
    byId('copy').textContent = copy;
  }, 2_000);
});
byId('download').addEventListener('click', () => {
  if (done !== null) downloadReport(done.report, reportId());
});
const asked = new URLSearchParams(location.search);
const { language, isStopgap } = await speak([asked.get('lang') ?? [], navigator.languages].flat());
document.documentElement.lang = language;
byId('untranslated').hidden = !isStopgap;
drawTexts();
drawPhase(state);
pageIsUp();
if (link === null) {
  byId('start').hidden = false;
  if (asked.get('auto') === '1') void check();
} else {
  drawOpening();
  // By a link nothing starts by itself: its visitor has to agree first.
  byId('start').hidden = !drawVisitLink(readVisitLink(await fetchLink(link, service)));
}

/** Entry of the Check page: one button, one state, one view. */
import type { VisitReport } from '../../contract/envelope.ts';
import './check.css';
import './verdict-and-steps.css';
import './details.css';
import './relays-and-it.css';
import './narrow-and-still.css';
import { buildReport, linkToken } from './build-report.ts';
import { byId } from './dom.ts';
import { copyText, downloadReport } from './hand-over.ts';
import { publicAddresses } from './notes.ts';
import { reportText } from './report-text.ts';
import { runCheck } from './run-check.ts';
import { sendReport } from './send-report.ts';
import { fetchInfo } from './service-api.ts';
import { type CheckEvent, type CheckState, reduce, startState } from './state.ts';
import { itCard } from './verdict/it-card.ts';
import { itText } from './verdict/it-text.ts';
import { announce, drawPhase, drawState, drawTexts } from './view.ts';
import { speak, words } from './words/language.ts';

const service = location.href;
let state: CheckState = startState();
let report: VisitReport | null = null;

function dispatch(event: CheckEvent): void {
  const before = state;
  state = reduce(state, event);
  drawState(state, before);
}

async function check(): Promise<void> {
  if (state.phase === 'running') return;
  const at = new Date().toISOString();
  report = null;
  byId('it-place').replaceChildren();
  const [info] = await Promise.all([fetchInfo(service), runCheck(dispatch, service)]);
  drawItCard(at);
  const { version, admin } = info;
  const { userAgent, language } = navigator;
  const link = linkToken(location.pathname);
  const mine = buildReport(state, { at, userAgent, language, link, toolVersion: version });
  report = mine;
  dispatch({ type: 'sending', sending: { state: 'sending' } });
  const sending = await sendReport(mine, admin, service);
  // The visitor may have started again meanwhile; that run has its own report.
  if (report === mine) dispatch({ type: 'sending', sending });
}

function drawItCard(at: string): void {
  const { verdict, facts } = state;
  if (verdict === null || facts === null || verdict.status === 'good') return;
  const { origin } = new URL(service);
  const { userAgent } = navigator;
  const context = { origin, at, userAgent, publicAddresses: publicAddresses(state.candidates) };
  byId('it-place').replaceChildren(itCard(itText(verdict, facts, context, words()), announce));
}

function reportId(): string | null {
  return state.sending.state === 'sent' ? state.sending.id : null;
}

byId('start').addEventListener('click', () => void check());
byId('copy').addEventListener('click', async () => {
  if (report === null) return;
  const { copy, copied, copyFailed } = words().page;
  const worked = await copyText(reportText(report, reportId()));
  byId('copy').textContent = worked ? copied : copy;
  announce(worked ? copied : copyFailed);
  setTimeout(() => {
    byId('copy').textContent = copy;
  }, 2_000);
});
byId('download').addEventListener('click', () => {
  if (report !== null) downloadReport(report, reportId());
});
document.documentElement.lang = await speak(navigator.languages);
drawTexts();
drawPhase(state);
byId('start').hidden = false;
if (new URLSearchParams(location.search).get('auto') === '1') void check();

/** Entry of the Check page: one button, one state, one view. */
import type { VisitReport } from '../../contract/envelope.ts';
import './check.css';
import './verdict-and-steps.css';
import './details.css';
import './narrow-and-still.css';
import { buildReport, linkToken } from './build-report.ts';
import { byId } from './dom.ts';
import { copyText, downloadReport } from './hand-over.ts';
import { reportText } from './report-text.ts';
import { runCheck } from './run-check.ts';
import { sendReport } from './send-report.ts';
import { fetchInfo } from './service-api.ts';
import { type CheckEvent, type CheckState, reduce, startState } from './state.ts';
import { announce, drawState } from './view.ts';
import { say } from './words.ts';

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
  const [info] = await Promise.all([fetchInfo(), runCheck(dispatch)]);
  const { version, admin } = info;
  const { userAgent, language } = navigator;
  const link = linkToken(location.pathname);
  const mine = buildReport(state, { at, userAgent, language, link, toolVersion: version });
  report = mine;
  dispatch({ type: 'sending', sending: { state: 'sending' } });
  const sending = await sendReport(mine, admin);
  // The visitor may have started again meanwhile; that run has its own report.
  if (report === mine) dispatch({ type: 'sending', sending });
}

function reportId(): string | null {
  return state.sending.state === 'sent' ? state.sending.id : null;
}

byId('start').addEventListener('click', () => void check());
byId('copy').addEventListener('click', async () => {
  if (report === null) return;
  const copied = await copyText(reportText(report, reportId()));
  byId('copy').textContent = copied ? say.copied : say.copy;
  announce(copied ? say.copied : say.copyFailed);
  setTimeout(() => {
    byId('copy').textContent = say.copy;
  }, 2_000);
});
byId('download').addEventListener('click', () => {
  if (report !== null) downloadReport(report, reportId());
});
byId('start').hidden = false;
if (new URLSearchParams(location.search).get('auto') === '1') void check();

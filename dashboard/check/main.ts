/** Entry of the Check page: one button, one state, one view. */
import type { VisitReport } from '../../contract/envelope.ts';
import './check.css';
import './verdict-and-steps.css';
import './details.css';
import './narrow-and-still.css';
import './link/link.css';
import { buildReport } from './build-report.ts';
import { byId } from './dom.ts';
import { copyText, downloadReport } from './hand-over.ts';
import { drawOpening, drawVisitLink, wantsToBeKnown } from './link/link-intro.ts';
import { progressOf } from './link/progress.ts';
import { randomName } from './link/random-name.ts';
import { linkToken, readVisitLink } from './link/visit-link.ts';
import { visitorId } from './link/visitor-id.ts';
import { reportText } from './report-text.ts';
import { runCheck } from './run-check.ts';
import { sendReport } from './send-report.ts';
import { fetchInfo, fetchLink, postProgress } from './service-api.ts';
import { type CheckEvent, type CheckState, reduce, startState } from './state.ts';
import { announce, drawState } from './view.ts';
import { say } from './words.ts';

let state: CheckState = startState();
let report: VisitReport | null = null;

/** The link that the visitor came by; null: none. */
const token = linkToken(location.pathname);

function dispatch(event: CheckEvent): void {
  const before = state;
  state = reduce(state, event);
  drawState(state, before);
}

async function check(): Promise<void> {
  if (state.phase === 'running') return;
  const at = new Date().toISOString();
  report = null;
  const visit = token === null ? null : randomName();
  const visitor = token === null ? null : visitorId(wantsToBeKnown(), () => localStorage);
  const onEvent = (event: CheckEvent): void => {
    dispatch(event);
    const progress = visit === null ? null : progressOf(event, visit);
    if (token !== null && progress !== null) postProgress(token, progress);
  };
  const configPath = token === null ? '/api/check' : `/api/t/${token}/check`;
  const [info] = await Promise.all([fetchInfo(), runCheck(onEvent, configPath)]);
  const { version, admin } = info;
  const { userAgent, language } = navigator;
  const mine = buildReport(state, { at, userAgent, language, visit, visitor, toolVersion: version });
  report = mine;
  dispatch({ type: 'sending', sending: { state: 'sending' } });
  const sending = await sendReport(mine, token, admin);
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
if (token === null) {
  byId('start').hidden = false;
  if (new URLSearchParams(location.search).get('auto') === '1') void check();
} else {
  drawOpening();
  // By a link nothing starts by itself: its visitor has to agree first.
  void fetchLink(token).then((answer) => {
    byId('start').hidden = !drawVisitLink(readVisitLink(answer));
  });
}

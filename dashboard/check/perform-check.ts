/** One whole check: run, judge, put into words, ready to be sent. The page and the embedded check both do this. */
import type { VisitReport } from '../../contract/envelope.ts';
import { buildReport } from './build-report.ts';
import { progressOf } from './link/progress.ts';
import { randomName } from './link/random-name.ts';
import { publicAddresses } from './notes.ts';
import { type CheckTarget, runCheck } from './run-check.ts';
import { fetchInfo, postProgress } from './service-api.ts';
import { type CheckState, reduce, startState } from './state.ts';
import type { Dispatch } from './step-log.ts';
import { itText } from './verdict/it-text.ts';
import { words } from './words/language.ts';

export interface PerformOptions extends CheckTarget {
  /** Random name of this browser, where its owner wants to be known again; null: none. */
  readonly visitor: string | null;
  readonly onState: (state: CheckState, before: CheckState) => void;
}

export interface PerformedCheck {
  readonly state: CheckState;
  readonly report: VisitReport;
  /** What the visitor can hand to the IT department, in the language spoken. */
  readonly itText: string;
  /** The visitor may read the runs of the service. */
  readonly mayRead: boolean;
  /** For what happens afterwards. */
  readonly dispatch: Dispatch;
}

/** Rejects only when the browser cannot even say what went wrong. */
export async function performCheck(options: PerformOptions): Promise<PerformedCheck> {
  const { service, link, visitor, onState } = options;
  const visit = link === null ? null : randomName();
  let state = startState();
  const dispatch: Dispatch = (event) => {
    const before = state;
    state = reduce(state, event);
    onState(state, before);
  };
  const onEvent: Dispatch = (event) => {
    dispatch(event);
    const progress = visit === null ? null : progressOf(event, visit);
    if (link !== null && progress !== null) postProgress(link, progress, service);
  };
  const at = new Date().toISOString();
  const [{ version, mayRead }] = await Promise.all([fetchInfo(service), runCheck(onEvent, { service, link })]);
  const { userAgent, language } = navigator;
  const report = buildReport(state, { at, userAgent, language, visit, visitor, toolVersion: version });
  const { verdict, facts, candidates } = state;
  if (verdict === null || facts === null) throw new Error('the check has not been judged');
  const { origin } = new URL(service);
  const context = { origin, at, userAgent, publicAddresses: publicAddresses(candidates) };
  return { state, report, mayRead, dispatch, itText: itText(verdict, facts, context, words()) };
}

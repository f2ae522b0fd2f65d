/** The relay step of the check. */
import type { RelayTry } from '../../../contract/visit-report.ts';
import { explainCandidateError } from '../candidate-errors.ts';
import type { SignalClient } from '../signal/signal-client.ts';
import type { StepLog } from '../step-log.ts';
import { words } from '../words/language.ts';
import { bestRelay, relayRows, serverResults, type TriedRelay } from './judge-tries.ts';
import type { PlannedTry } from './plan-tries.ts';
import { tryRelays } from './try-relays.ts';

export interface RelayStep {
  readonly tried: readonly TriedRelay[];
  readonly rows: readonly RelayTry[];
}

/** Never rejects. */
export async function stepRelays(
  tries: readonly PlannedTry[],
  signal: SignalClient,
  deadlineMs: number,
  log: StepLog,
): Promise<RelayStep> {
  const { step, failure } = words();
  if (tries.length === 0) {
    log.end('relay', 'skipped', step.noRelayConfigured);
    return { tried: [], rows: [] };
  }
  log.begin('relay');
  const tried = await tryRelays(tries, signal, deadlineMs);
  const rows = relayRows(tried);
  log.dispatch({
    type: 'gathered',
    candidates: tried.flatMap(({ candidates }) => candidates),
    errors: tried.flatMap(({ errors, server }) =>
      errors.map((error) => explainCandidateError(error, server.status === 'ok')),
    ),
    servers: serverResults(tried),
  });
  log.dispatch({ type: 'relayed', relays: rows });
  const counted = rows.filter(({ outcome }) => outcome !== 'note');
  const works = counted.filter(({ outcome }) => outcome === 'ok').length;
  const why = bestRelay(tried)?.failure;
  if (works === 0) log.end('relay', 'failed', why === undefined ? '' : failure(why).meaning);
  else log.end('relay', works === counted.length ? 'ok' : 'warned', step.relays(works, counted.length));
  return { tried, rows };
}

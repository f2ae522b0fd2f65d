/** The NAT step of the check. */
import { failure } from '../../../contract/failures.ts';
import type { NatSummary } from '../../../contract/nat-report.ts';
import { SignalError } from '../signal/signal-error.ts';
import { socketUrl } from '../signal/socket-url.ts';
import type { StepLog } from '../step-log.ts';
import { words } from '../words/language.ts';
import { testNat } from './test-nat.ts';

/** Null: not tested, or the test broke off. Never rejects: calls may well work where this test does not. */
export async function findNat(
  path: string | null,
  service: string,
  log: StepLog,
): Promise<NatSummary | null> {
  const { nat: natWords, step, failure: wordsOf } = words();
  if (path === null) {
    log.end('nat', 'skipped', step.noStun);
    return null;
  }
  log.begin('nat');
  try {
    const finding = await testNat(socketUrl(path, service));
    log.dispatch({ type: 'nat-found', finding });
    const { nat } = finding.result;
    const { mapping, filtering, udp } = nat;
    const isWhole = mapping !== 'inconclusive' && filtering !== 'inconclusive';
    // A service with one STUN address cannot tell more: that is no fault of the visitor’s network.
    const status = isWhole ? 'ok' : udp === 'blocked' ? 'failed' : 'warned';
    const blocked = natWords.legacy['udp-blocked'];
    log.end('nat', status, udp === 'blocked' ? blocked : natWords.step(mapping, filtering));
    return nat;
  } catch (error) {
    const code = error instanceof SignalError ? error.code : 'signal-failed';
    log.end('nat', 'failed', wordsOf(failure(code)).meaning);
    return null;
  }
}

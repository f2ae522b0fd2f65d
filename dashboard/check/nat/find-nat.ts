/** The NAT step of the check. */
import { failure, meaningOf } from '../../../contract/failures.ts';
import { SignalError } from '../signal-client.ts';
import { socketUrl } from '../socket-url.ts';
import type { StepLog } from '../step-log.ts';
import { natWords } from './nat-words.ts';
import { testNat } from './test-nat.ts';

/** Never rejects: calls may well work where this test does not. */
export async function findNat(path: string | null, log: StepLog): Promise<void> {
  if (path === null) return log.end('nat', 'skipped', natWords.noStun);
  log.begin('nat');
  try {
    const finding = await testNat(socketUrl(path));
    log.dispatch({ type: 'nat-found', finding });
    const { mapping, filtering, udp } = finding.result.nat;
    const isWhole = mapping !== 'inconclusive' && filtering !== 'inconclusive';
    // A service with one STUN address cannot tell more: that is no fault of the visitor’s network.
    const status = isWhole ? 'ok' : udp === 'blocked' ? 'failed' : 'warned';
    log.end(
      'nat',
      status,
      udp === 'blocked' ? natWords.legacy['udp-blocked'] : natWords.step(mapping, filtering),
    );
  } catch (error) {
    const code = error instanceof SignalError ? error.code : 'signal-failed';
    log.end('nat', 'failed', meaningOf(failure(code)));
  }
}

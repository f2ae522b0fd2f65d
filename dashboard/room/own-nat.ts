/** The NAT of this browser, tested as the Check page does it. */
import type { NatSummary } from '../../contract/nat-report.ts';
import { fetchConfig } from '../check/service-api.ts';
import { socketUrl } from '../check/signal/socket-url.ts';

/** Null: the service has no STUN server to test with, or the test broke off. Never rejects. */
export async function ownNat(service: string): Promise<NatSummary | null> {
  try {
    const answer = await fetchConfig(service, null);
    if (answer.answer !== 'reached' || answer.config.natPath === null) return null;
    // Loaded only now: nobody waits for it to join.
    const { testNat } = await import('../check/nat/test-nat.ts');
    return (await testNat(socketUrl(answer.config.natPath, service))).result.nat;
  } catch {
    // Calls work without it; only the reason for a relay stays a guess.
    return null;
  }
}

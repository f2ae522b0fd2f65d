import { setTimeout as wait } from 'node:timers/promises';
import { run } from './exec.ts';

const pollMs = 50;
/** Duplicate address detection takes one to two seconds (RFC 4862 §5.4). */
const patienceMs = 5000;

/**
 * Resolves when no IPv6 address of the namespace is tentative any more. Chromium aborts what it is loading with
 * ERR_NETWORK_CHANGED when an address appears, and a fresh link brings its link-local address that late.
 * @throws Error when that has not come about after five seconds
 */
export async function addressesSettled(namespace: string): Promise<void> {
  const argv = ['ip', '-n', namespace, '-6', '-oneline', 'address', 'show', 'tentative'];
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pollMs) {
    const { code, stdout, stderr } = await run(argv);
    if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
    if (stdout.trim() === '') return;
    await wait(pollMs);
  }
  throw new Error(`an IPv6 address in ${namespace} stays tentative`);
}

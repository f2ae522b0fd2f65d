/** coturn’s own client at a server that misbehaves. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { type Faults, faultyTurn } from '../../turn/io/faulty-turn.ts';

const skipped =
  spawnSync('turnutils_uclient', ['-?'], { stdio: 'ignore' }).error === undefined
    ? null
    : 'not installed: turnutils_uclient (apt-get install coturn)';

/** Two clients that send ten messages each to one another; null: it gave up. */
async function uclient(
  faults: Faults,
): Promise<{ readonly received: number | null; readonly strikes: number }> {
  const turn = await faultyTurn({ faults });
  const port = /:(\d+)\?/.exec(turn.uris.udp ?? '')?.[1] ?? '';
  const login = ['-u', turn.username, '-w', turn.credential];
  const child = spawn(
    'turnutils_uclient',
    ['-p', port, ...login, '-y', '-n', '10', '-m', '2', '-l', '160', '-z', '5', '127.0.0.1'],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: 25_000, killSignal: 'SIGKILL' },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  await once(child, 'close');
  const strikes = turn.faults.tallies.reduce((sum, tally) => sum + tally.strikes, 0);
  await turn.close();
  const totals = [...text.matchAll(/tot_recv_msgs=(\d+)/g)].at(-1);
  return { received: totals === undefined ? null : Number(totals[1]), strikes };
}

it.concurrent.each([
  ['stale nonces', ['stale-nonce-alternating'], 'all'],
  ['answers that come twice', ['answers-twice'], 'all'],
  ['an unknown attribute', ['unknown-optional'], 'all'],
  ['no quota', ['quota-reached'], 'none'],
  ['no nonce', ['challenge-without-nonce'], 'none'],
] as const)('turnutils_uclient with %s', { timeout: 60_000 }, async (_what, faults, heard) => {
  if (skipped !== null) throw new Error(skipped);
  const { received, strikes } = await uclient([...faults]);
  expect(strikes).toBeGreaterThan(0);
  if (heard === 'all') expect(received).toBeGreaterThanOrEqual(20);
  else expect(received ?? 0).toBe(0);
});

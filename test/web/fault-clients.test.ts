/** A case of docs/fault-clients.md with Chromium. */
import { expect, it } from 'vitest';
import { browserClients } from '../../bench/fault-clients/browser-client.ts';
import { faultCases } from '../../bench/fault-clients/cases.ts';
import { runCase } from '../../bench/fault-clients/run-case.ts';

it('Chromium takes a stale nonce in its stride once it has an allocation, and says when the quota is reached', async (context) => {
  const browser = browserClients(2).find(({ name }) => name === 'Chromium');
  if (browser === undefined) return context.skip('not installed: chromium');
  const run = (id: string) => {
    const each = faultCases.find((one) => one.id === id);
    if (each === undefined) throw new Error(`no case ${id}`);
    return runCase(browser, each, { setUpMs: 30_000, talkMs: 600, everyMs: 100 });
  };
  try {
    const [stale, quota] = await Promise.all([run('stale-nonce-on-permission'), run('quota-reached')]);
    expect(stale.strikes).toBeGreaterThan(0);
    expect(stale.echoesMs.length).toBeGreaterThan(0);
    expect(quota.echoesMs).toEqual([]);
    expect(quota.failure).toContain('no relayed candidate');
  } finally {
    await browser.close();
  }
});

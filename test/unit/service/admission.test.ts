import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mostUnderWay } from '../../../service/plugins/admission.ts';
import { sampleNat } from './sample-reports.ts';
import { startTestApp, type TestApp } from './test-app.ts';

let t: TestApp;
beforeEach(async () => {
  t = await startTestApp({ config: { limits: { reportsPerMinute: 10_000 } } });
});
afterEach(() => t.close());

const send = (sentence: string) =>
  t.app.inject({ method: 'POST', url: '/api/reports', payload: sampleNat({ sentence }) });

describe('requests that come at the same time', () => {
  it('are let in as far as they can be answered soon; the others are told when to come again', async () => {
    const tooMany = 20;
    const sent = Array.from({ length: mostUnderWay + tooMany }, (_, i) => send(`Report ${i}.`));
    const replies = await Promise.all(sent);
    const refused = replies.filter(({ statusCode }) => statusCode !== 200);
    expect(refused).toHaveLength(tooMany);
    for (const reply of refused) {
      expect(reply.statusCode).toBe(503);
      expect(reply.headers['retry-after']).toBe('1');
      expect(reply.json()).toMatchObject({ error: { code: 'service-busy' } });
    }
    expect(await t.store.countRuns()).toBe(mostUnderWay);
  });

  it('do not count any more once they are answered, whatever the answer was', async () => {
    for (let i = 0; i <= mostUnderWay; i += 1) {
      const [good, bad] = await Promise.all([
        send(`Report ${i}.`),
        t.app.inject({ method: 'POST', url: '/api/reports', payload: { kind: 'tea' } }),
      ]);
      expect([good.statusCode, bad.statusCode]).toEqual([200, 400]);
    }
  });
});

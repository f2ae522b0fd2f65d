/** `polynya turn load` against a real coturn: packets over TLS, channels, and its quota. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadReportSchema } from '../../contract/load-report.ts';
import { loadAt, stepsOf } from '../net/load-stage.ts';
import { alice } from '../net/turn-stage.ts';
import { type Coturn, makeCertificate, makeFolder, missingPrograms, startCoturn } from './turn-coturn.ts';

const missing = missingPrograms();
const folder = makeFolder();
const quota = 4;
let coturn: Coturn;

beforeAll(async () => {
  if (missing !== null) throw new Error(missing);
  const user = ['-a', '-r', 'example.org', '-u', `${alice.username}:${alice.password}`];
  const flags = [...user, '--allow-loopback-peers', '--user-quota', String(quota)];
  coturn = await startCoturn(folder.path, flags, makeCertificate(folder.path, 'stun.test'));
});
afterAll(async () => {
  await coturn?.stop();
  folder.remove();
});

describe('load on coturn', () => {
  it('packets over TLS beside packets over UDP come back on both legs', async () => {
    const report = await loadAt(coturn.plain, {
      ladder: { from: 200, to: 200 },
      traffic: { flows: 2, mix: [{ bytes: 161, transport: 'tls' }, { bytes: 161 }] },
      ports: { tls: coturn.tls.port },
    });
    expect(loadReportSchema.parse(report)).toEqual(report);
    const [step] = stepsOf(report);
    expect(step?.failures).toEqual({});
    // Half of the packets are those of either flow.
    expect(step?.arrivedBack).toBeGreaterThan(0.75 * (step?.scheduled ?? 0));
    expect(step?.arrivedOut).toBeGreaterThanOrEqual(step?.arrivedBack ?? 0);
  });

  it('channels, each for another port', async () => {
    const profile = { axis: 'channels', permissionRange: '127.1.0.0/16', traffic: { flows: 2 } };
    const report = await loadAt(coturn.plain, { ...profile, ladder: { from: 200, to: 200 } });
    const [step] = stepsOf(report);
    expect(step?.failures).toEqual({});
    expect(step?.arrivedBack).toBeGreaterThan(0);
  });

  // Last: what coturn still holds for a user counts for what comes after.
  it('its user-quota is a setting, with its share', async () => {
    const report = await loadAt(coturn.plain, { axis: 'held', ladder: { from: 8, to: 8 }, refreshSec: 1 });
    const [step] = stepsOf(report);
    expect(step?.policy).toMatchObject({ code: 'turn-486' });
    expect(step?.policy?.share).toBeGreaterThanOrEqual(0.5);
  });
});

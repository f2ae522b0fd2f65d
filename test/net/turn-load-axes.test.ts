/** Every axis of `polynya turn load` and every way to the server, against our own server on loopback, at tiny rates. */
import { describe, expect, it } from 'vitest';
import { type LoadReport, loadReportSchema } from '../../contract/load-report.ts';
import { LoadStage, stepsOf } from './load-stage.ts';
import { endpointOf, loopbackSettings } from './turn-stage.ts';

const stage = new LoadStage();
const ports = () => ({ tls: endpointOf(stage.server, 'tls').port });

/** Its report is one of the contract, its first step was answered, and nothing is left at the server. */
function expectWhole(report: LoadReport) {
  expect(loadReportSchema.parse(report)).toEqual(report);
  expect(report.body.failure).toBeNull();
  expect(stage.server.census.allocations).toBe(0);
  const [step] = stepsOf(report);
  if (step === undefined) throw new Error('no step was made');
  expect(step.arrivedBack).toBeGreaterThan(0);
  expect(step.arrivedBack).toBeLessThanOrEqual(step.sent);
  return step;
}

describe('packets', () => {
  it.each(['tcp', 'tls'] as const)('over %s: on both legs, whatever their size', async (transport) => {
    // On the stream they are padded to 164 bytes.
    const profile = { ladder: { from: 200, to: 200 }, traffic: { flows: 2, mix: [{ bytes: 161 }] } };
    const report = await stage.load(profile, { transport, server: endpointOf(stage.server, transport) });
    const step = expectWhole(report);
    expect(step.arrivedOut).toBeGreaterThanOrEqual(step.arrivedBack);
    expect(step.generator.receiveBufferBytes).toBeGreaterThan(0);
    expect(stage.server.traffic.toPeers).toBeGreaterThan(0);
    expect(stage.server.traffic.toPeers % 161).toBe(0);
  });

  it('a share of the flows over TLS, as pairs that are each other’s peers too', async () => {
    const mix = [{ share: 1 }, { name: 'behind a firewall', share: 1, transport: 'tls' }];
    const report = await stage.load({
      ladder: { from: 200, to: 200 },
      traffic: { flows: 2, mix },
      ports: ports(),
      peer: { kind: 'hairpin' },
    });
    const step = expectWhole(report);
    expect(step.arrivedOut).toBeNull();
    expect(step.generator.receiveBufferBytes).toBeGreaterThan(0);
  });

  it('in several sizes, each with a ladder and a verdict', async () => {
    const report = await stage.load({
      ladder: { from: 100, to: 100 },
      traffic: { flows: 2, sizes: [60, 1_200] },
    });
    expectWhole(report);
    const { otherSizes = [] } = report.body;
    expect(otherSizes.map(({ bytes }) => bytes)).toEqual([1_200]);
    const large = otherSizes[0]?.runs[0]?.steps[0];
    expect(large?.arrivedBack).toBeGreaterThan(0);
    expect(large?.clientMbitPerSec ?? 0).toBeGreaterThan(5 * (stepsOf(report)[0]?.clientMbitPerSec ?? 0));
  });
});

describe('allocations', () => {
  it.each(['udp', 'tls'] as const)('warm over %s: clients that were challenged before', async (transport) => {
    const report = await stage.load(
      { axis: 'allocations', warm: true, ladder: { from: 40, to: 40 } },
      { transport, server: endpointOf(stage.server, transport) },
    );
    expectWhole(report);
  });

  it('coming and going: as many as before live at the same time', async () => {
    const seen: number[] = [];
    const report = await stage.load(
      { axis: 'churn', population: 8, ladder: { from: 40, to: 40 } },
      {
        onOffer: () => seen.push(stage.server.census.allocations),
        onStep: () => seen.push(stage.server.census.allocations),
      },
    );
    expectWhole(report);
    expect(seen).not.toEqual([]);
    for (const living of seen) expect(living).toBeGreaterThanOrEqual(8);
  });
});

describe('permissions', () => {
  const profile = { axis: 'permissions', traffic: { flows: 2 }, ladder: { from: 100, to: 100 } };

  it('each for another address', async () => {
    const report = await stage.load({ ...profile, permissionRange: '127.1.0.0/16' });
    const step = expectWhole(report);
    expect(step.clientMbitPerSec).toBeNull();
  });

  it('for addresses that the server refuses are a failure of the set-up', async () => {
    const { failure, verdict } = (await stage.load(profile)).body;
    expect(failure?.code).toBe('turn-403');
    expect(verdict.kind).toBe('target-failed');
  });
});

describe('channels', () => {
  const profile = { axis: 'channels', traffic: { flows: 2 }, permissionRange: '127.1.0.0/16' };

  it('each for another port of the same address', async () => {
    const report = await stage.load({ ...profile, ladder: { from: 200, to: 200 } });
    const step = expectWhole(report);
    expect(step.failures).toEqual({});
    expect(step.clientMbitPerSec).toBeNull();
  });
});

describe('what the server refuses by its settings', () => {
  it('is told with its share', async () => {
    stage.server.reconfigure({ ...loopbackSettings, quota: { ...loopbackSettings.quota, perUser: 8 } });
    const report = await stage.load({ axis: 'held', ladder: { from: 10, to: 10 }, refreshSec: 1 });
    const [step] = stepsOf(report);
    expect(step?.policy).toEqual({ code: 'turn-486', share: 0.2 });
    expect(stage.server.census.allocations).toBe(0);
  });
});

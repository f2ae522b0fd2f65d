import { afterEach, describe, expect, it } from 'vitest';
import { runProbe } from '../../probe/io/run-probe.ts';
import { parseStunUri } from '../../stun/uri.ts';
import { startStunServer } from '../../turn/io/stun-server.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function serverAt(address: string): Promise<string> {
  const server = await startStunServer({ primary: { address, port: 0 }, alternate: null });
  undo.push(() => server.close());
  return server.uri;
}

function target(text: string) {
  const parsed = parseStunUri(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return { uri: parsed.uri };
}

const noRecords = Object.assign(new Error('no data'), { code: 'ENODATA' });

describe('probe with ipv6', () => {
  it('judges both families apart, and asks the given resolver for NAT64', async (context) => {
    const over4 = await serverAt('127.0.0.1');
    const over6 = await serverAt('::1').catch(() => null);
    if (over6 === null) return context.skip('this machine has no ::1');
    const asked: string[] = [];
    const { body } = await runProbe({
      targets: [target(over4), target(over6)],
      ipv6: true,
      resolve6: async (name) => {
        asked.push(name);
        throw noRecords;
      },
    });
    expect(asked).toEqual(['ipv4only.arpa']);
    expect(body.run.family).toBe('ipv4');
    const said = new Map(body.verdicts.map(({ name, value }) => [name, value]));
    expect([said.get('ipv6Udp'), said.get('ipv6Translated')]).toEqual(['open', false]);
    expect([said.get('nat64'), said.get('clat')]).toEqual([false, false]);
    // The public endpoints are those of the family that the report is about.
    expect(body.nat.publicEndpoints.filter((endpoint) => endpoint.startsWith('['))).toEqual([]);
    const ids = body.evidence.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says so where no server has an IPv6 address, and tries the prefix that the resolver names', async (context) => {
    const over4 = await serverAt('127.0.0.1');
    const { body } = await runProbe({
      targets: [target(over4)],
      ipv6: true,
      resolve6: async () => ['::ffff:0:c000:aa'],
    });
    const verdict = body.verdicts.find(({ name }) => name === 'ipv6Udp');
    expect(verdict).toMatchObject({
      value: 'inconclusive',
      reason: expect.stringContaining('no server has an IPv6 address'),
    });
    const through = body.evidence.find(({ purpose }) => purpose.startsWith('nat64/'));
    if (through === undefined) return context.skip('this machine has no IPv6 at all');
    expect(through.to.address).toBe('::ffff:0:7f00:1');
    expect(body.verdicts.find(({ name }) => name === 'nat64')).toMatchObject({
      value: '::ffff:0:0:0/96',
      confidence: 0.8,
    });
  });

  it('keeps its name servers’ failure to itself: no verdict on NAT64', async () => {
    const over4 = await serverAt('127.0.0.1');
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const { body } = await runProbe({
      targets: [target(over4)],
      ipv6: true,
      resolve6: () => Promise.reject(refused),
    });
    expect(body.verdicts.find(({ name }) => name === 'nat64')).toMatchObject({
      value: null,
      confidence: 0,
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

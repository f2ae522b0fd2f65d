import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../cli/load-scenario.ts';
import { type Measured, SiteMismatch, verifySites } from '../../../scenarios/io/run/verify-sites.ts';

const { sites } = parseScenario(
  `name: six
about: sites without IPv4
sites:
  cabin: { ipv4: false, ipv6: open, behind: [{ firewall: { kind: stateful, filtering: address-dependent } }] }
  phone: { ipv4: false, ipv6: open, behind: [{ nat: { like: symmetric }, nat64: true }] }
  office: { behind: [{ nat: { like: home-router } }] }
  laptop: { behind: [{ nat: { like: symmetric } }], vpn: { gateway: office } }
`,
  'six.yaml',
);
const ei = 'endpoint-independent';
const ad = 'address-dependent';
const apd = 'address-and-port-dependent';
const open = (mapping: Measured['mapping'], filtering: Measured['filtering']): Measured => ({
  ...{ mapping, filtering, udp: 'open' },
});

/** @param answers of one run after the other; the last one stays */
async function verify(site: number, serverIpv6: boolean, ...answers: (Measured | null)[]) {
  const runs: number[] = [];
  const ask = async (_site: number, run: number) => {
    runs.push(run);
    return answers[Math.min(run, answers.length) - 1] ?? null;
  };
  const measured = await verifySites(sites, { asked: [site], ask, serverIpv6 });
  return { measured: [...measured.values()], runs };
}

describe('what a site must turn out to be before a run', () => {
  it('without IPv4 it is its IPv6 firewall', async () => {
    expect(await verify(0, true, open(ei, ad))).toEqual({ measured: [open(ei, ad)], runs: [1] });
    await expect(verify(0, true, open(ei, ei))).rejects.toThrow(
      'cabin is described as endpoint-independent mapping, address-dependent filtering and was measured as endpoint-independent mapping, endpoint-independent filtering',
    );
  });

  it('behind a NAT64 it is the mapping, whatever the filtering looks like', async () => {
    expect((await verify(1, false, open(apd, 'inconclusive'))).runs).toEqual([1]);
    await expect(verify(1, false, open(ei, 'inconclusive'))).rejects.toThrow(SiteMismatch);
    // A server with IPv6 is reached past the NAT64.
    await expect(verify(1, true, open(apd, ei))).rejects.toThrow(SiteMismatch);
  });

  it('in a full tunnel it is the gateway’s way out', async () => {
    expect((await verify(3, true, open(ei, apd))).measured).toEqual([open(ei, apd)]);
    await expect(verify(3, true, open(apd, apd))).rejects.toThrow(SiteMismatch);
  });

  it('is asked three times before it is believed to be something else, or not to answer', async () => {
    expect((await verify(2, true, open(apd, apd), null, open(ei, apd))).runs).toEqual([1, 2, 3]);
    await expect(verify(2, true, null)).rejects.toThrow('office: its way out could not be classified');
  });
});

/** Is each site what the file says? Asked with a few packets from its first host, before anything is measured. */
import type { LabAgentNews } from '../../../contract/lab-agent.ts';
import { serverFamilyFor } from '../../plan/ipv6.ts';
import type { CompiledSite } from '../../scenario/compile.ts';
import { wayOf } from '../../scenario/vpn-of.ts';
import { type WayOut, wayOutOf, wayWords } from '../../scenario/way-out.ts';
import { forEachOf } from './schedule.ts';

export type Measured = Pick<Extract<LabAgentNews, { news: 'classified' }>, 'mapping' | 'filtering' | 'udp'>;

/** A site came out other than its description: nothing that is measured then means what it says. */
export class SiteMismatch extends Error {}

/** A probe mostly waits; more side by side only disturb each other's timing. */
const sideBySide = 6;
const tries = 3;

export interface SiteQuestions {
  /** Indices of the sites that are looked at. */
  readonly asked: readonly number[];
  /** What a host of the site finds out; null: no answer in time. */
  readonly ask: (site: number, run: number) => Promise<Measured | null>;
  readonly serverIpv6: boolean;
}

/** @throws SiteMismatch naming the first site that is not what it should be */
export async function verifySites(
  sites: readonly CompiledSite[],
  { asked, ask, serverIpv6 }: SiteQuestions,
): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured>();
  await forEachOf(asked, sideBySide, async (index) => {
    const site = sites[index];
    if (site === undefined) return;
    const expected = wayOutOf(wayOf(sites, site.spec), serverFamilyFor(site.spec, serverIpv6));
    let seen: Measured | null = null;
    for (let run = 1; run <= tries && (seen === null || !isWayOut(seen, expected)); run += 1) {
      seen = await ask(index, run);
    }
    if (seen === null) throw new SiteMismatch(`${site.name}: its way out could not be classified`);
    if (!isWayOut(seen, expected)) throw new SiteMismatch(mismatch(site.name, expected, seen));
    const { mapping, filtering, udp } = seen;
    measured.set(site.name, { mapping, filtering, udp });
  });
  return measured;
}

function isWayOut(seen: Measured, expected: WayOut): boolean {
  // Silence alone is inconclusive to a probe that has nothing else to hold against it.
  if (expected.udp === 'blocked') return seen.udp !== 'open';
  const { mapping, filtering } = expected;
  const isFiltered = filtering === null || seen.filtering === filtering;
  return seen.udp === 'open' && seen.mapping === mapping && isFiltered;
}

function mismatch(name: string, expected: WayOut, seen: Measured): string {
  return `${name} is described as ${wayWords(expected)} and was measured as ${wayWords(seen)}`;
}

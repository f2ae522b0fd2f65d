/** Is each site what the file says? Asked with a few packets from its first host, before anything is measured. */
import type { LabAgentNews } from '../../../contract/lab-agent.ts';
import type { CompiledSite } from '../../scenario/compile.ts';
import { type WayOut, wayOutOf } from '../../scenario/way-out.ts';
import type { LabAgent } from './lab-agent.ts';
import { forEachOf } from './schedule.ts';

export type Measured = Pick<Extract<LabAgentNews, { news: 'classified' }>, 'mapping' | 'filtering' | 'udp'>;

/** A site came out other than its description: nothing that is measured then means what it says. */
export class SiteMismatch extends Error {}

const timeoutMs = 30_000;
/** A probe mostly waits; more side by side only disturb each other's timing. */
const sideBySide = 6;
const tries = 3;

/**
 * @param agents by the index of the site
 * @throws SiteMismatch naming the first site that is not what it should be
 */
export async function verifySites(
  sites: readonly CompiledSite[],
  agents: ReadonlyMap<number, LabAgent>,
  stun: string,
): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured>();
  await forEachOf([...agents], sideBySide, async ([index, agent]) => {
    const site = sites[index];
    if (site === undefined) return;
    const expected = wayOutOf(site.spec);
    let seen: Measured | null = null;
    for (let run = 1; run <= tries && (seen === null || !isWayOut(seen, expected)); run += 1) {
      seen = await agent.ask({ order: 'classify', run, stun }, 'classified', timeoutMs);
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
  return seen.udp === 'open' && seen.mapping === expected.mapping && seen.filtering === expected.filtering;
}

function mismatch(name: string, expected: WayOut, seen: Measured): string {
  const words = ({ mapping, filtering, udp }: WayOut | Measured) =>
    udp === 'open' ? `${mapping} mapping, ${filtering} filtering` : `UDP ${udp}`;
  return `${name} is described as ${words(expected)} and was measured as ${words(seen)}`;
}

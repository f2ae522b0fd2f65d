/**
 * Will two hosts connect, each known by its report: directly, through a relay, or not at all, and why? Whatever the
 * reports do not settle is named, together with the test that would settle it.
 */
import type { Transport } from '../../contract/basics.ts';
import { directView, type Odds } from './direct-view.ts';
import type { PairEnd } from './pair-end.ts';

export interface PairPrediction {
  readonly outcome: 'direct' | 'relay' | 'depends' | 'fail' | 'unknown';
  /** Will a connection come about, by whatever path? null: the reports do not say. */
  readonly connects: boolean | null;
  /** Stable id of the finding. */
  readonly code: string;
  /** One sentence. */
  readonly reason: string;
  /** Behaviours that no report shows and that decide; empty: the outcome is the same whatever they are. */
  readonly dependsOn: readonly string[];
  /** Null where nothing measured supports a figure: how common each kind of NAT is, no report can say. */
  readonly odds: Odds | null;
  /** The test that would settle it; null: nothing is open. */
  readonly settledBy: string | null;
  readonly relay: {
    /** How each end reaches a TURN server that works for it. */
    readonly a: readonly Transport[];
    readonly b: readonly Transport[];
    readonly both: readonly Transport[];
    /** Can the pair meet at one of them? null: no TURN server was tried, so it is not known. */
    readonly works: boolean | null;
  };
  readonly notes: readonly string[];
}

export function predictPairOf(a: PairEnd, b: PairEnd): PairPrediction {
  const view = directView(a, b);
  // A relay on the own machine or site says nothing about the way to the other end either.
  const measured = view.code !== 'measured-inside';
  const works = measured ? relayWorks(a, b) : null;
  const relay = { a: a.relays, b: b.relays, both: a.relays.filter((over) => b.relays.includes(over)), works };
  const base = {
    code: view.code,
    dependsOn: view.dependsOn,
    odds: view.odds,
    settledBy: view.settledBy,
    relay,
    notes: view.notes,
  };
  if (view.direct === 'yes') return { outcome: 'direct', connects: true, reason: `${view.reason}.`, ...base };
  const reason = measured ? `${view.reason}; ${relayText(a, b, works)}.` : `${view.reason}.`;
  if (view.direct === 'no') {
    return { outcome: works === false ? 'fail' : 'relay', connects: works, reason, ...base };
  }
  const connects = works === true ? true : null;
  return { outcome: view.direct === 'depends' ? 'depends' : 'unknown', connects, reason, ...base };
}

/**
 * A relayed address behaves like a host with address-dependent filtering (TURN permissions are per IP, RFC 8656 §9):
 * every host with UDP reaches it, and one without UDP reaches it from a relay of its own. So one relay is enough,
 * unless the end without it has no UDP.
 */
function relayWorks(a: PairEnd, b: PairEnd): boolean | null {
  const reached = (owner: PairEnd, other: PairEnd) =>
    owner.relays.length > 0 && (other.udp === 'open' || other.relays.length > 0);
  if (reached(a, b) || reached(b, a)) return true;
  // An end without UDP needs a relay of its own; the others may use either.
  const needed = [a, b].filter((end) => end.udp !== 'open');
  const owners = needed.length > 0 ? needed.filter((end) => end.relays.length === 0) : [a, b];
  return owners.every((end) => end.relayTried) ? false : null;
}

const list = (transports: readonly Transport[]) => transports.map((t) => t.toUpperCase()).join(', ');

function relayText(a: PairEnd, b: PairEnd, works: boolean | null): string {
  if (works === null)
    return 'no report shows a TURN server that would help, as none was tried where it is needed';
  if (!works) return 'none of the TURN servers that were tried helps';
  const both = a.relays.filter((over) => b.relays.includes(over));
  if (both.length > 0) return `a TURN relay works for both ends over ${list(both)}`;
  if (a.relays.length > 0 && b.relays.length > 0) {
    return `a TURN relay works for A over ${list(a.relays)} and for B over ${list(b.relays)}`;
  }
  const [name, other, end] = a.relays.length > 0 ? ['A', 'B', a] : ['B', 'A', b];
  return `the TURN relay that works for ${name} over ${list(end.relays)} is enough, as ${other} has UDP`;
}

/** Can two hosts meet at a TURN relay, and how does each reach it? */
import type { Transport } from '../../contract/basics.ts';
import type { PairContext } from './direct-view.ts';
import type { PairEnd } from './pair-end.ts';

export interface RelayView {
  /** How each end reaches a TURN server that works for it. */
  readonly a: readonly Transport[];
  readonly b: readonly Transport[];
  readonly both: readonly Transport[];
  /** Can the pair meet at one of them? null: no TURN server was tried where one is needed. */
  readonly works: boolean | null;
}

/** `relayOnly`: the application forbids all other candidates at both ends (RFC 8828 §5.2, `iceTransportPolicy`). */
export function relayView(a: PairEnd, b: PairEnd, relayOnly: boolean): RelayView {
  const [ownA, ownB] = [transportsOf(a), transportsOf(b)];
  const both = ownA.filter((over) => ownB.includes(over));
  return { a: ownA, b: ownB, both, works: works(a, b, relayOnly) };
}

function transportsOf(end: PairEnd): Transport[] {
  return [...new Set(end.relays.map(({ over }) => over))];
}

/**
 * A relayed address behaves like a host with address-dependent filtering (TURN permissions are per IP, RFC 8656 §9):
 * every host with UDP reaches it, and one without UDP reaches it from a relay of its own, in the same address family.
 * So one relay is enough, unless the end without it has no UDP.
 */
function works(a: PairEnd, b: PairEnd, relayOnly: boolean): boolean | null {
  const needsOwn = (end: PairEnd) => relayOnly || end.udp !== 'open';
  const reached = (owner: PairEnd, other: PairEnd) =>
    owner.relays.some(
      ({ family }) =>
        (!needsOwn(other) && speaks(other, family)) || other.relays.some((relay) => relay.family === family),
    );
  if (reached(a, b) || reached(b, a)) return true;
  const needed = [a, b].filter(needsOwn);
  const owners = needed.length > 0 ? needed.filter((end) => end.relays.length === 0) : [a, b];
  return owners.every((end) => end.relayTried) ? false : null;
}

/** Where no address is known, nothing speaks against it. */
function speaks({ families }: PairEnd, family: 'ipv4' | 'ipv6'): boolean {
  return families.length === 0 || families.includes(family);
}

/** What stands behind the direct path. */
export function relayText({ ends, words }: PairContext, view: RelayView): string {
  const [[nameA, a], [nameB, b]] = ends;
  const { relay } = words;
  if (view.works === null) return relay.notTried;
  if (!view.works) return a.relays.length + b.relays.length === 0 ? relay.noneHelps : relay.notReached;
  if (view.both.length > 0) return relay.both(view.both);
  if (view.a.length > 0 && view.b.length > 0) return relay.each(nameA, view.a, nameB, view.b);
  return view.a.length > 0 ? relay.one(nameA, view.a, nameB) : relay.one(nameB, view.b, nameA);
}

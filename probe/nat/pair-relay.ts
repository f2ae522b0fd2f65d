/** Can two hosts meet at a TURN relay, and how does each reach it? */
import type { Transport } from '../../contract/basics.ts';
import type { Named } from './direct-view.ts';
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

const list = (transports: readonly Transport[]) => transports.map((t) => t.toUpperCase()).join(', ');

/** Half a sentence. */
export function relayText([[nameA, a], [nameB, b]]: readonly [Named, Named], view: RelayView): string {
  if (view.works === null) {
    return 'no report shows a TURN server that would help, as none was tried where it is needed';
  }
  if (!view.works) {
    return a.relays.length + b.relays.length === 0
      ? 'none of the TURN servers that were tried helps'
      : 'the TURN servers that work for one end do not reach the other';
  }
  if (view.both.length > 0) return `a TURN relay works for both ends over ${list(view.both)}`;
  if (view.a.length > 0 && view.b.length > 0) {
    return `a TURN relay works for ${nameA} over ${list(view.a)} and for ${nameB} over ${list(view.b)}`;
  }
  const [name, other, own] = view.a.length > 0 ? [nameA, nameB, view.a] : [nameB, nameA, view.b];
  return `the TURN relay that works for ${name} over ${list(own)} is enough, as ${other} has UDP`;
}

/** Behind one NAT, packets to the own public address turn around at the router, if it lets them (RFC 4787 §6). */
import type { DirectView, PairContext } from './direct-view.ts';

/** Null: they are not behind the same NAT. */
export function sameNatView({ ends, words }: PairContext, byClass: DirectView): DirectView | null {
  const [[nameA, a], [nameB, b]] = ends;
  const { reasons, dependsOn, settledBy } = words;
  const shared = a.publicAddresses.find((address) => b.publicAddresses.includes(address));
  if (shared === undefined || (a.behindNat === false && b.behindNat === false)) return null;
  const oneHost = a.localAddress !== null && a.localAddress === b.localAddress;
  const notes = [...byClass.notes, ...(oneHost ? [words.notes.sameHost] : [])];
  const hairpin = a.hairpin === 'yes' || b.hairpin === 'yes' ? 'yes' : a.hairpin === 'no' ? 'no' : b.hairpin;
  if (hairpin === 'yes' && byClass.direct === 'yes') {
    return { ...byClass, code: 'same-nat-hairpin', reason: reasons.hairpins(shared), notes };
  }
  const known = hairpin === 'no' ? 'no' : 'unknown';
  return {
    direct: 'depends',
    code: 'same-nat',
    reason: reasons.sameNat(shared, a.localAddress ?? nameA, b.localAddress ?? nameB, known),
    dependsOn: [dependsOn.localRoute, ...(known === 'no' ? [] : [dependsOn.hairpinning])],
    odds: null,
    settledBy: settledBy.ping,
    notes,
  };
}

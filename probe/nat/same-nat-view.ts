/** Behind one NAT, packets to the own public address turn around at the router, if it lets them (RFC 4787 §6). */
import type { DirectView, Named } from './direct-view.ts';

/** Null: they are not behind the same NAT. */
export function sameNatView(
  [[nameA, a], [nameB, b]]: readonly [Named, Named],
  byClass: DirectView,
): DirectView | null {
  const shared = a.publicAddresses.find((address) => b.publicAddresses.includes(address));
  if (shared === undefined || (a.behindNat === false && b.behindNat === false)) return null;
  const notes = [
    ...byClass.notes,
    ...(a.localAddress !== null && a.localAddress === b.localAddress
      ? ['Both reports also name the same local address: they may come from one host.']
      : []),
  ];
  const hairpin = a.hairpin === 'yes' || b.hairpin === 'yes' ? 'yes' : a.hairpin === 'no' ? 'no' : b.hairpin;
  const reason = `both ends have the public address ${shared}, so they are behind the same NAT`;
  if (hairpin === 'yes' && byClass.direct === 'yes') {
    return {
      ...byClass,
      code: 'same-nat-hairpin',
      reason: `${reason}, which turns packets between them around (hairpinning)`,
      notes,
    };
  }
  const locals = `their local addresses (${a.localAddress ?? nameA}, ${b.localAddress ?? nameB}) reach each other`;
  const how =
    hairpin === 'no'
      ? `direct only if ${locals}, as the NAT does not turn packets around (hairpinning)`
      : `direct if ${locals}, or if the NAT turns packets around (hairpinning)`;
  return {
    direct: 'depends',
    code: 'same-nat',
    reason: `${reason}: ${how}`,
    dependsOn: ['route between the local addresses', ...(hairpin === 'no' ? [] : ['hairpinning'])],
    odds: null,
    settledBy:
      'Ping the local address of one host from the other; if that fails, test hairpinning on their router.',
    notes,
  };
}

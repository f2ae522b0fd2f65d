/** RFC 3489 §5 names, kept as labels because people know them; the behaviours above are the truth. */
import type { Behaviour, LegacyName, NatSummary } from '../../contract/nat-report.ts';

export function legacyName(
  udp: NatSummary['udp'],
  behindNat: boolean | null,
  mapping: Behaviour,
  filtering: Behaviour,
): LegacyName {
  if (udp === 'blocked') return 'udp-blocked';
  if (udp === 'inconclusive' || behindNat === null) return 'inconclusive';
  if (!behindNat) {
    if (filtering === 'inconclusive') return 'inconclusive';
    return filtering === 'endpoint-independent' ? 'open-internet' : 'symmetric-udp-firewall';
  }
  if (mapping === 'inconclusive') return 'inconclusive';
  if (mapping !== 'endpoint-independent') return 'symmetric';
  switch (filtering) {
    case 'endpoint-independent':
      return 'full-cone';
    case 'address-dependent':
      return 'restricted-cone';
    case 'port-dependent':
    case 'address-and-port-dependent':
      return 'port-restricted-cone';
    case 'inconclusive':
      return 'inconclusive';
  }
}

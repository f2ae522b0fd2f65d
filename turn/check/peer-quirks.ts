/** What accepted peers say about the release. An operator may allow or deny anything, so pairs are compared. */
import type { Knowledge, QuirkSeen } from './knowledge.ts';
import type { Quirk } from './quirks.ts';

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;
/** Refused from 4.13.1 on without a rule. */
const refusedByDefault =
  /^(?:169\.254\.|fe[89ab][0-9a-f]:|fe[c-f][0-9a-f]:|f[cd]|64:ff9b:|2002:|::[0-9a-f]{1,4}:[0-9a-f]{1,4}$)/;

export function peerQuirks({ acceptedPeers, refusedPeers }: Knowledge): ReadonlyMap<Quirk, QuirkSeen> {
  const found = new Map<Quirk, QuirkSeen>();
  const note = (quirk: Quirk, accepted: string | undefined, beside = '') => {
    if (accepted !== undefined)
      found.set(quirk, { present: true, evidence: `${accepted} was accepted${beside}` });
  };
  const accepted = [...acceptedPeers];
  const loopback = [...refusedPeers].find((address) => address.startsWith('127.'));
  // With allow-loopback-peers all of these are accepted on purpose.
  if (loopback !== undefined) {
    const zero = accepted.find((address) => ['0.0.0.0', '0.0.0.1', '::1', '::'].includes(address));
    note('zero-addresses-allowed', zero, `, ${loopback} was refused`);
  }
  const around = accepted.find((address) => {
    const inner = mapped.exec(address)?.[1];
    return inner !== undefined && refusedPeers.has(inner);
  });
  note('mapped-loopback-allowed', around, ', the same IPv4 address was refused');
  note(
    'embedded-ipv4-allowed',
    accepted.find((address) => refusedByDefault.test(address)),
  );
  return found;
}

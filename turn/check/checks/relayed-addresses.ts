/** Group L: the relayed addresses that this run was given, all of them: a server may have several to choose from. */
import { familyOf } from '../../../stun/endpoint.ts';
import { parseAddress, specialUse } from '../../lint/address.ts';
import type { Check } from '../check.ts';
import type { Site } from '../site.ts';
import { failed, passed, skipped, warned } from '../verdict.ts';

const externalIp = {
  coturn:
    'external-ip=PUBLIC-IP behind NAT or in a cloud (PUBLIC/PRIVATE opens the private address to every client), else relay-ip=PUBLIC-IP; take relay-ip lines of other interfaces out',
  other: 'Configure the public address as the relayed one.',
};

/** IPv4 ones: what V01 asks for is judged there. */
function addressesOf({ knowledge }: Site): string[] {
  const all = new Set(knowledge.relayed.map(({ address }) => address));
  return [...all].filter((address) => familyOf(address) === 'ipv4');
}

/** Why nobody outside can send to it; null: an ordinary public address. */
function obstacleOf(address: string): string | null {
  const parsed = parseAddress(address);
  return parsed === null ? 'no address' : specialUse(parsed);
}

export const relayedAddresses: readonly Check[] = [
  {
    id: 'L04',
    title: 'The relayed address can be reached from outside',
    severity: 'critical',
    rfc: 'RFC 8656 §7.2',
    sent: 'all Allocates of this run',
    expected: 'public relayed addresses of the family asked for, when the server has a public one',
    fix: externalIp,
    run({ site }) {
      const { relayed, allocates } = site.knowledge;
      if (relayed.length === 0)
        return allocates ? failed('success without XOR-RELAYED-ADDRESS') : skipped('no allocation');
      const addresses = addressesOf(site);
      if (addresses.length === 0) return failed(`${relayed[0]?.address}: IPv6 although none was asked for`);
      const bad = addresses.filter((address) => obstacleOf(address) !== null);
      const [first] = bad;
      if (first === undefined) return passed(addresses.join(', '));
      const use = obstacleOf(first);
      if (use === 'this host') return failed(`${first} is no address that anybody can send to`);
      // A server that is itself asked at such an address serves that network; what it hands out fits.
      const reachedAs = obstacleOf(site.server.address);
      if (reachedAs !== null)
        return passed(`${bad.join(', ')} (${use}), as the server’s own address ${site.server.address}`);
      return failed(`${bad.join(', ')}: an address for ${use}, which other networks cannot send to`);
    },
  },
  {
    id: 'L05',
    title: 'The relayed address is one of the server’s own',
    severity: 'medium',
    rfc: 'RFC 8656 §7.2',
    sent: 'all Allocates of this run',
    expected: 'an address of the host name in the URI',
    fix: externalIp,
    run({ site }) {
      const addresses = addressesOf(site);
      if (addresses.length === 0) return skipped('no relayed address');
      const seen = `relays from ${addresses.join(', ')}; the name is at ${site.addresses.join(', ')}`;
      return addresses.every((address) => site.addresses.includes(address)) ? passed(seen) : warned(seen);
    },
  },
];

import { synthesised, writtenIn } from '../plan/ipv6.ts';
import type { Flow, Middlebox, NatOutcome } from './middlebox.ts';

/**
 * A translator between the families (RFC 7915): each host behind it has one IPv4 address, ports stay. What makes a NAT64
 * (RFC 6146) of it is the NAT that follows.
 */
export class Nat64Box implements Middlebox {
  readonly addresses: readonly string[];
  readonly hairpin = false;
  readonly firewallOnly = false;
  readonly rewritesPayload = false;
  readonly #ipv4Of: ReadonlyMap<string, string>;
  readonly #ipv6Of: ReadonlyMap<string, string>;

  /** @param hosts IPv6 addresses of the hosts behind it */
  constructor(hosts: readonly string[]) {
    const pairs = hosts.map((host, index) => [host, `192.168.255.${2 + index}`] as const);
    this.#ipv4Of = new Map(pairs);
    this.#ipv6Of = new Map(pairs.map(([host, address]) => [address, host]));
    this.addresses = pairs.map(([, address]) => address);
  }

  get tcp(): Nat64Box {
    return this;
  }

  outbound(_nowMs: number, { from, to }: Flow): NatOutcome {
    const [address, target] = [this.#ipv4Of.get(from.address), writtenIn(to.address)];
    if (address === undefined || target === null) return { kind: 'drop', reason: 'no-mapping' };
    return {
      kind: 'pass',
      flow: { from: { address, port: from.port }, to: { address: target, port: to.port } },
    };
  }

  inbound(_nowMs: number, { from, to }: Flow): NatOutcome {
    const address = this.#ipv6Of.get(to.address);
    if (address === undefined) return { kind: 'drop', reason: 'no-mapping' };
    return {
      kind: 'pass',
      flow: { from: { ...from, address: synthesised(from.address) }, to: { address, port: to.port } },
    };
  }
}

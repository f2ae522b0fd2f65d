import type { Endpoint } from '../../stun/endpoint.ts';
import type { Flow, Middlebox, NatDropReason } from './middlebox.ts';

/** NATs keep state for each by itself (RFC 7857 §5). */
export type SimProtocol = 'udp' | 'tcp';

/** A place where packets are delivered by address: behind one NAT, or the public side of all of them. */
export type Realm = Middlebox | 'public';

export interface Routed<Host> {
  readonly host: Host;
  /** Addresses as the receiver sees them. */
  readonly flow: Flow;
  /** What gateways on the way replaced in the payload, outermost first. */
  readonly rewrites: readonly Rewrite[];
}

/** Level after level of NATs on the way in. */
type InwardStep<Host> =
  | { readonly kind: 'to-host'; readonly host: Host; readonly flow: Flow }
  | { readonly kind: 'to-nat'; readonly nat: Middlebox; readonly flow: Flow }
  | Extract<RouteResult<Host>, { kind: 'dropped' }>;

export interface Rewrite {
  readonly from: Endpoint;
  readonly to: Endpoint;
}

export type RouteResult<Host> =
  | ({ readonly kind: 'arrived' } & Routed<Host>)
  | { readonly kind: 'dropped'; readonly reason: NatDropReason | 'no-route'; readonly flow: Flow };

/** Somebody owns the destination. */
export type CrossedRoute<Host> = (
  | { readonly kind: 'to-host'; readonly host: Host }
  | { readonly kind: 'to-nat'; readonly nat: Middlebox }
) & {
  readonly flow: Flow;
  /** False: it has stayed behind a NAT that both ends share. */
  readonly isOverCore: boolean;
};

/** Where a packet stands on the far side of the core, before the receiver's NATs have looked at it. */
export type Crossing<Host> =
  | CrossedRoute<Host>
  | { readonly kind: 'dropped'; readonly reason: NatDropReason | 'no-route'; readonly flow: Flow };

/** Which host or NAT owns which address in which realm; NATs may be chained (carrier-grade NAT). */
export class SimRoutes<Host> {
  readonly #realms = new Map<Realm, Map<string, { host: Host } | { nat: Middlebox }>>();
  readonly #outside = new Map<Middlebox, Realm>();
  readonly #publicOwners = new Map<string, Host>();

  /** @param nats innermost first; the last one faces the public side */
  addHost(host: Host, addresses: readonly string[], nats: readonly Middlebox[]): void {
    for (const address of addresses) this.#own(nats[0] ?? 'public', address, { host });
    let visible: readonly string[] = addresses;
    for (const [level, nat] of nats.entries()) {
      const outside: Realm = nats[level + 1] ?? 'public';
      const before = this.#outside.get(nat);
      if (before !== undefined && before !== outside) {
        throw new Error('one NAT cannot stand in front of two different networks');
      }
      this.#outside.set(nat, outside);
      // A firewall does not translate: what is behind it keeps its addresses outside.
      visible = nat.firewallOnly ? visible : nat.addresses;
      for (const address of visible) this.#own(outside, address, { nat });
    }
    // Hosts behind one NAT share its line, so any of them will do.
    for (const address of visible) {
      if (!this.#publicOwners.has(address)) this.#publicOwners.set(address, host);
    }
  }

  /** A host that is reached by this public address, through NATs or without. */
  publicOwner(address: string): Host | undefined {
    return this.#publicOwners.get(address);
  }

  /** The addresses of a NAT lead nowhere from now on, and these lead to it. */
  renumber(nat: Middlebox, fresh: readonly string[]): void {
    let inner = nat;
    for (;;) {
      const outside = this.#outside.get(inner);
      if (outside === undefined) throw new Error('no host is behind this NAT');
      for (const address of nat.addresses) this.#realms.get(outside)?.delete(address);
      for (const address of fresh) this.#own(outside, address, { nat: inner });
      // What does not translate shows the same addresses on its other side.
      if (outside === 'public' || !outside.firewallOnly) return;
      inner = outside;
    }
  }

  /** From a host outwards until somebody owns the destination; NATs on the way translate. */
  outwards(nowMs: number, start: Realm, sent: Flow, protocol: SimProtocol = 'udp'): Crossing<Host> {
    let realm = start;
    let flow = sent;
    let cameThrough: Middlebox | null = null;
    for (;;) {
      const owner = this.#realms.get(realm)?.get(flow.to.address);
      const isOverCore = realm === 'public';
      if (owner !== undefined && 'host' in owner) {
        return { kind: 'to-host', host: owner.host, flow, isOverCore };
      }
      if (owner !== undefined) {
        // RFC 4787 §6: to one's own NAT's external address and back in.
        if (owner.nat === cameThrough && !owner.nat.hairpin && !owner.nat.firewallOnly) {
          return { kind: 'dropped', reason: 'no-hairpin', flow };
        }
        return { kind: 'to-nat', nat: owner.nat, flow, isOverCore: isOverCore && owner.nat !== cameThrough };
      }
      if (realm === 'public') return { kind: 'dropped', reason: 'no-route', flow };
      const result = stateOf(realm, protocol).outbound(nowMs, flow);
      if (result.kind === 'drop') return { kind: 'dropped', reason: result.reason, flow };
      flow = result.flow;
      cameThrough = realm;
      realm = this.#outside.get(realm) ?? 'public';
    }
  }

  /** From the outside of a NAT inwards to the host. */
  inwards(nowMs: number, crossing: Crossing<Host>, protocol: SimProtocol = 'udp'): RouteResult<Host> {
    let at: InwardStep<Host> = crossing;
    const rewrites: Rewrite[] = [];
    for (;;) {
      if (at.kind === 'dropped') return at;
      if (at.kind === 'to-host') return { kind: 'arrived', host: at.host, flow: at.flow, rewrites };
      const result = stateOf(at.nat, protocol).inbound(nowMs, at.flow);
      if (result.kind === 'drop') return { kind: 'dropped', reason: result.reason, flow: at.flow };
      if (at.nat.rewritesPayload) rewrites.push({ from: at.flow.to, to: result.flow.to });
      const owner = this.#realms.get(at.nat)?.get(result.flow.to.address);
      if (owner === undefined) return { kind: 'dropped', reason: 'no-route', flow: result.flow };
      at =
        'host' in owner
          ? { kind: 'to-host', host: owner.host, flow: result.flow }
          : { kind: 'to-nat', nat: owner.nat, flow: result.flow };
    }
  }

  #own(realm: Realm, address: string, owner: { host: Host } | { nat: Middlebox }): void {
    const table = this.#realms.get(realm) ?? new Map<string, { host: Host } | { nat: Middlebox }>();
    const before = table.get(address);
    const same = before !== undefined && 'nat' in before && 'nat' in owner && before.nat === owner.nat;
    if (before !== undefined && !same) throw new Error(`address ${address} is taken in its network`);
    table.set(address, owner);
    this.#realms.set(realm, table);
  }
}

function stateOf(nat: Middlebox, protocol: SimProtocol): Middlebox {
  return protocol === 'tcp' ? nat.tcp : nat;
}

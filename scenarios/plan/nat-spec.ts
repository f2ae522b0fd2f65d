import type { Dependence, FilterScope, NatEngine, Pairing, PortPolicy } from '../nat-behaviour.ts';

/** What a kernel NAT of the lab shall do. Everything but mapping and filtering has a default. */
export interface NatSpec {
  readonly mapping: Dependence;
  readonly filtering: Dependence;
  /** Default `session`, which is what Linux-like routers do. */
  readonly engine?: NatEngine;
  /** Default `mapping`. */
  readonly filterScope?: FilterScope;
  /** Default `preserving`. `random` is a seeded shuffle: no port twice, and the same ones in every run. */
  readonly ports?: PortPolicy;
  /** Ports for all policies, and for `preserving` those that are used after a collision. Default: see `completeNat`; of a wide `random` range 1 024 are drawn. */
  readonly portRange?: { readonly first: number; readonly last: number };
  /** External addresses, 1–8. Default 1. More than one needs the session engine. */
  readonly poolSize?: number;
  /** Default `paired`. */
  readonly pairing?: Pairing;
  /** RFC 4787 §6, with the external source address (REQ-9). Default false. Needs the session engine. */
  readonly hairpin?: boolean;
  /** Seconds since the last outbound packet until a mapping is gone, ≥ 1. Default 30. */
  readonly lifetimeSec?: number;
  /** For `random` ports and paired pools. Default 1. */
  readonly seed?: number;
}

export type CompleteNatSpec = Required<NatSpec>;

/** Linux hands these out to sockets that do not ask for a port (net.ipv4.ip_local_port_range). */
export const ephemeralPorts = { first: 32_768, last: 60_999 } as const;

const defaultRange = {
  // Outside the ports that are preserved, so that the two never meet.
  preserving: { first: 20_000, last: 21_023 },
  sequential: { first: 40_000, last: 41_023 },
  'parity-preserving': { first: 40_000, last: 41_023 },
  // RFC 6056 s3.2: as wide as possible. 1 024 of them are drawn.
  random: { first: 1_024, last: 65_535 },
} as const;

/**
 * Fills the defaults in.
 * @throws RangeError when the kernel rules cannot do what is asked for
 */
export function completeNat(spec: NatSpec): CompleteNatSpec {
  const engine = spec.engine ?? 'session';
  const ports = spec.ports ?? 'preserving';
  const complete: CompleteNatSpec = {
    mapping: spec.mapping,
    filtering: spec.filtering,
    engine,
    filterScope: spec.filterScope ?? 'mapping',
    ports,
    portRange: spec.portRange ?? defaultRange[ports],
    poolSize: spec.poolSize ?? 1,
    pairing: spec.pairing ?? 'paired',
    hairpin: spec.hairpin ?? false,
    lifetimeSec: spec.lifetimeSec ?? 30,
    seed: spec.seed ?? 1,
  };
  const { portRange, poolSize, lifetimeSec } = complete;
  if (engine === 'table' && (poolSize !== 1 || complete.hairpin)) {
    throw new RangeError('a pool of addresses and hairpinning need the session engine');
  }
  if (!Number.isInteger(poolSize) || poolSize < 1 || poolSize > 8) {
    throw new RangeError('poolSize must be 1 to 8');
  }
  if (!(lifetimeSec >= 1)) throw new RangeError('lifetimeSec must be at least 1');
  if (portRange.first < 1 || portRange.last > 65_535 || portRange.last <= portRange.first) {
    throw new RangeError('portRange must be an ascending range within 1 to 65535');
  }
  return complete;
}

/** `EI/APD`, `EI/APD table random`: how a NAT is called in logs and test names. */
export function natLabel(spec: NatSpec): string {
  const short: Record<Dependence, string> = {
    'endpoint-independent': 'EI',
    'address-dependent': 'AD',
    'port-dependent': 'PD',
    'address-and-port-dependent': 'APD',
  };
  const { engine, ports, hairpin, poolSize, pairing } = completeNat(spec);
  const extras = [hairpin ? 'hairpin' : '', poolSize > 1 ? `${poolSize} addresses ${pairing}` : ''];
  return [`${short[spec.mapping]}/${short[spec.filtering]}`, engine, ports, ...extras]
    .filter(Boolean)
    .join(' ');
}

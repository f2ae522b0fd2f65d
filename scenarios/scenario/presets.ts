import type { natPresets } from '../../contract/scenario.ts';
import type { NatSpec } from '../plan/nat-spec.ts';

export type NatPreset = (typeof natPresets)[number];

/** What the names of a scenario's `like:` stand for. */
export const presets = {
  // A Linux-like router. Richter et al., IMC 2016: under 2 % of home routers are symmetric.
  'home-router': { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' },
  // RFC 3489 §5.
  'full-cone': { mapping: 'endpoint-independent', filtering: 'endpoint-independent' },
  'restricted-cone': { mapping: 'endpoint-independent', filtering: 'address-dependent' },
  'port-restricted-cone': {
    mapping: 'endpoint-independent',
    filtering: 'address-and-port-dependent',
    ports: 'random',
  },
  symmetric: {
    mapping: 'address-and-port-dependent',
    filtering: 'address-and-port-dependent',
    ports: 'random',
  },
  // RFC 6888 §3: endpoint-independent mapping (REQ-1), paired addresses (REQ-2), endpoint-independent filtering (REQ-7).
  carrier: {
    mapping: 'endpoint-independent',
    filtering: 'endpoint-independent',
    ports: 'random',
    poolSize: 4,
  },
  // Richter et al., IMC 2016: about 40 % of the cellular networks with a carrier-grade NAT.
  'carrier-symmetric': {
    mapping: 'address-and-port-dependent',
    filtering: 'address-and-port-dependent',
    ports: 'random',
    poolSize: 4,
  },
} as const satisfies Record<NatPreset, NatSpec>;

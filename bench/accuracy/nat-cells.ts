/** Cells whose server is in order: what makes them hard is the network. */
import type { Dependence } from '../../scenarios/nat-behaviour.ts';
import { type Cell, type CellGroup, type Layer, shortName, type Truth, type World } from './cell.ts';

export const EI = 'endpoint-independent';
export const AD = 'address-dependent';
export const PD = 'port-dependent';
export const APD = 'address-and-port-dependent';
const three = [EI, AD, APD] as const;

export function natLayer(mapping: Dependence, filtering: Dependence, more: Partial<Layer> = {}): Layer {
  return { kind: 'nat', mapping, filtering, ...more } as Layer;
}

/** Behind a NAT that translates, with working UDP. */
export function behindNat(mapping: Dependence, filtering: Dependence, more: Partial<Truth> = {}): Truth {
  return { mapping, filtering, behindNat: true, udp: 'open', ...more };
}

function natCell(group: CellGroup, mapping: Dependence, filtering: Dependence): Cell {
  const label = `${shortName[mapping]} / ${shortName[filtering]}`;
  const id = label.toLowerCase().replace(' / ', '-');
  return {
    id,
    group,
    label,
    world: { layers: [natLayer(mapping, filtering)] },
    truth: behindNat(mapping, filtering),
  };
}

export const nineCells: readonly Cell[] = three.flatMap((mapping) =>
  three.map((filtering) => natCell('nine', mapping, filtering)),
);

const publicHost: Truth = { mapping: EI, filtering: EI, behindNat: false, udp: 'open' };

function firewallCell(filtering: Dependence): Cell {
  const short = shortName[filtering];
  return {
    id: `firewall-${short.toLowerCase()}`,
    group: 'corner',
    label: `no NAT, firewall ${short}`,
    world: { layers: [natLayer(EI, filtering, { firewallOnly: true })] },
    truth: { ...publicHost, filtering },
  };
}

const cornerCells: readonly Cell[] = [
  { id: 'no-nat', group: 'corner', label: 'no NAT', world: { layers: [] }, truth: publicHost },
  ...[AD, PD, APD].map((filtering) => firewallCell(filtering as Dependence)),
  ...[EI, AD, PD, APD].map((mapping) => natCell('corner', mapping as Dependence, PD)),
  ...[EI, AD, APD].map((filtering) => natCell('corner', PD, filtering as Dependence)),
];

function pooled(mapping: Dependence, filtering: Dependence, poolPick: 'in-turn' | 'random'): Cell {
  const label = `${shortName[mapping]} / ${shortName[filtering]}, ports kept, 4 addresses ${poolPick === 'random' ? 'at random' : 'in turn'}`;
  return {
    id: `pool-${poolPick}-${shortName[mapping].toLowerCase()}-${shortName[filtering].toLowerCase()}`,
    group: 'ports',
    label,
    world: {
      layers: [natLayer(mapping, filtering, { ports: 'preserving', pairing: 'arbitrary', poolPick })],
      pool: 4,
    },
    truth: behindNat(mapping, filtering, { ipPooling: 'arbitrary' }),
  };
}

/** Nothing answers in time where a NAT forgets before the answer is there; what then comes in is what it is. */
const tooShort =
  /nothing answered|no STUN server|only one destination|silent|not answered|answers nobody|did not finish/;

function shortLived(mapping: Dependence, filtering: Dependence, lifetimeMs: number): Cell {
  return {
    id: `lifetime-${lifetimeMs}-${shortName[mapping].toLowerCase()}-${shortName[filtering].toLowerCase()}`,
    group: 'ports',
    label: `${shortName[mapping]} / ${shortName[filtering]}, forgotten after ${lifetimeMs / 1000} s`,
    world: { layers: [natLayer(mapping, filtering, { lifetimeMs, ports: 'random' })] },
    truth: behindNat(mapping, filtering, { mutedFromRttMs: lifetimeMs }),
    open: { mapping: tooShort, filtering: tooShort, udp: tooShort },
  };
}

function repeated(mapping: Dependence, filtering: Dependence): Cell {
  return {
    id: `repeated-${shortName[mapping].toLowerCase()}-${shortName[filtering].toLowerCase()}`,
    group: 'ports',
    label: `${shortName[mapping]} / ${shortName[filtering]}, ports kept, run after run within seconds`,
    world: { layers: [natLayer(mapping, filtering, { ports: 'preserving' })], repeated: true },
    truth: behindNat(mapping, filtering),
  };
}

function clashing(id: string, label: string, world: Partial<World> & Pick<World, 'layers'>): Cell {
  return { id, group: 'ports', label, world, truth: behindNat(EI, APD) };
}

const portCells: readonly Cell[] = [
  pooled(EI, APD, 'random'),
  pooled(AD, APD, 'random'),
  pooled(PD, APD, 'random'),
  pooled(APD, APD, 'random'),
  pooled(APD, APD, 'in-turn'),
  clashing('ports-taken', 'EI / APD, ports kept, all taken by a neighbour', {
    layers: [natLayer(EI, APD, { ports: 'preserving' })],
    neighbour: 'all-endpoints',
  }),
  clashing('masquerade', 'Linux masquerade', { layers: [{ kind: 'conntrack' }] }),
  clashing('masquerade-open-input', 'Linux masquerade, router accepts stray packets', {
    layers: [{ kind: 'conntrack', acceptsInput: true }],
  }),
  clashing('masquerade-clash-all', 'Linux masquerade, a neighbour has the same ports to the same server', {
    layers: [{ kind: 'conntrack' }],
    neighbour: 'all-endpoints',
  }),
  clashing('masquerade-clash-one', 'Linux masquerade, a neighbour has the same ports to one endpoint', {
    layers: [{ kind: 'conntrack' }],
    neighbour: 'alternate-only',
  }),
  repeated(EI, EI),
  repeated(EI, AD),
  repeated(EI, APD),
  repeated(APD, APD),
  ...[500, 1000, 2000].flatMap((ms) => [
    shortLived(EI, EI, ms),
    shortLived(EI, APD, ms),
    shortLived(APD, APD, ms),
  ]),
];

function doubled(inner: readonly [Dependence, Dependence], outer: readonly [Dependence, Dependence]): Cell {
  const stricter = (a: Dependence, b: Dependence) =>
    [EI, AD, APD].indexOf(a) >= [EI, AD, APD].indexOf(b) ? a : b;
  const name = ([mapping, filtering]: readonly [Dependence, Dependence]) =>
    `${shortName[mapping]} / ${shortName[filtering]}`;
  const id = `double-${[...inner, ...outer].map((b) => shortName[b].toLowerCase()).join('-')}`;
  return {
    id,
    group: 'chain',
    label: `${name(inner)} behind ${name(outer)}`,
    world: { layers: [natLayer(...inner), natLayer(...outer)] },
    truth: behindNat(stricter(inner[0], outer[0]), stricter(inner[1], outer[1])),
  };
}

const chainCells: readonly Cell[] = [
  doubled([EI, APD], [EI, EI]),
  doubled([EI, APD], [EI, APD]),
  doubled([EI, APD], [AD, AD]),
  doubled([EI, APD], [APD, APD]),
  doubled([EI, EI], [EI, AD]),
  doubled([AD, EI], [EI, AD]),
  doubled([APD, EI], [AD, APD]),
  doubled([APD, APD], [EI, EI]),
];

export const natCells: readonly Cell[] = [...nineCells, ...cornerCells, ...portCells, ...chainCells];

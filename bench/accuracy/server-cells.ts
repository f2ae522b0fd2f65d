/** Cells whose server or path has a fault: the verdict may be open, and must then say why. */
import type { Dependence } from '../../scenarios/nat-behaviour.ts';
import { type Axis, type Cell, shortName, type World } from './cell.ts';
import { AD, APD, behindNat, EI, natLayer } from './nat-cells.ts';
import type { ServerKind } from './server-kinds.ts';

type Nat = readonly [mapping: Dependence, filtering: Dependence];

/** The easiest, the usual one, one between, the hardest, and the one that looks harder than it is. */
const four: readonly Nat[] = [
  [EI, EI],
  [EI, APD],
  [AD, AD],
  [APD, APD],
  [APD, EI],
];

interface ServerCase {
  /** No answer of it gets through a filter that lets in less than this. */
  readonly needs?: Dependence;
  readonly kind: ServerKind;
  readonly label: string;
  readonly open: Partial<Record<Axis, RegExp>>;
}

const deadAddress = /203\.0\.113\.11|alternate|too few destinations/;
const oneOnly = /only one destination/;
const noAlternate = /no alternate|refused CHANGE-REQUEST/;
const serverCases: readonly ServerCase[] = [
  { kind: 'both-mapped', label: 'with both mapped addresses', open: {} },
  { kind: 'mapped-only', label: 'RFC 3489: MAPPED-ADDRESS only', open: {} },
  { kind: 'no-alternate', label: 'no alternate', open: { mapping: oneOnly, filtering: noAlternate } },
  {
    kind: 'alternate-ip-dead',
    label: 'alternate address dead',
    open: { mapping: deadAddress, filtering: deadAddress },
  },
  { kind: 'alternate-port-dead', label: 'alternate port dead', open: { mapping: /3479/, filtering: /3479/ } },
  {
    kind: 'alternate-nobody',
    label: 'announces an address where nobody is',
    open: { mapping: /203\.0\.113\.99/, filtering: /203\.0\.113\.(99|11)/ },
  },
  {
    kind: 'alternate-private',
    label: 'announces a private address',
    open: { mapping: oneOnly, filtering: /cannot be its own|came from/ },
  },
  {
    kind: 'alternate-other-family',
    label: 'announces an IPv6 address',
    open: { mapping: oneOnly, filtering: /cannot be its own|came from/ },
  },
  {
    kind: 'alternate-wrong-port',
    label: 'announces a port where nobody is',
    open: { mapping: /:9\b/, filtering: /:9\b|came from/ },
  },
  {
    kind: 'alternate-same-ip',
    label: 'alternate is the same IP',
    open: { mapping: /address from port|only one|too few/, filtering: /same IP/ },
  },
  {
    kind: 'alternate-stranger',
    label: 'announces somebody else’s server',
    open: { filtering: /came from|CHANGE-REQUEST/ },
  },
  {
    kind: 'ignores-change',
    label: 'answers changes from the address asked',
    open: { filtering: /address that was asked/ },
  },
  { kind: 'deaf-to-change', label: 'never answers CHANGE-REQUEST', open: { filtering: /CHANGE-REQUEST/ } },
  {
    kind: 'other-ip-mute',
    label: 'nothing leaves from its other IP address',
    open: { filtering: /CHANGE-REQUEST/ },
  },
  {
    kind: 'answers-from-alternate',
    needs: EI,
    label: 'answers from the alternate address',
    open: { mapping: /came from|no STUN server/, filtering: /came from|no STUN server/ },
  },
  {
    kind: 'answers-from-other-port',
    needs: AD,
    label: 'answers from another port',
    open: { mapping: /came from|no STUN server/, filtering: /came from|no STUN server/ },
  },
];

const isMuted = (filtering: Dependence, needs: Dependence = APD) =>
  [EI, AD, APD].indexOf(filtering) > [EI, AD, APD].indexOf(needs);

const serverCells: readonly Cell[] = serverCases.flatMap(({ kind, label, open, needs }) =>
  four.map(
    ([mapping, filtering]): Cell => ({
      id: `${kind}-${shortName[mapping].toLowerCase()}-${shortName[filtering].toLowerCase()}`,
      group: 'server',
      label: `${label}; ${shortName[mapping]} / ${shortName[filtering]}`,
      world: { layers: [natLayer(mapping, filtering)], server: kind },
      truth: behindNat(mapping, filtering, isMuted(filtering, needs) ? { mutedFromRttMs: 0 } : {}),
      open,
    }),
  ),
);

const noUdp = { mapping: /no STUN server answered over UDP/, filtering: /no STUN server answered over UDP/ };

function blockedCell(id: string, label: string, more: Partial<World>, control: boolean): Cell {
  return {
    id,
    group: 'path',
    label,
    world: { layers: [natLayer(EI, APD)], udp: 'blocked', ...more },
    truth: { mapping: null, filtering: null, behindNat: null, udp: 'blocked' },
    open: { ...noUdp, ...(!control && { udp: /nothing answered at all/ }) },
  };
}

const pathCells: readonly Cell[] = [
  blockedCell('udp-blocked', 'UDP dropped, TCP 3478 open', {}, true),
  blockedCell('udp-rejected', 'UDP rejected, no TCP', { udp: 'rejected', tcpPortsOut: [] }, true),
  blockedCell('tcp-443-only', 'only TCP 443 open', { tcpPortsOut: [443], fallbackPort: 443 }, true),
  blockedCell('nothing-open', 'nothing open at all', { tcpPortsOut: [] }, false),
  {
    id: 'alg-both-mapped',
    group: 'path',
    label: 'gateway rewrites MAPPED-ADDRESS; EI / APD',
    world: { layers: [natLayer(EI, APD, { alg: true })], server: 'both-mapped' },
    truth: behindNat(EI, APD, { alg: true }),
  },
  {
    id: 'alg-mapped-only',
    group: 'path',
    label: 'gateway rewrites MAPPED-ADDRESS, the server sends no other; APD / APD',
    world: { layers: [natLayer(APD, APD, { alg: true })], server: 'mapped-only' },
    truth: behindNat(APD, APD, { alg: true }),
    open: { mapping: /rewrit/ },
  },
  {
    id: 'ipv6-public',
    group: 'path',
    label: 'IPv6, no firewall',
    world: { layers: [], family: 'ipv6' },
    truth: { mapping: EI, filtering: EI, behindNat: false, udp: 'open' },
  },
  {
    id: 'ipv6-firewall',
    group: 'path',
    label: 'IPv6, stateful firewall',
    world: { layers: [natLayer(EI, APD, { firewallOnly: true })], family: 'ipv6' },
    truth: { mapping: EI, filtering: APD, behindNat: false, udp: 'open' },
  },
];

export const faultCells: readonly Cell[] = [...serverCells, ...pathCells];

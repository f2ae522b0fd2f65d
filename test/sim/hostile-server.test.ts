/** Servers that answer with anything: the probe ends in time, never throws and claims nothing that is false. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../bench/accuracy/cell.ts';
import { gradeRun } from '../../bench/accuracy/grade.ts';
import { AD, APD, behindNat, EI, natLayer } from '../../bench/accuracy/nat-cells.ts';
import { serverCorners } from '../../bench/accuracy/server-kinds.ts';
import { evidenceSchema } from '../../contract/evidence.ts';
import { classifyNat } from '../../probe/nat/classify.ts';
import { NatDiscovery } from '../../probe/nat/discovery.ts';
import { planNat } from '../../probe/nat/plan.ts';
import type { Dependence } from '../../scenarios/nat-behaviour.ts';
import { NatBox } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import { brokenReplies, type HostileReply, lyingReplies } from './hostile-replies.ts';
import { HostileServer } from './hostile-server.ts';

const honest: HostileReply = ({ bytes }) => [{ bytes }];
const corners = serverCorners('ipv4');
const nats: readonly (readonly [Dependence, Dependence])[] = [
  [EI, EI],
  [EI, APD],
  [AD, AD],
  [APD, EI],
  [APD, APD],
];

interface Run {
  readonly replies: readonly HostileReply[];
  readonly nat: readonly [Dependence, Dependence];
  readonly seed: number;
  readonly loss?: number;
  readonly rttMs?: number;
}

/** The discovery gives up then, whatever happens. */
const longestRunMs = 9_000;

function probe({ replies, nat, seed, loss = 0, rttMs = 40 }: Run) {
  const net = new SimNet({ seed, lossRate: loss, oneWayDelayMs: rttMs / 2 });
  const server = net.addHost({ addresses: [corners.PP.address, corners.AP.address] });
  net.attach(server, new HostileServer(corners, replies, seed), { sockets: corners });
  const [mapping, filtering] = nat;
  // Random ports: nothing that the server makes up can look like a pattern of the NAT.
  const box = new NatBox({ mapping, filtering, addresses: ['198.51.100.10'], ports: 'random', seed });
  const client = net.addHost({ addresses: ['10.0.0.2'], nats: [box] });
  const machine = new NatDiscovery(planNat([corners.PP]), seededBytes(seed));
  net.run(client, machine, { untilMs: 60_000 });
  const toOthers = net.trace.filter(
    ({ from, to }) =>
      from.address === '10.0.0.2' && ![corners.PP.address, corners.AP.address].includes(to.address),
  );
  return { machine, tookMs: net.nowMs, toOthers };
}

/** Every reason is good here: what counts is that nothing false is said. */
function falsehoods(run: Run): string {
  const { machine, tookMs, toOthers } = probe(run);
  expect(machine.isFinished()).toBe(true);
  expect(tookMs).toBeLessThanOrEqual(longestRunMs);
  // An address that a server names is asked three questions on three sockets, at most twelve times each.
  expect(toOthers.length).toBeLessThanOrEqual(3 * 3 * 12);
  const evidence = machine.evidence();
  for (const one of evidence) expect(evidenceSchema.safeParse(one).success).toBe(true);
  const [mapping, filtering] = run.nat;
  const cell: Cell = {
    id: 'hostile',
    group: 'server',
    label: '',
    world: { layers: [natLayer(mapping, filtering)] },
    truth: behindNat(mapping, filtering),
  };
  const { grade, remark } = gradeRun(cell, run.rttMs ?? 40, classifyNat(evidence));
  return grade === 'wrong' ? remark : '';
}

const rows = (table: Readonly<Record<string, HostileReply>>) => Object.entries(table);

describe('a server that always answers with', () => {
  it.each([...rows(brokenReplies), ...rows(lyingReplies)])('%s', (_name, reply) => {
    for (const nat of nats) {
      for (const rttMs of [5, 300]) {
        expect(falsehoods({ replies: [reply], nat, seed: 7, rttMs }), `${nat.join(' / ')}, ${rttMs} ms`).toBe(
          '',
        );
      }
    }
  });
});

describe('a server that sometimes answers with', () => {
  it.each(rows(brokenReplies))('%s', (_name, reply) => {
    for (const nat of nats) {
      for (const seed of [1, 2]) {
        expect(
          falsehoods({ replies: [honest, reply], nat, seed, loss: 0.05 }),
          `${nat.join(' / ')} ${seed}`,
        ).toBe('');
      }
    }
  });
});

/** Long on a busy machine; how long is no matter here. */
const patienceMs = 300_000;

describe('a server that draws its answers from', () => {
  type Kind = keyof typeof brokenReplies;
  const names = Object.keys(brokenReplies) as Kind[];
  interface Mixture {
    readonly kinds: Kind[];
    readonly honestShare: number;
    readonly nat: readonly [Dependence, Dependence];
    readonly seed: number;
    readonly loss: number;
    readonly rttMs: number;
  }
  /** Mixtures that have misled the classifier once. */
  const kept: readonly Mixture[] = [
    {
      kinds: ['wrong-cookie', 'silent'],
      honestShare: 1,
      nat: [EI, APD],
      seed: 1,
      loss: 0,
      rttMs: 5,
    },
    {
      kinds: ['silent', 'empty', 'attribute-beyond-end'],
      honestShare: 1,
      nat: [AD, AD],
      seed: 303_320,
      loss: 0.1,
      rttMs: 5,
    },
  ];

  it('honest ones only: then the verdict is exact', () => {
    for (const nat of nats) {
      const { machine } = probe({ replies: [honest], nat, seed: 3 });
      const { mapping, filtering } = classifyNat(machine.evidence()).summary;
      expect([mapping, filtering]).toEqual(nat);
    }
  });

  it(
    'any mixture of broken ones',
    () => {
      fc.assert(
        fc.property(
          fc.record({
            kinds: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 6 }),
            honestShare: fc.integer({ min: 0, max: 6 }),
            nat: fc.constantFrom(...nats),
            seed: fc.integer({ min: 1, max: 1_000_000 }),
            loss: fc.constantFrom<number>(0, 0.1),
            rttMs: fc.constantFrom<number>(5, 40, 300),
          }),
          ({ kinds, honestShare, nat, seed, loss, rttMs }) => {
            const replies = [
              ...kinds.map((kind): HostileReply => brokenReplies[kind]),
              ...Array.from({ length: honestShare }, () => honest),
            ];
            expect(falsehoods({ replies, nat, seed, loss, rttMs })).toBe('');
          },
        ),
        { numRuns: 150, examples: kept.map((mixture): [Mixture] => [mixture]) },
      );
    },
    patienceMs,
  );
});

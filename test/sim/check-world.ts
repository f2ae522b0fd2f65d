/** A server, a client and the whole of `turn check` on a virtual clock. */
import { expect } from 'vitest';
import type { TurnReportBody } from '../../contract/turn-report.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import { longTermKey } from '../../stun/credential.ts';
import { checkIntegrity } from '../../stun/integrity.ts';
import type { Machine } from '../../stun/machine.ts';
import { decodeMessage, encodeMessage, getAttribute } from '../../stun/message.ts';
import { buildBody } from '../../turn/check/build-report.ts';
import { type Selection, selectedPhases } from '../../turn/check/catalog.ts';
import type { Risk } from '../../turn/check/check.ts';
import { CheckRun } from '../../turn/check/check-run.ts';
import { Knowledge } from '../../turn/check/knowledge.ts';
import type { Site } from '../../turn/check/site.ts';
import { TurnServer } from '../../turn/server/turn-server.ts';
import type { TurnServerEvent } from '../../turn/server/turn-server-event.ts';
import { streamPrefix, type TurnSettings, udpSocket } from '../../turn/server/turn-server-options.ts';

export const server = { address: '198.41.0.1', port: 3478 };
export const startEpochSec = 1_893_456_000;
export const alice = { username: 'alice', password: 'wonderland-42' };

export const soundSettings: TurnSettings = {
  accounts: { realm: 'example.org', users: { [alice.username]: alice.password }, secrets: [] },
  peers: { allow: [`${server.address}/32`], deny: [], lowestPort: 1024 },
  quota: { perUser: 12, total: 100, bandwidth: null },
  redirect: { servers: [], when: 'full' },
  strictExpiry: false,
};

export interface World {
  readonly settings?: TurnSettings;
  /** Instead of our TURN server; null: nothing is there. */
  readonly machine?: Machine<never> | null;
  readonly lossRate?: number;
  /** Every packet takes up to this much longer than the others. */
  readonly jitterMs?: number;
  readonly seed?: number;
  /** Until then our TURN server leaves every Allocate lying, as one does that is still reading its files. */
  readonly allocatesFromMs?: number;
  /** The first Allocate of a wrong login falls on a five-tuple where somebody's allocation still is. */
  readonly wrongLoginsMeetAllocations?: boolean;
  readonly only?: readonly string[];
  readonly risks?: readonly Risk[];
  readonly site?: Partial<Site>;
}

export function checkIn(world: World = {}): TurnReportBody {
  const { lossRate = 0, jitterMs = 0, seed = 1, only = null } = world;
  const net = new SimNet({ seed, lossRate, jitterMs });
  const host = net.addHost({ addresses: [server.address] });
  if (world.machine === undefined) {
    const machine = new TurnServer({
      listeners: [{ name: '0', endpoints: { PP: server } }],
      relays: [{ local: server.address, external: server.address }],
      ports: { first: 49_152, last: 65_535 },
      settings: world.settings ?? soundSettings,
      ownAddresses: [],
      random: seededBytes(seed),
      epochMs: (nowMs) => startEpochSec * 1000 + nowMs,
      software: null,
    });
    const late = deafToAllocate(machine, world.allocatesFromMs ?? 0);
    net.attach(host, world.wrongLoginsMeetAllocations === true ? withStrangers(late) : late, {
      sockets: { [udpSocket('0', 'PP')]: server },
      listen: { [streamPrefix('tcp', '0')]: server },
    });
  } else if (world.machine !== null) net.attach(host, world.machine, { sockets: { PP: server } });
  const site: Site = {
    uri: `turn:${server.address}`,
    host: server.address,
    server,
    transport: 'udp',
    family: 'ipv4',
    addresses: [server.address],
    credentials: alice,
    given: alice,
    secret: null,
    random: seededBytes(seed + 1000),
    startEpochSec,
    knowledge: new Knowledge(),
    others: [],
    certificates: [],
    certificateOnDisk: null,
    mustDeny: [],
    mustAllow: [],
    ...world.site,
  };
  const selection: Selection = { only, risks: new Set(['basic', ...(world.risks ?? [])]), overStream: false };
  const run = new CheckRun(site, selectedPhases(selection));
  const client = net.addHost({ addresses: ['93.184.216.34'] });
  const events = net.run(client, run, { untilMs: 1_200_000 });
  expect(run.isFinished()).toBe(true);
  const findings = events.flatMap((event) => (event.kind === 'found' ? [event.finding] : []));
  expect(
    findings.filter(({ broke }) => broke).map(({ check, verdict }) => [check.id, verdict.observed]),
  ).toEqual([]);
  return buildBody({
    site,
    selection,
    findings,
    evidence: run.evidence,
    packets: run.packets,
    durationMs: net.nowMs,
    stopped: false,
  });
}

function deafToAllocate(machine: TurnServer, untilMs: number): Machine<TurnServerEvent> {
  return {
    handle: (nowMs, input) =>
      input.kind === 'received' && nowMs < untilMs && isAllocate(input.bytes)
        ? []
        : machine.handle(nowMs, input),
    nextDeadlineMs: () => machine.nextDeadlineMs(),
    isFinished: () => machine.isFinished(),
  };
}

/** Answers 437 to the first Allocate of each user name that is not signed with the right password. */
function withStrangers(machine: Machine<TurnServerEvent>): Machine<TurnServerEvent> {
  const met = new Set<string>();
  const { realm } = soundSettings.accounts;
  const keys = (['md5', 'sha256'] as const).map((algorithm) =>
    longTermKey(alice.username, realm, alice.password, algorithm),
  );
  const mismatch = (bytes: Uint8Array): Uint8Array | null => {
    const read = decodeMessage(bytes);
    if (!read.ok || !isAllocate(bytes)) return null;
    if (!keys.every((key) => checkIntegrity(bytes, key) === 'invalid')) return null;
    const hash = getAttribute(read.message, 'USERHASH') ?? [];
    const user = getAttribute(read.message, 'USERNAME') ?? hash.join();
    if (met.has(user)) return null;
    met.add(user);
    const refusal = { name: 'ERROR-CODE', value: { code: 437, reason: 'Allocation Mismatch' } } as const;
    return encodeMessage({ ...read.message, class: 'error', attributes: [refusal] });
  };
  return {
    handle: (nowMs, input) => {
      const bytes = input.kind === 'received' ? mismatch(input.bytes) : null;
      return input.kind === 'received' && bytes !== null
        ? [{ kind: 'send', socket: input.socket, to: input.from, bytes }]
        : machine.handle(nowMs, input);
    },
    nextDeadlineMs: () => machine.nextDeadlineMs(),
    isFinished: () => machine.isFinished(),
  };
}

/** An Allocate request begins with 0x0003 (RFC 8656 §17). */
const isAllocate = (bytes: Uint8Array) => bytes[0] === 0 && bytes[1] === 3;

export function idsOf(body: TurnReportBody, ...statuses: readonly string[]): string[] {
  return body.checks
    .filter(({ status }) => statuses.includes(status))
    .map(({ id }) => id)
    .sort();
}

/** Agents and monitors with a quarter of history, put into a store as the service itself puts them there. */
import { failure } from '../../contract/failures.ts';
import { type CellKey, type MonitorState, monitorInputSchema } from '../../contract/fleet/monitor.ts';
import { cellName } from '../../service/agents/judge/cell-key.ts';
import { hashOf } from '../../service/secret-hash.ts';
import type { FleetStore } from '../../service/store/fleet/fleet-store.ts';
import { openStore } from '../../service/store/open-store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const iso = (ms: number) => new Date(ms).toISOString();

/** Ids of what {@link storeFleet} stores. */
export const stored = { relay: 'm-relay', mesh: 'm-mesh', seoul: 'a-seoul' } as const;

interface AgentRow {
  readonly id: string;
  readonly region: string;
  readonly offsetMs: number;
  readonly isOnline: boolean;
}

const agents: readonly AgentRow[] = [
  { id: stored.seoul, region: 'seoul', offsetMs: 0.4, isOnline: true },
  { id: 'a-frankfurt', region: 'frankfurt', offsetMs: 1240, isOnline: true },
  { id: 'a-virginia', region: 'virginia', offsetMs: -31, isOnline: false },
];

interface CellRow {
  readonly key: CellKey;
  readonly state: MonitorState;
  readonly reason: string;
  readonly latencyMs: number;
  /** Hours before now at which a result failed: whole ones, each of which is in an hour of its own at every time of day. */
  readonly failedAt: readonly number[];
  readonly certificateDays?: number;
}

const relayCells: readonly CellRow[] = [
  ...(['udp', 'tls'] as const).map((transport) => ({
    key: { region: 'frankfurt', peer: null, path: null, transport },
    state: 'up' as const,
    reason: 'The last 3 results are good.',
    latencyMs: transport === 'udp' ? 14 : 46,
    failedAt: [600],
    ...(transport === 'tls' && { certificateDays: 61 }),
  })),
  {
    key: { region: 'seoul', peer: null, path: null, transport: 'udp' },
    state: 'down',
    reason: '2 of the last 3 results failed.',
    latencyMs: 230,
    failedAt: [1, 2, 3, 800],
  },
  {
    key: { region: 'seoul', peer: null, path: null, transport: 'tls' },
    state: 'degraded',
    reason: 'The certificate ends in 5 days.',
    latencyMs: 260,
    failedAt: [],
    certificateDays: 5,
  },
];

const meshCells: readonly CellRow[] = [
  ['frankfurt', 'seoul', 'mesh', 'up'],
  ['frankfurt', 'seoul', 'relay', 'up'],
  ['seoul', 'frankfurt', 'mesh', 'down'],
  ['seoul', 'frankfurt', 'relay', 'up'],
  ['frankfurt', 'virginia', 'mesh', 'down'],
  ['frankfurt', 'virginia', 'relay', 'down'],
].map(([region = '', peer = '', path, state]) => ({
  key: { region, peer, path: path === 'mesh' ? 'mesh' : 'relay', transport: 'udp' },
  state: state === 'up' ? 'up' : 'down',
  reason: 'The last 3 results agree.',
  latencyMs: path === 'mesh' ? 180 : 320,
  failedAt: state === 'up' ? [] : [0, 1, 2, 3, 4],
}));

/**
 * @param file of a SQLite store; a service may have it open
 * @param run a stored report: the evidence of what failed
 */
export async function storeFleet(file: string, server: string, run: string, nowMs: number): Promise<void> {
  const store = await openStore(file);
  try {
    for (const agent of agents) await storeAgent(store.fleet, agent, nowMs);
    const relay = {
      name: 'Relay of the company',
      server,
      transports: ['udp', 'tls'],
      regions: ['frankfurt', 'seoul'],
      public: true,
      webhook: { url: 'https://hooks.example.org/polynya' },
    };
    await storeMonitor(store.fleet, stored.relay, relay, relayCells, run, nowMs);
    const mesh = {
      name: 'Between the regions',
      kind: 'mesh',
      paths: ['mesh', 'relay'],
      regions: ['frankfurt', 'seoul', 'virginia'],
    };
    await storeMonitor(store.fleet, stored.mesh, mesh, meshCells, run, nowMs);
  } finally {
    await store.close();
  }
}

async function storeAgent({ agents: store }: FleetStore, agent: AgentRow, nowMs: number): Promise<void> {
  const { id, region, offsetMs, isOnline } = agent;
  const at = { now: new Date(nowMs - (isOnline ? 2000 : 3 * hourMs)), until: new Date(nowMs + hourMs) };
  const token = {
    id: `e-${id}`,
    token_hash: hashOf(id),
    label: region,
    region,
    created_at: iso(nowMs - dayMs),
    expires_at: iso(nowMs + dayMs),
    agent_id: null,
  };
  await store.addToken(token);
  await store.enrol(
    token.id,
    { id, name: `${region}-1`, region, labels: { rack: 'b7' } },
    hashOf(`key ${id}`),
    at.now,
  );
  await store.connected(id, {
    version: '0.1.0',
    platform: 'linux x64',
    network: '203.0.113.x',
    kinds: ['probe', 'turn-check', 'pair'],
    reach: { allow: [], deny: region === 'seoul' ? ['10.0.0.0/8'] : [] },
  });
  const presence = { slots: 4, running: region === 'seoul' ? 1 : 0, draining: false };
  await store.seen(id, presence, { offsetMs, uncertaintyMs: 1.5 }, at);
  if (!isOnline) await store.gone(id);
}

async function storeMonitor(
  { monitors, results }: FleetStore,
  id: string,
  spec: object,
  cells: readonly CellRow[],
  run: string,
  nowMs: number,
): Promise<void> {
  await monitors.save({
    id,
    spec: monitorInputSchema.parse({ intervalSec: 3600, ...spec }),
    webhookSecret: 'a-secret-of-sixteen-and-more',
    project: 'default',
    createdAt: iso(nowMs - 80 * dayMs),
  });
  for (const { key, state, reason, latencyMs, failedAt, certificateDays } of cells) {
    const cell = cellName(key);
    const [newest] = failedAt;
    const cause = failure('timeout', `${cell}: no answer to 7 packets`);
    const base = { monitor: id, cell, run };
    await monitors.saveCell(
      {
        ...base,
        ...key,
        state,
        reason,
        since: iso(nowMs - 2 * hourMs),
        url: null,
        recent: 'bbg',
        lastAt: iso(nowMs - 1000),
        keptAt: iso(nowMs - hourMs),
        certificateEndsAt:
          certificateDays === undefined ? null : iso(nowMs + (certificateDays + 0.5) * dayMs),
        lastFailure: newest === undefined ? null : { at: iso(nowMs - newest * hourMs), failure: cause, run },
      },
      null,
    );
    if (state !== 'up') {
      const at = iso(nowMs - 2 * hourMs);
      const change = { from: 'up' as const, to: state, reason, failure: state === 'down' ? cause : null };
      await monitors.addEvent({ ...base, id: `v-${id}-${cell}`, at, ...change });
    }
    // The last day hour by hour, with two hours without any; a week ago and more, a day here and there.
    const hours = [...Array(24).keys()].filter((hour) => hour !== 9 && hour !== 10);
    const days = [30, 48, 72, 100, 150, 600, 800, 1500];
    for (const hour of [...new Set([...hours, ...days, ...failedAt])]) {
      const succeeded = !failedAt.includes(hour);
      await results.add({
        job: `j-${id}-${cell}-${hour}`,
        monitor: id,
        cell,
        at: iso(nowMs - hour * hourMs),
        succeeded,
        latencyMs: succeeded ? latencyMs + (hour % 5) : null,
        cause: succeeded ? null : 'timeout',
        agent: stored.seoul,
        run,
      });
    }
  }
}

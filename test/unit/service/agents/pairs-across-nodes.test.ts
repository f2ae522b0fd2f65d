/** Pairs whose ends are connected to two nodes: hubs with a bus within the process, and agents that are sockets only. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AgentMessage,
  agentProtocol,
  type HubMessage,
} from '../../../../contract/fleet/agent-signal.ts';
import type { LabAgentNews } from '../../../../contract/lab-agent.ts';
import { AgentDesk } from '../../../../service/agents/agent-desk.ts';
import { AgentHub } from '../../../../service/agents/agent-hub.ts';
import { usualPace } from '../../../../service/agents/pace.ts';
import { StoreQueue } from '../../../../service/agents/queue/store-queue.ts';
import { openSqliteStore } from '../../../../service/store/sqlite.ts';
import type { Store } from '../../../../service/store/store.ts';
import { LocalExchange } from '../../../bus/local-bus.ts';

const startMs = Date.parse('2026-11-20T12:00:00Z');
const now = () => new Date(startMs);

let store: Store;
let exchange: LocalExchange;
let nodes: TestNode[];
beforeEach(async () => {
  store = await openSqliteStore(':memory:');
  exchange = new LocalExchange();
  nodes = [];
});
afterEach(async () => {
  for (const node of nodes) await node.close();
  await store.close();
});

class TestNode {
  readonly name: string;
  readonly bus;
  readonly hub: AgentHub;
  readonly #queue: StoreQueue;
  readonly #gone: ((node: string) => void)[] = [];

  constructor(name: string) {
    this.name = name;
    this.bus = exchange.connect(name);
    const { jobs, agents } = store.fleet;
    this.#queue = new StoreQueue({ store: jobs, now, leaseMs: usualPace.leaseMs, lookEveryMs: 20 });
    const quiet = () => {};
    this.hub = new AgentHub({
      ...{ store: agents, queue: this.#queue, now, deny: [], pace: usualPace },
      desk: new AgentDesk({ store: agents, now, onChange: quiet }),
      fleet: {
        bus: this.bus,
        presence: {
          get nodes() {
            const beat = { version: '1', address: '', rooms: 0, members: 0, leaves: false };
            return nodes.map(({ name: node }) => ({ node, ...beat }));
          },
          onGone: (listener) => {
            this.#gone.push(listener);
            return quiet;
          },
        },
      },
      refuses: (address) => address === '192.0.2.66',
      findJob: (id) => jobs.find(id),
      // Each node gives its own agents what they may know.
      assign: async () => ({
        work: {
          ...{ kind: 'pair', offers: true, path: 'mesh', other: '', otherRegion: 'default' },
          targets: [{ uri: `stun:${name}.test` }],
        },
        timeoutMs: 45_000,
      }),
      ...{ onJob: quiet, onProgress: quiet, onChange: quiet },
      log: { info: quiet, warn: quiet, error: quiet },
    });
    nodes.push(this);
  }

  /** It was killed, and the others have noticed. */
  die(): void {
    this.bus.become('away');
    nodes = nodes.filter((node) => node !== this);
    for (const { gone } of nodes) gone(this.name);
  }

  readonly gone = (node: string): void => {
    for (const listener of this.#gone) listener(node);
  };

  async close(): Promise<void> {
    await this.hub.close();
    await this.#queue.close();
    await this.bus.close();
  }
}

class FakeAgent {
  readonly told: HubMessage[] = [];
  readonly #socket = new EventEmitter();

  static async at(node: TestNode, name: string, region: string): Promise<FakeAgent> {
    const token = {
      ...{ id: `e-${name}`, token_hash: name, label: '', region, agent_id: null },
      ...{ created_at: now().toISOString(), expires_at: now().toISOString() },
    };
    await store.fleet.agents.addToken(token);
    await store.fleet.agents.enrol(token.id, { id: name, name, region, labels: {} }, name, now());
    const stored = await store.fleet.agents.find(name);
    if (stored === null) throw new Error('not enrolled');
    const agent = new FakeAgent();
    const socket = Object.assign(agent.#socket, {
      send: (text: string) => void agent.told.push(JSON.parse(text)),
      ping: () => {},
      close: () => void agent.#socket.emit('close'),
      terminate: () => void agent.#socket.emit('close'),
    });
    node.hub.add(stored, socket, { reachedBy: '127.0.0.1', network: null });
    agent.say({
      ...{ type: 'hello', protocol: agentProtocol, version: '1', platform: 'test', kinds: ['pair'] },
      ...{ reach: { allow: [], deny: [] }, slots: 1, draining: false, running: [] },
    });
    await expect.poll(() => agent.told.map(({ type }) => type)).toContain('welcome');
    return agent;
  }

  say(message: AgentMessage): void {
    this.#socket.emit('message', JSON.stringify(message), false);
  }

  hangUp(): void {
    this.#socket.emit('close');
  }

  /** Of one kind. */
  heard<T extends HubMessage['type']>(type: T): Extract<HubMessage, { type: T }>[] {
    return this.told.filter((each): each is Extract<HubMessage, { type: T }> => each.type === type);
  }

  /** What the other end has said. */
  get said(): string[] {
    return this.heard('pair').map(({ said }) => (said.order === 'candidate' ? said.candidate : said.order));
  }
}

const candidate = (address: string): LabAgentNews => ({
  ...{ news: 'candidate', run: 1, mid: '0' },
  candidate: `candidate:1 1 UDP 1 ${address} 5000 typ host`,
});
const which = (tries = 1) => ({ job: 'j', try: tries });

async function ask(region = 'berlin'): Promise<void> {
  await store.fleet.jobs.add({
    ...{ id: 'j', monitor: null, maxTries: 3, createdAt: now().toISOString() },
    request: { kind: 'pair', at: { region: 'seoul' }, with: { region }, path: 'mesh' },
    expiresAt: new Date(startMs + 600_000).toISOString(),
  });
}

const worksOf = (agent: FakeAgent) =>
  agent.heard('job').map(({ try: tries, work }) => (work.kind === 'pair' ? { tries, ...work } : null));
const stateOf = async () => {
  const job = await store.fleet.jobs.find('j');
  return [job?.state, job?.try, job?.failure?.code ?? null];
};

describe('a pair of agents on two nodes', () => {
  it('gets its halves from its own nodes, and its words over the bus in order', async () => {
    const [here, there] = [new TestNode('n1'), new TestNode('n2')];
    const owner = await FakeAgent.at(here, 's1', 'seoul');
    const helper = await FakeAgent.at(there, 'b1', 'berlin');
    await ask();
    await expect
      .poll(() => worksOf(owner))
      .toMatchObject([
        { tries: 1, offers: true, other: 'b1', otherRegion: 'berlin', targets: [{ uri: 'stun:n1.test' }] },
      ]);
    expect(worksOf(helper)).toMatchObject([
      { tries: 1, offers: false, other: 's1', otherRegion: 'seoul', targets: [{ uri: 'stun:n2.test' }] },
    ]);
    const sdp = { run: 1, sdp: 'v=0\r\n' };
    owner.say({ type: 'pair', ...which(), news: { news: 'description', type: 'offer', ...sdp } });
    for (const address of ['192.0.2.1', '192.0.2.66', '192.0.2.2'])
      owner.say({ type: 'pair', ...which(), news: candidate(address) });
    helper.say({ type: 'pair', ...which(), news: { news: 'description', type: 'answer', ...sdp } });
    // One of them is nobody’s to talk to.
    const addresses = ['192.0.2.1', '192.0.2.2'].map((each) => expect.stringContaining(` ${each} `));
    await expect.poll(() => helper.said).toEqual(['description', ...addresses]);
    await expect.poll(() => owner.said).toEqual(['description']);
    here.hub.over(which());
    await expect.poll(() => helper.heard('cancel')).toMatchObject([{ job: 'j', reason: 'it is over' }]);
    expect(owner.heard('cancel')).toEqual([]);
  });

  it('is over on both when a third one has taken the result', async () => {
    const [here, there, third] = [new TestNode('n1'), new TestNode('n2'), new TestNode('n3')];
    const owner = await FakeAgent.at(here, 's1', 'seoul');
    const helper = await FakeAgent.at(there, 'b1', 'berlin');
    await ask();
    await expect.poll(() => worksOf(owner).length).toBe(1);
    third.hub.over(which());
    await expect.poll(() => helper.heard('cancel').length).toBe(1);
    owner.say({ type: 'pair', ...which(), news: candidate('192.0.2.1') });
    await new Promise(setImmediate);
    expect(helper.said).toEqual([]);
  });

  it('is tried anew when the node of the other end dies, with an agent of another one', async () => {
    const [here, there, third] = [new TestNode('n1'), new TestNode('n2'), new TestNode('n3')];
    const owner = await FakeAgent.at(here, 's1', 'seoul');
    await FakeAgent.at(there, 'b1', 'berlin');
    const second = await FakeAgent.at(third, 'b2', 'berlin');
    await ask();
    await expect.poll(() => worksOf(owner)).toMatchObject([{ other: 'b1' }]);
    there.die();
    await expect.poll(() => worksOf(owner)).toMatchObject([{ other: 'b1' }, { tries: 2, other: 'b2' }]);
    expect(owner.heard('cancel')).toMatchObject([{ try: 1, reason: expect.stringContaining('is gone') }]);
    expect(worksOf(second)).toMatchObject([{ tries: 2, offers: false, other: 's1' }]);
    await there.close();
  });

  it('is broken off where a word gets lost, which is not what a network looks like that lets nothing through', async () => {
    const [here, there] = [new TestNode('n1'), new TestNode('n2')];
    const owner = await FakeAgent.at(here, 's1', 'seoul');
    const helper = await FakeAgent.at(there, 'b1', 'berlin');
    await ask();
    await expect.poll(() => worksOf(owner).length).toBe(1);
    there.bus.become('away');
    owner.say({ type: 'pair', ...which(), news: candidate('192.0.2.1') });
    await expect.poll(() => owner.heard('cancel')).toMatchObject([{ try: 1 }]);
    // Nobody else is there, so the next try finds nobody.
    await expect.poll(stateOf).toEqual(['failed', 2, 'agent-missing']);
    helper.say({ type: 'pair', ...which(), news: candidate('192.0.2.2') });
    await expect.poll(() => helper.heard('cancel')).toMatchObject([{ try: 1 }]);
  });

  it.each([
    { what: 'goes', act: (helper: FakeAgent) => helper.hangUp(), tries: 2 },
    {
      what: 'will not begin',
      act: (helper: FakeAgent) => helper.say({ type: 'refused', ...which() }),
      tries: 1,
    },
  ])('is given back when the other end $what', async ({ act, tries }) => {
    const [here, there] = [new TestNode('n1'), new TestNode('n2')];
    const owner = await FakeAgent.at(here, 's1', 'seoul');
    const helper = await FakeAgent.at(there, 'b1', 'berlin');
    await ask();
    await expect.poll(() => worksOf(owner).length).toBe(1);
    act(helper);
    await expect.poll(() => owner.heard('cancel')).toMatchObject([{ try: 1 }]);
    await expect.poll(async () => (await stateOf())[1]).toBe(tries);
  });

  it('is not begun where no node has the other end, and that says which place is empty', async () => {
    const [here] = [new TestNode('n1'), new TestNode('n2')];
    const owner = await FakeAgent.at(here, 's1', 'seoul');
    await ask('lima');
    await expect.poll(stateOf).toEqual(['failed', 1, 'agent-missing']);
    expect((await store.fleet.jobs.find('j'))?.reason).toContain('region lima');
    expect(worksOf(owner)).toEqual([]);
  });
});

/** The connections of all agents of this node: greets them, hears them, and notices who is gone. */
import type { FastifyBaseLogger } from 'fastify';
import { failure } from '../../contract/failures.ts';
import type { AgentView } from '../../contract/fleet/agent.ts';
import { type AgentMessage, agentMessageSchema, type JobTry } from '../../contract/fleet/agent-signal.ts';
import type { ProbeStep } from '../../contract/probe-step.ts';
import { TokenBucket } from '../../turn/server/token-bucket.ts';
import { Heartbeat } from '../live/heartbeat.ts';
import type { StoredAgent } from '../store/fleet/agent-queries.ts';
import type { AgentStore } from '../store/fleet/fleet-store.ts';
import type { AgentDesk } from './agent-desk.ts';
import { AgentLink, type AgentSocket, type AgentWhere } from './agent-link.ts';
import { JobGiver, type JobGiverOptions } from './job-giver.ts';
import type { Pace } from './pace.ts';

export interface AgentHubOptions extends Omit<JobGiverOptions, 'links' | 'onOver' | 'log'> {
  readonly store: AgentStore;
  readonly desk: AgentDesk;
  /** Whom no agent talks to; `refuses` is the same as a question. */
  readonly deny: readonly string[];
  readonly pace: Pace;
  readonly onProgress: (which: JobTry, agent: string, step: ProbeStep) => void;
  readonly onChange: () => void;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
}

type Status = Extract<AgentMessage, { type: 'status' }>;
type Hello = Extract<AgentMessage, { type: 'hello' }>;

const pingMs = 15_000;
const helloMs = 10_000;
const mostAgents = 1_000;
/** Of one agent: candidates of several pairs come at once. */
const messageRate = { perSecond: 50, burst: 500 };

/** RFC 6455 §7.4.1; 1013 from the IANA registry, 4000 and above for private use (§7.4.2). */
const closeGoingAway = 1001;
const closePolicyViolation = 1008;
const closeTryAgainLater = 1013;
const closeReplaced = 4001;
const closeRevoked = 4003;

export class AgentHub {
  readonly #options: AgentHubOptions;
  /** By agent. */
  readonly #links = new Map<string, AgentLink>();
  readonly #giver: JobGiver;
  readonly #heartbeat = new Heartbeat<AgentSocket>(pingMs, (socket) => socket.terminate());

  constructor(options: AgentHubOptions) {
    this.#options = options;
    this.#giver = new JobGiver({
      ...options,
      links: () => [...this.#links.values()],
      onOver: (which) => this.#end(which),
    });
    options.queue.onWork(() => this.#giver.look());
  }

  add(agent: StoredAgent, socket: AgentSocket, where: AgentWhere): void {
    if (this.#links.size >= mostAgents && !this.#links.has(agent.id)) {
      socket.close(closeTryAgainLater, 'too many agents');
      return;
    }
    const link = new AgentLink(agent, socket, where);
    // Who connects anew does so because the old connection is of no use to it.
    this.#links.get(agent.id)?.close(closeReplaced, 'connected anew');
    this.#links.set(agent.id, link);
    this.#heartbeat.add(socket);
    const late = setTimeout(() => link.close(closePolicyViolation, 'no hello came'), helloMs).unref();
    /** One after the other, as they came. */
    let last: Promise<void> = Promise.resolve();
    const bucket = new TokenBucket(performance.now(), messageRate);
    socket.on('message', (data, isBinary) => {
      clearTimeout(late);
      if (!bucket.take(performance.now(), messageRate))
        return link.close(closePolicyViolation, 'too many messages');
      const message = isBinary ? null : read(String(data));
      if (message === null) return link.close(closePolicyViolation, 'not understood');
      if (message.type === 'status') this.#tellTime(link, message);
      last = last
        .then(() => this.#hear(link, message))
        .catch((error: unknown) => {
          this.#options.log.error({ err: error, agent: agent.id }, 'an agent’s message could not be handled');
          link.close(closeTryAgainLater, 'try again');
        });
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearTimeout(late);
      this.#heartbeat.remove(socket);
      void last.then(() => this.#gone(link));
    });
  }

  /** The agent, where it is connected here, stops; elsewhere it learns it with its next status. */
  cancel(which: JobTry, agent: string, reason: string): void {
    this.#links.get(agent)?.send({ type: 'cancel', ...which, reason });
    this.over(which);
  }

  /** The try has come to its end: its slot is free, and the other end of a pair may stop, here and on other nodes. */
  over(which: JobTry): void {
    this.#end(which);
    this.#giver.pairs.tellOver(which);
  }

  revoked({ id }: AgentView): void {
    this.#links.get(id)?.close(closeRevoked, 'withdrawn');
  }

  async close(): Promise<void> {
    for (const link of this.#links.values()) link.close(closeGoingAway, 'the service stops');
    await this.#giver.close();
  }

  async #hear(link: AgentLink, message: AgentMessage): Promise<void> {
    if (message.type === 'hello') return this.#greet(link, message);
    if (!link.greeted) return link.close(closePolicyViolation, 'say hello first');
    switch (message.type) {
      case 'status':
        if (message.clock !== null) link.clock = message.clock;
        return this.#settle(link, message);
      case 'progress':
        if (link.has(message)) this.#options.onProgress(message, link.agent.id, message.step);
        return;
      case 'refused':
        if (link.has(message)) await this.#giver.takeBack(message, link);
        return;
      case 'pair':
        this.#giver.pairs.pass(message, link);
        return;
      case 'key-kept':
        await this.#options.store.takeKey(link.agent.id, this.#options.now());
    }
  }

  async #greet(link: AgentLink, hello: Hello): Promise<void> {
    const { store, desk, deny, pace, onChange, log } = this.#options;
    const { version, platform, kinds, reach } = hello;
    const { id, name, region } = link.agent;
    link.greeted = true;
    link.kinds = kinds;
    await store.connected(id, { version, platform, network: link.network, kinds, reach });
    link.send({ type: 'welcome', agent: id, name, region, deny: [...deny], statusMs: pace.statusMs });
    log.info({ agent: id, name, region, version }, 'agent connected');
    await this.#settle(link, hello);
    const key = await desk.successorOf(link.agent);
    if (key !== null) link.send({ type: 'key', key });
    onChange();
  }

  /** At once, before anything else is done: what is waited for here would be taken for the way. */
  #tellTime(link: AgentLink, { sentAt }: Status): void {
    const nowMs = this.#options.now().getTime();
    link.send({ type: 'time', sentAt, receivedAt: nowMs, answeredAt: nowMs });
  }

  /** Keeps what the agent has its own, and ends what it has no more. */
  async #settle(link: AgentLink, said: Hello | Status): Promise<void> {
    const { store, queue, pace, now, onChange } = this.#options;
    const at = now();
    const isNews = link.reports(said, at.getTime());
    for (const which of link.running) {
      if (this.#giver.pairs.isHelper(which, link) || (await queue.extend(which, link.agent.id))) continue;
      link.ends(which);
      link.send({ type: 'cancel', ...which, reason: 'it is not yours any more' });
    }
    for (const which of link.overdue(at.getTime())) await this.#endLate(which, link.agent.id);
    if (this.#links.get(link.agent.id) !== link) return;
    const presence = { slots: link.slots, draining: link.draining, running: link.running.length };
    await store.seen(link.agent.id, presence, link.clock, {
      now: at,
      until: new Date(at.getTime() + pace.leaseMs),
    });
    if (isNews) onChange();
    this.#giver.look();
  }

  #end(which: JobTry): void {
    for (const link of this.#links.values()) link.ends(which);
    this.#giver.pairs.over(which);
    this.#giver.look();
  }

  async #endLate(which: JobTry, agent: string): Promise<void> {
    const cause = failure('job-timeout');
    await this.#options.queue.finish(which, { state: 'failed', failure: cause, reason: cause.message });
    this.cancel(which, agent, cause.message);
    this.#options.onJob(which.job);
  }

  async #gone(link: AgentLink): Promise<void> {
    const { store, log, onChange } = this.#options;
    try {
      for (const which of link.running) await this.#giver.breakPair(which, link);
      if (this.#links.get(link.agent.id) !== link) return;
      this.#links.delete(link.agent.id);
      log.info({ agent: link.agent.id, name: link.agent.name }, 'agent went');
      await store.gone(link.agent.id);
    } catch (error) {
      log.warn({ err: error }, 'the store could not note that an agent went');
    }
    onChange();
  }
}

function read(text: string): AgentMessage | null {
  try {
    return agentMessageSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

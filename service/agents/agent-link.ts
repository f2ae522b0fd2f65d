/** One connection of one agent, as the hub sees it. */
import type { JobKind } from '../../contract/fleet/agent.ts';
import type { AgentMessage, HubMessage, JobTry } from '../../contract/fleet/agent-signal.ts';
import type { ClockSkew } from '../../contract/fleet/vantage.ts';
import type { StoredAgent } from '../store/fleet/agent-queries.ts';

/** What the hub needs of a WebSocket (`ws` has it). */
export interface AgentSocket {
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'pong' | 'close' | 'error', listener: () => void): unknown;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
}

export interface AgentWhere {
  /** Address of this host by which the agent has reached it. */
  readonly reachedBy: string;
  /** The agent’s own, cut to its network; null: it is not kept. */
  readonly network: string | null;
}

interface Running {
  readonly which: JobTry;
  readonly sinceMs: number;
  /** It must have ended then. */
  readonly dueMs: number;
}

type AgentState = Pick<Extract<AgentMessage, { type: 'status' }>, 'slots' | 'draining' | 'running'>;

/** What was sent so short a time ago need not be in the agent’s next status yet. */
const onItsWayMs = 15_000;
/** For a try from another node, or from before a reconnect: how long it has run is not known here. */
const adoptedMs = 20 * 60_000;

export class AgentLink {
  readonly agent: StoredAgent;
  readonly reachedBy: string;
  readonly network: string | null;
  readonly #socket: AgentSocket;
  readonly #running = new Map<string, Running>();
  kinds: readonly JobKind[] = [];
  slots = 0;
  draining = true;
  clock: ClockSkew | null;
  /** It has said hello. */
  greeted = false;

  constructor(agent: StoredAgent, socket: AgentSocket, { reachedBy, network }: AgentWhere) {
    this.agent = agent;
    this.#socket = socket;
    this.reachedBy = reachedBy;
    this.network = network;
    this.clock = agent.clock;
  }

  send(message: HubMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  get free(): number {
    return this.draining ? 0 : this.slots - this.#running.size;
  }

  get running(): readonly JobTry[] {
    return [...this.#running.values()].map(({ which }) => which);
  }

  has(which: JobTry): boolean {
    return this.#running.has(nameOf(which));
  }

  begins({ job, try: number }: JobTry, nowMs: number, timeoutMs: number): void {
    const which = { job, try: number };
    this.#running.set(nameOf(which), { which, sinceMs: nowMs, dueMs: nowMs + timeoutMs });
  }

  ends(which: JobTry): void {
    this.#running.delete(nameOf(which));
  }

  /** What the agent says of itself now; false: nothing new. */
  reports({ slots, draining, running }: AgentState, nowMs: number): boolean {
    const before = `${this.slots} ${this.draining} ${this.#running.size}`;
    this.slots = slots;
    this.draining = draining;
    const said = new Set(running.map(nameOf));
    for (const which of running) if (!this.has(which)) this.begins(which, nowMs, adoptedMs);
    for (const [name, { sinceMs }] of this.#running) {
      if (!said.has(name) && nowMs - sinceMs > onItsWayMs) this.#running.delete(name);
    }
    return before !== `${slots} ${draining} ${this.#running.size}`;
  }

  /** Tries that should have ended. */
  overdue(nowMs: number): JobTry[] {
    return [...this.#running.values()].filter(({ dueMs }) => nowMs > dueMs).map(({ which }) => which);
  }
}

function nameOf({ job, try: number }: JobTry): string {
  return `${job}/${number}`;
}

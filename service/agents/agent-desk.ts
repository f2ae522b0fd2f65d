/** Who is an agent: invitations, enrolment, keys. */
import { randomBytes } from 'node:crypto';
import type {
  AgentTokenInput,
  AgentTokenView,
  AgentView,
  Enrolment,
  EnrolRequest,
  NewAgentToken,
} from '../../contract/fleet/agent.ts';
import { fault } from '../fault.ts';
import { hashOf } from '../secret-hash.ts';
import type { StoredAgent, StoredToken } from '../store/fleet/agent-queries.ts';
import type { AgentStore } from '../store/fleet/fleet-store.ts';
import { agentOfKey, newKey, newToken } from './agent-key.ts';

/** Where neither the invitation nor the agent names one. */
const defaultRegion = 'default';
/** A key that is older gets a successor at the next occasion. */
const keyLifeMs = 30 * 86_400_000;

export interface AgentDeskOptions {
  readonly store: AgentStore;
  readonly now: () => Date;
  readonly onChange: () => void;
}

export class AgentDesk {
  readonly #options: AgentDeskOptions;

  constructor(options: AgentDeskOptions) {
    this.#options = options;
  }

  async list(): Promise<{ agents: AgentView[]; invitations: AgentTokenView[] }> {
    const { store, now } = this.#options;
    const [agents, tokens] = await Promise.all([store.list(), store.tokens()]);
    const nowMs = now().getTime();
    return {
      agents: agents.map((agent) => agentView(agent, nowMs)),
      invitations: tokens.map((token) => tokenView(token, nowMs)),
    };
  }

  async invite({ label, region, lifetimeHours }: AgentTokenInput): Promise<NewAgentToken> {
    const { store, now, onChange } = this.#options;
    const token = newToken();
    const at = now();
    const stored: StoredToken = {
      id: `e${randomBytes(9).toString('base64url')}`,
      token_hash: hashOf(token),
      label,
      region,
      created_at: at.toISOString(),
      expires_at: new Date(at.getTime() + lifetimeHours * 3_600_000).toISOString(),
      agent_id: null,
    };
    await store.addToken(stored);
    onChange();
    return { invitation: tokenView(stored, at.getTime()), token };
  }

  async uninvite(id: string): Promise<void> {
    if (!(await this.#options.store.deleteToken(id))) throw fault('not-found', `invitation ${id}`);
    this.#options.onChange();
  }

  /** Throws `agent-token-invalid`, whatever is wrong with it: a guess learns nothing. */
  async enrol({ token, name, region, labels }: EnrolRequest): Promise<Enrolment> {
    const { store, now, onChange } = this.#options;
    const found = await store.findToken(hashOf(token));
    if (found === null || found.expires_at <= now().toISOString()) throw fault('agent-token-invalid');
    const agent = {
      id: `a${randomBytes(9).toString('base64url')}`,
      name,
      region: found.region ?? region ?? defaultRegion,
      labels,
    };
    const key = newKey(agent.id);
    if (!(await store.enrol(found.id, agent, hashOf(key), now()))) throw fault('agent-token-invalid');
    onChange();
    return { agent: agent.id, region: agent.region, key };
  }

  /** The agent whose key that is. Throws `agent-key-invalid`. */
  async authenticate(key: string | null): Promise<StoredAgent> {
    const id = key === null ? null : agentOfKey(key);
    const agent = id === null || key === null ? null : await this.#options.store.findByKey(id, hashOf(key));
    if (agent === null) throw fault('agent-key-invalid');
    return agent;
  }

  /** A new key for an agent whose key has grown old; both are good until it has said that it keeps the new one. */
  async successorOf({ id, keySince }: StoredAgent): Promise<string | null> {
    const { store, now } = this.#options;
    if (now().getTime() - Date.parse(keySince) < keyLifeMs) return null;
    const key = newKey(id);
    await store.offerKey(id, hashOf(key));
    return key;
  }

  /** Throws `not-found`. */
  async revoke(id: string): Promise<AgentView> {
    const { store, now, onChange } = this.#options;
    await store.revoke(id, now());
    const agent = await store.find(id);
    if (agent === null) throw fault('not-found', `agent ${id}`);
    onChange();
    return agentView(agent, now().getTime());
  }
}

export function isOnline({ onlineUntil, revokedAt }: StoredAgent, nowMs: number): boolean {
  return revokedAt === null && onlineUntil !== null && Date.parse(onlineUntil) > nowMs;
}

export function agentStateOf(agent: StoredAgent, nowMs: number): AgentView['state'] {
  if (agent.revokedAt !== null) return 'revoked';
  if (!isOnline(agent, nowMs)) return 'offline';
  return agent.draining ? 'draining' : 'online';
}

function agentView(agent: StoredAgent, nowMs: number): AgentView {
  const { facts } = agent;
  const online = isOnline(agent, nowMs);
  return {
    id: agent.id,
    name: agent.name,
    region: agent.region,
    labels: { ...agent.labels },
    state: agentStateOf(agent, nowMs),
    enrolledAt: agent.enrolledAt,
    lastSeenAt: agent.lastSeenAt,
    version: facts?.version ?? null,
    platform: facts?.platform ?? null,
    network: facts?.network ?? null,
    kinds: facts?.kinds ?? [],
    reach: facts?.reach ?? null,
    clock: agent.clock,
    slots: online ? agent.slots : 0,
    running: online ? agent.running : 0,
  };
}

function tokenView(token: StoredToken, nowMs: number): AgentTokenView {
  const open = Date.parse(token.expires_at) > nowMs ? 'open' : 'expired';
  return {
    id: token.id,
    label: token.label,
    region: token.region,
    state: token.agent_id === null ? open : 'used',
    createdAt: token.created_at,
    expiresAt: token.expires_at,
    agent: token.agent_id,
  };
}

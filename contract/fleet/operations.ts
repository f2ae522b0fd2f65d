/** The rows of agents, jobs and monitors in the table of REST operations. */
import { z } from 'zod';
import { idSchema } from '../basics.ts';
import {
  agentTokenInputSchema,
  agentTokenViewSchema,
  agentViewSchema,
  enrolmentSchema,
  enrolRequestSchema,
  newAgentTokenSchema,
} from './agent.ts';
import { agentResultReplySchema, agentResultSchema } from './agent-signal.ts';
import { jobQuerySchema, jobRequestSchema, jobViewSchema } from './job.ts';
import {
  monitorHistoryQuerySchema,
  monitorHistorySchema,
  monitorInputSchema,
  monitorViewSchema,
  publicStatusSchema,
  regionMatrixSchema,
} from './monitor.ts';

const idParams = z.object({ id: idSchema });
const gone = z.object({ id: idSchema });

export const fleetOperations = {
  listAgents: {
    method: 'GET',
    path: '/api/agents',
    role: 'viewer',
    reply: z.object({ agents: z.array(agentViewSchema), invitations: z.array(agentTokenViewSchema) }),
  },
  createAgentToken: {
    method: 'POST',
    path: '/api/agents/tokens',
    role: 'admin',
    body: agentTokenInputSchema,
    reply: newAgentTokenSchema,
  },
  /** An invitation that was not used yet ends at once. */
  deleteAgentToken: {
    method: 'DELETE',
    path: '/api/agents/tokens/:id',
    role: 'admin',
    params: idParams,
    reply: gone,
  },
  /** The token is the authorisation. */
  enrolAgent: {
    method: 'POST',
    path: '/api/agents/enrol',
    role: 'anyone',
    body: enrolRequestSchema,
    reply: enrolmentSchema,
  },
  /** What a job came to. Needs the agent’s key as bearer token. */
  agentResult: {
    method: 'POST',
    path: '/api/agents/results',
    role: 'anyone',
    body: agentResultSchema,
    reply: agentResultReplySchema,
  },
  /** Its key is worth nothing from now on, and its connection is cut; its reports stay. */
  revokeAgent: {
    method: 'DELETE',
    path: '/api/agents/:id',
    role: 'admin',
    params: idParams,
    reply: agentViewSchema,
  },
  regionMatrix: { method: 'GET', path: '/api/agents/matrix', role: 'viewer', reply: regionMatrixSchema },
  listJobs: {
    method: 'GET',
    path: '/api/jobs',
    role: 'viewer',
    query: jobQuerySchema,
    reply: z.object({ jobs: z.array(jobViewSchema) }),
  },
  startJob: {
    method: 'POST',
    path: '/api/jobs',
    role: 'operator',
    body: jobRequestSchema,
    reply: jobViewSchema,
  },
  getJob: { method: 'GET', path: '/api/jobs/:id', role: 'viewer', params: idParams, reply: jobViewSchema },
  cancelJob: {
    method: 'DELETE',
    path: '/api/jobs/:id',
    role: 'operator',
    params: idParams,
    reply: jobViewSchema,
  },
  listMonitors: {
    method: 'GET',
    path: '/api/monitors',
    role: 'viewer',
    reply: z.object({ monitors: z.array(monitorViewSchema) }),
  },
  createMonitor: {
    method: 'POST',
    path: '/api/monitors',
    role: 'operator',
    body: monitorInputSchema,
    reply: monitorViewSchema,
  },
  getMonitor: {
    method: 'GET',
    path: '/api/monitors/:id',
    role: 'viewer',
    params: idParams,
    reply: monitorViewSchema,
  },
  updateMonitor: {
    method: 'PUT',
    path: '/api/monitors/:id',
    role: 'operator',
    params: idParams,
    body: monitorInputSchema,
    reply: monitorViewSchema,
  },
  /** With its history; its reports stay. */
  deleteMonitor: {
    method: 'DELETE',
    path: '/api/monitors/:id',
    role: 'operator',
    params: idParams,
    reply: gone,
  },
  monitorHistory: {
    method: 'GET',
    path: '/api/monitors/:id/history',
    role: 'viewer',
    params: idParams,
    query: monitorHistoryQuerySchema,
    reply: monitorHistorySchema,
  },
  /** 404 unless the operator has switched it on (`status.public`). */
  publicStatus: { method: 'GET', path: '/api/status', role: 'anyone', reply: publicStatusSchema },
} as const;

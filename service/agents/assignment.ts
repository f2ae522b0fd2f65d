/** A job as an agent gets it. */
import type { JobWork } from '../../contract/fleet/agent-signal.ts';
import type { StoredJob } from '../store/fleet/job-queries.ts';
import type { AgentLink } from './agent-link.ts';

export interface Assignment {
  readonly work: JobWork;
  readonly timeoutMs: number;
}

export type PairWork = Extract<JobWork, { kind: 'pair' }>;
export type PairAssignment = Assignment & { readonly work: PairWork };

/** What a job comes to now. Throws RequestFault where it cannot be done any more. */
export type Assign = (job: StoredJob, link: AgentLink) => Promise<Assignment>;

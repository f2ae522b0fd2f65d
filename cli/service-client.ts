/** One call of a service’s API. Loads the contract’s schemas, so commands import it when they run. */

import type { z } from 'zod';
import { type OperationName, operations } from '../contract/api.ts';
import { apiProblem } from './api-problem.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { patiently } from './patiently.ts';

const timeoutMs = 10_000;

type Reply<N extends OperationName> = z.output<(typeof operations)[N]['reply']>;

export interface ServiceCall {
  readonly id?: string;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  /** null: the service trusts this machine. */
  readonly adminToken: string | null;
}

/** Throws {@link CommandError}: not reached (3), refused (1). */
export async function callService<N extends OperationName>(
  service: URL,
  name: N,
  { id, body, query = {}, adminToken }: ServiceCall,
): Promise<Reply<N>> {
  const { method, path, reply } = operations[name];
  const url = new URL(path.replace(':id', encodeURIComponent(id ?? '')), service);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const response = await patiently(() =>
    send(url, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(adminToken !== null && { authorization: `Bearer ${adminToken}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    }),
  );
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const problem = apiProblem(answer);
    if (problem !== null) throw CommandError.from(problem, exitCode.fellShort);
    throw new CommandError(
      `${service.origin} answered with HTTP ${response.status}.`,
      null,
      exitCode.fellShort,
    );
  }
  const parsed = reply.safeParse(answer);
  if (parsed.success) return parsed.data as Reply<N>;
  throw new CommandError(`The answer of ${service.origin} could not be read.`, null, exitCode.fellShort);
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(
      `${url.origin} does not answer: ${reason}`,
      'Start it with polynya serve, or name another one with --service URL.',
      exitCode.couldNotRun,
    );
  }
}

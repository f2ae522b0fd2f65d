/** The one door to the REST API: every operation of the contract, with its input and reply typed and checked. */
import type { z } from 'zod';
import { apiErrorSchema, type OperationName, operations } from '../../../contract/api.ts';
import { projectHeader } from '../../../contract/projects.ts';
import { words } from '../words.ts';
import { ApiProblem } from './api-problem.ts';
import { buildUrl, type QueryValues } from './build-url.ts';
import { chosenProject } from './chosen-project.ts';

type Operations = typeof operations;
type Part<N extends OperationName, K extends string> =
  Operations[N] extends Record<K, infer S extends z.ZodType> ? Record<K, z.input<S>> : object;
/** What an operation needs: path parameters, query and body, each only where the contract has it. */
export type CallInput<N extends OperationName> = Part<N, 'params'> & Part<N, 'query'> & Part<N, 'body'>;
export type Reply<N extends OperationName> = z.output<Operations[N]['reply']>;

interface LooseInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: QueryValues;
  readonly body?: unknown;
}

/**
 * @param project that it is about; null: all that we see
 * @throws ApiProblem, whatever goes wrong.
 */
export async function call<N extends OperationName>(
  name: N,
  input: CallInput<N>,
  signal?: AbortSignal,
  project: string | null = chosenProject(),
): Promise<Reply<N>> {
  const operation = operations[name];
  const { params, query, body } = input as LooseInput;
  const headers = new Headers({ accept: 'application/json' });
  if (project !== null) headers.set(projectHeader, project);
  const request: RequestInit = { method: operation.method, headers };
  if (signal !== undefined) request.signal = signal;
  if (body !== undefined) {
    headers.set('content-type', 'application/json');
    request.body = JSON.stringify(body);
  }
  const response = await send(buildUrl(operation.path, params, query), request);
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(response.status, json);
  const reply = operation.reply.safeParse(json);
  if (!reply.success) throw new ApiProblem(response.status, words.errors.unreadable);
  return reply.data as Reply<N>;
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(0, words.errors.offline);
  }
}

function problemOf(status: number, json: unknown): ApiProblem {
  const parsed = apiErrorSchema.safeParse(json);
  if (!parsed.success) return new ApiProblem(status, words.errors.http(status));
  const { error, field, requestId = null } = parsed.data;
  return new ApiProblem(status, error.message, error, field, requestId);
}

/** Registers every row of the contract’s table of operations. A row without a handler does not compile. */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import type { z } from 'zod';
import type { NeededRole } from '../../contract/access.ts';
import { type OperationName, operations } from '../../contract/api.ts';
import type { AuditLog } from '../access/audit-log.ts';
import { type CallerOf, record } from '../plugins/access.ts';
import { summaries } from './summaries.ts';

type Operation<N extends OperationName> = (typeof operations)[N];
type Parsed<O, K extends string> = O extends { readonly [key in K]: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;

/** A request whose parts have passed their schemas. */
export interface Call<N extends OperationName> {
  readonly params: Parsed<Operation<N>, 'params'>;
  readonly query: Parsed<Operation<N>, 'query'>;
  readonly body: Parsed<Operation<N>, 'body'>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
export type Reply<N extends OperationName> = z.output<Operation<N>['reply']>;
export type Handler<N extends OperationName> = (call: Call<N>) => Reply<N> | Promise<Reply<N>>;
export type Handlers = { readonly [N in OperationName]: Handler<N> };

/** Changes that somebody makes whom the service knows, and the one by which an agent becomes known to it. */
export function isRecorded(name: OperationName): boolean {
  const { method, role } = operations[name];
  return name === 'enrolAgent' || (method !== 'GET' && role !== 'anyone');
}

/** Requests per minute and address, where an operation has a limit of its own. */
export type OwnLimits = { readonly [N in OperationName]?: number };

export interface RegisterOptions {
  readonly handlers: Handlers;
  readonly callerOf: CallerOf;
  readonly audit: AuditLog;
  readonly limits: OwnLimits;
  /** Of those that come in crowds: throws while there is no room for more. */
  readonly admission: {
    readonly of: readonly OperationName[];
    readonly hook: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  };
}

export function registerOperations(app: FastifyInstance, options: RegisterOptions): void {
  for (const name of Object.keys(operations) as OperationName[]) register(app, name, options);
}

function register<N extends OperationName>(app: FastifyInstance, name: N, options: RegisterOptions): void {
  const operation: {
    method: string;
    path: string;
    role: NeededRole;
    params?: z.ZodType;
    query?: z.ZodType;
    body?: z.ZodType;
    reply: z.ZodType;
  } = operations[name];
  const handle: Handler<N> = options.handlers[name];
  const max = options.limits[name];
  const routeOptions: RouteShorthandOptions = {
    schema: {
      operationId: name,
      summary: summaries[name],
      ...(operation.role === 'anyone' ? {} : { security: [{ bearer: [] }, { session: [] }] }),
      // Told by the API page; Fastify has no name for it.
      ...{ 'x-role': operation.role },
      ...(operation.params === undefined ? {} : { params: operation.params }),
      ...(operation.query === undefined ? {} : { querystring: operation.query }),
      ...(operation.body === undefined ? {} : { body: operation.body }),
      response: { 200: operation.reply },
    },
    ...(options.admission.of.includes(name) ? { preParsing: options.admission.hook } : {}),
    ...(max === undefined ? {} : { config: { rateLimit: { max, timeWindow: 60_000 } } }),
  };
  app.route({
    ...routeOptions,
    method: operation.method,
    url: operation.path,
    handler: (request, reply) => {
      // The schemas of this very row have just parsed these parts.
      const call = { params: request.params, query: request.query, body: request.body, request, reply };
      reply.header('cache-control', 'no-store');
      if (!isRecorded(name)) return handle(call as Call<N>);
      return record(options, request, () => handle(call as Call<N>));
    },
  });
}

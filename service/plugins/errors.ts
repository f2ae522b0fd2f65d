import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { ApiError } from '../../contract/api.ts';
import type { FailureCode } from '../../contract/failures.ts';
import { fault, RequestFault } from '../fault.ts';
import { renderFailurePage, wantsFailurePage } from './failure-page.ts';

/** They come by the hundred, are counted, and what they come from is logged once. */
const quiet: readonly FailureCode[] = ['service-busy', 'store-away'];

/** One place where an error becomes an answer: status, `ApiError` body, and never a stack trace outwards. */
export function addErrorHandler(app: FastifyInstance, onFailure: (code: FailureCode) => void): void {
  app.setErrorHandler<FastifyError | RequestFault>((error, request, reply) => {
    const known = error instanceof RequestFault ? error : fromFastify(error);
    if (known === null) request.log.error({ err: error }, 'request failed');
    else if (known.statusCode >= 500 && !quiet.includes(known.failure.code))
      request.log.error({ failure: known.failure }, 'request failed');
    const told = known ?? fault('harness-fault', 'the log says more, under the id of the request');
    onFailure(told.failure.code);
    return sendFault(reply, told);
  });
}

export function sendFault(reply: FastifyReply, cause: RequestFault): FastifyReply {
  if (cause.failure.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="polynya"');
  if (cause.retrySec !== null) reply.header('retry-after', cause.retrySec);
  reply.code(cause.statusCode).header('cache-control', 'no-store');
  if (wantsFailurePage(reply)) {
    return reply.type('text/html; charset=utf-8').send(renderFailurePage(cause, reply.request.id));
  }
  const body: ApiError = { error: cause.failure, field: cause.field, requestId: reply.request.id };
  // Sent as text: the route’s reply schema describes its success, not this.
  return reply
    .header('content-type', 'application/json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(body);
}

/** Fastify’s own complaints about a request; null: it is not the request’s fault. */
function fromFastify(error: FastifyError): RequestFault | null {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return fault('body-too-large');
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return null;
  return fault('request-invalid', error.message);
}

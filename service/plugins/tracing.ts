/** A span for each request (semantic conventions, “HTTP server spans”), and all that it causes within it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestFault } from '../fault.ts';
import { extract } from '../trace/trace-context.ts';
import { type LongSpan, noTracing, type Tracing } from '../trace/tracing.ts';

/** To be added before everything that may refuse a request, and after the id that it gets. */
export function addTracing(app: FastifyInstance, tracing: Tracing): void {
  if (tracing === noTracing) return;
  const spans = new WeakMap<FastifyRequest, LongSpan>();
  app.addHook('onRequest', (request, _reply, done) => {
    // The route’s pattern: what stands in a path may be a token.
    const { method, id, protocol, routeOptions } = request;
    const route = routeOptions.url;
    const span = tracing.begin(route === undefined ? method : `${method} ${route}`, {
      kind: 'server',
      parent: extract(request.headers),
      facts: {
        'http.request.method': method,
        'url.scheme': protocol,
        'polynya.request_id': id,
        ...(route !== undefined && { 'http.route': route }),
      },
    });
    spans.set(request, span);
    span.within(done);
  });
  // A body comes in as events of the socket, which know nothing of the span.
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else span.within(done);
  });
  app.addHook('onError', async (request, _reply, error) => {
    if (error instanceof RequestFault) spans.get(request)?.set({ 'polynya.failure': error.failure.code });
  });
  app.addHook('onResponse', async (request, reply) => {
    const span = spans.get(request);
    if (span === undefined) return;
    span.set({ 'http.response.status_code': reply.statusCode });
    // A 4xx is the caller’s error, not the server’s.
    if (reply.statusCode >= 500) span.fail(String(reply.statusCode));
    span.end();
  });
}

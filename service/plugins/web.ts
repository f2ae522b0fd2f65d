import { existsSync } from 'node:fs';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fault, RequestFault } from '../fault.ts';
import type { LinkDesk } from '../links/link-desk.ts';
import { type EmbedPolicy, mayBeFramedBy } from './embedding.ts';
import { sendFault } from './errors.ts';
import { forbidInlineStyles } from './security.ts';

/** First path segments that are never a page of the dashboard. */
const notPages = new Set(['api', 'ws', 'docs', 'assets', 'metrics', 'healthz', 'readyz']);

export interface WebParts {
  readonly links: Pick<LinkDesk, 'open'>;
  readonly embedding: EmbedPolicy;
}

/**
 * The built dashboard: `check.html` at `/check` and `/t/:token`, `room.html` at `/room` and `/room/:id`, files as they
 * are, `status.html` at `/status`, and `index.html` for every other page, because the app routes by itself. Unknown API
 * paths get an `ApiError`.
 */
export async function addWeb(
  app: FastifyInstance,
  webRoot: string | null,
  { links, embedding }: WebParts,
): Promise<void> {
  const root = webRoot !== null && existsSync(join(webRoot, 'index.html')) ? webRoot : null;
  if (root !== null) {
    const open = (reply: FastifyReply, path: string) => {
      // Modules are always loaded with CORS, and what stands in these files is public.
      if (!embedding.isOpen || !path.endsWith('.js')) return;
      reply.header('access-control-allow-origin', '*');
      reply.header('cross-origin-resource-policy', 'cross-origin');
    };
    // Pages must be asked for anew after an update.
    await app.register(staticFiles, {
      root,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header('cache-control', 'no-cache');
        open(reply, path);
      },
    });
    // Names under assets/ carry a hash of their content. A route of its own: the rate limit leaves it out.
    await app.register(staticFiles, {
      root: join(root, 'assets'),
      prefix: '/assets/',
      decorateReply: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header('cache-control', 'public, max-age=31536000, immutable');
        open(reply, path);
      },
    });
  }
  const checkPage = (_request: FastifyRequest, reply: FastifyReply) => {
    embedding.openFrame(reply);
    forbidInlineStyles(reply);
    return root === null ? notBuilt(reply) : reply.sendFile('check.html');
  };
  app.get('/check', { schema: { hide: true } }, checkPage);
  app.get<{ Params: { token: string } }>('/t/:token', { schema: { hide: true } }, async (request, reply) => {
    // The page itself says what is wrong with a link; its status says it to programs.
    reply.code(await statusOf(links.open(request.params.token)));
    return checkPage(request, reply);
  });
  const roomPage = (_request: FastifyRequest, reply: FastifyReply) =>
    root === null ? notBuilt(reply) : reply.sendFile('room.html');
  app.get('/status', { schema: { hide: true } }, (_request, reply) => {
    forbidInlineStyles(reply);
    return root === null ? notBuilt(reply) : reply.sendFile('status.html');
  });
  app.get('/room', { schema: { hide: true } }, roomPage);
  app.get('/room/:id', { schema: { hide: true } }, (request, reply) => {
    // The Compare page shows a room several times at once; no other site may.
    mayBeFramedBy(reply, ["'self'"]);
    return roomPage(request, reply);
  });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => {
    if (!isPage(request)) return sendFault(reply, fault('not-found', `${request.method} ${pathOf(request)}`));
    return root === null ? notBuilt(reply) : reply.sendFile('index.html');
  });
}

async function statusOf(opening: Promise<unknown>): Promise<number> {
  try {
    await opening;
    return 200;
  } catch (error) {
    if (error instanceof RequestFault) return error.statusCode;
    throw error;
  }
}

function isPage(request: FastifyRequest): boolean {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const firstSegment = pathOf(request).split('/')[1] ?? '';
  return reads && !notPages.has(firstSegment) && (request.headers.accept ?? '').includes('text/html');
}

function pathOf(request: FastifyRequest): string {
  return (request.url.split('?')[0] ?? '').slice(0, 200);
}

function notBuilt(reply: FastifyReply): FastifyReply {
  const text =
    '<!doctype html><title>Polynya</title><p>The dashboard is not built: run <code>npm run build</code>.';
  return reply.code(503).type('text/html; charset=utf-8').send(text);
}

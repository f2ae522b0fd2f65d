/**
 * Other sites that may embed the check (`check.embedOrigins`): their pages may frame the Check page, load `embed.js`, and
 * use the few requests and sockets that a check needs. None of these depends on who is logged in.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';

/** What a check uses, by a link or without; everything else stays for pages of the service itself. */
const checkPath = /^\/(api\/(check(\/servers)?|info|reports|t\/[^/]+(\/(check|progress))?)|ws\/(echo|nat))$/;

export type EmbedPolicy = ReturnType<typeof embedPolicy>;

export function embedPolicy(origins: readonly string[]) {
  // As browsers write it: lower case, no default port, no path.
  const allowed = new Set(origins.map((origin) => new URL(origin).origin));
  return {
    /** May a page of this origin ask for this path? */
    admits: (origin: string | undefined, path: string): boolean =>
      origin !== undefined && allowed.has(origin) && checkPath.test(path),
    /** The Check page itself, which frames of these origins may show. */
    openFrame: (reply: FastifyReply): void => {
      if (allowed.size > 0) mayBeFramedBy(reply, ["'self'", ...allowed]);
    },
    isOpen: allowed.size > 0,
  };
}

/** @param ancestors sources of CSP 3 §6.4.2 */
export function mayBeFramedBy(reply: FastifyReply, ancestors: readonly string[]): void {
  const policy = String(reply.getHeader('content-security-policy') ?? '');
  const directive = `frame-ancestors ${ancestors.join(' ')}`;
  reply.header('content-security-policy', policy.replace(/frame-ancestors [^;]*/, directive));
  // Knows no list of origins; browsers that read frame-ancestors ignore it (CSP 3 §6.4.2.2).
  reply.removeHeader('x-frame-options');
}

/** Cross-origin resource sharing for exactly these origins and paths, without credentials. */
export function addEmbedding(app: FastifyInstance, policy: EmbedPolicy): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    const path = request.url.split('?')[0] ?? '';
    if (origin === undefined || !policy.admits(origin, path)) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('vary', 'origin');
    reply.header('cross-origin-resource-policy', 'cross-origin');
    if (request.method !== 'OPTIONS') return;
    reply.header('access-control-allow-methods', 'GET, POST');
    reply.header('access-control-allow-headers', 'content-type');
    reply.header('access-control-max-age', '600');
    await reply.code(204).send();
  });
}

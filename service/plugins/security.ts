import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';

const inlineStyles = "'unsafe-inline'";

/** For a page that has all its styles in files. */
export function forbidInlineStyles(reply: FastifyReply): void {
  const policy = String(reply.getHeader('content-security-policy') ?? '');
  reply.header('content-security-policy', policy.replace(` ${inlineStyles}`, ''));
}

/** Response headers that narrow down what a page of ours may do. */
export async function addSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    global: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // No inline scripts and no eval: text from a report can never run.
        scriptSrc: ["'self'"],
        // Mantine sets sizes and colours through style elements and attributes at run time. Styles cannot read data.
        styleSrc: ["'self'", inlineStyles],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        // Covers ws: and wss: of the same host too (CSP 3 §6.7.2.8).
        connectSrc: ["'self'"],
        mediaSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Both only mean something over HTTPS, and browsers complain about them on plain HTTP beyond loopback.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    strictTransportSecurity: false,
    // A link token in the path must not reach any other site.
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  // They are the same for every answer, and helmet would put them together anew each time.
  let headers: readonly [name: string, value: string][] | null = null;
  app.addHook('onRequest', async (_request, { raw, helmet: addAll }) => {
    if (headers === null) {
      addAll();
      headers = Object.entries(raw.getHeaders()).map(([name, value]) => [name, String(value)]);
    } else for (const [name, value] of headers) raw.setHeader(name, value);
  });
}

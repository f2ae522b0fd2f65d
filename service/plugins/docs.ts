import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { renderApiPage } from './api-page.ts';

/** Collects the OpenAPI document; must be registered before the routes that it describes. */
export async function addDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Polynya',
        version,
        description: 'NAT traversal diagnostics: reports, servers and probes of one Polynya service.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'The admin token, or an API key' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'polynya_session',
            description: 'From POST /api/login',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  app.get('/docs/json', { schema: { hide: true } }, async () => app.swagger());
  app.get('/docs', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(renderApiPage(app.swagger())),
  );
}

import Fastify, { type FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { letGoOfBodies } from '../../../service/plugins/bodies.ts';

it('a request that was answered holds on to no body', async () => {
  const app = Fastify();
  const seen: FastifyRequest[] = [];
  letGoOfBodies(app);
  app.post('/', async (request) => {
    seen.push(request);
    return request.body;
  });
  const reply = await app.inject({ method: 'POST', url: '/', payload: { report: 1 } });
  expect(reply.json()).toEqual({ report: 1 });
  await expect.poll(() => seen.map(({ body }) => body)).toEqual([undefined]);
  await app.close();
});

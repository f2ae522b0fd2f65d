/**
 * The part of the Compose Specification that deploy/compose.yaml uses, written after its text. Strict: a key that is not
 * listed here is an error, as a misspelt one would be in silence.
 */
import { z } from 'zod';

const extension = /^x-/;
/** `HOST:CONTAINER[:ro]`, or `VOLUME:CONTAINER`. */
const mount = z.string().regex(/^[\w./-]+:\/[\w./-]+(:ro)?$/);
/** With a tag, or a variable that has one when nobody sets it. */
const image = z.string().regex(/^[a-z0-9./-]+(:(\w[\w.-]*|\$\{[A-Z_]+:-[\w.-]+\}))?$/);
const size = z.string().regex(/^\d+[kmg]$/);

const service = z.strictObject({
  image,
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  network_mode: z.literal('host'),
  restart: z.literal('unless-stopped'),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  cap_add: z.array(z.enum(['NET_BIND_SERVICE'])).optional(),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  env_file: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(mount),
  tmpfs: z.array(z.string().startsWith('/')).optional(),
  mem_limit: size.optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
});

export const composeSchema = z
  .object({
    name: z.string(),
    services: z.record(z.string(), service),
    volumes: z.record(z.string(), z.strictObject({})),
  })
  .catchall(z.unknown())
  .refine(
    (file) =>
      Object.keys(file).every((key) => ['name', 'services', 'volumes'].includes(key) || extension.test(key)),
    'only known keys, and extensions',
  );

/** How several service nodes are connected: the configuration of the bus, and what nodes say of themselves. */
import { z } from 'zod';

const secret = z.string().min(1).max(512).nullable().default(null);
const file = z.string().min(1).nullable().default(null);

export const busConfigSchema = z
  .strictObject({
    /** NATS servers; those of one cluster may be left out, they are learnt. No user or password in here: it is logged. */
    servers: z
      .array(z.url({ protocol: /^(nats|tls)$/ }))
      .min(1)
      .max(16),
    user: z.string().max(256).nullable().default(null),
    /** With `user`. Better: `passwordFile`, or POLYNYA_BUS_PASSWORD. */
    password: secret,
    /** File whose first line it is. */
    passwordFile: file,
    /** Instead of a user. Better: `tokenFile`, or POLYNYA_BUS_TOKEN. */
    token: secret,
    tokenFile: file,
    /** `.creds` file of NATS: JWT and key. */
    credentialsFile: file,
    /** For `tls:` servers; null: the authorities of the system, and no certificate of our own. PEM files. */
    tls: z.strictObject({ ca: file, cert: file, key: file }).nullable().default(null),
    /** Copies of what must not be lost; null: 3 where the servers are a cluster, 1 where there is one. */
    replicas: z.int().min(1).max(5).nullable().default(null),
  })
  .refine(({ servers }) => servers.every((server) => !server.includes('@')), {
    path: ['servers'],
    error: 'user and password have keys of their own',
  });
export type BusConfig = z.infer<typeof busConfigSchema>;

/** Said by every node some times a second, and once with `leaves` when it stops. */
export const nodeBeatSchema = z.object({
  node: z.string().regex(/^[a-z0-9]{1,32}$/),
  version: z.string().max(64),
  /** Where its dashboard and API are, as it knows it itself. */
  address: z.string().max(300),
  /** Rooms that it owns, and members whose socket is there. */
  rooms: z.int().min(0),
  members: z.int().min(0),
  leaves: z.boolean(),
});
export type NodeBeat = z.infer<typeof nodeBeatSchema>;

/** The nodes that are there, the one that answers first. */
export const nodeListSchema = z.object({
  /** Of the one that answers; none: it is alone by configuration. */
  bus: z.enum(['up', 'away', 'none']),
  nodes: z.array(nodeBeatSchema.omit({ leaves: true })),
});
export type NodeList = z.infer<typeof nodeListSchema>;

/** Configuration of `polynya turn serve`, from a YAML file. Every key has a default; unknown keys are errors. */
import { z } from 'zod';

const port = z.int().min(0).max(65535);
/** `192.0.2.1:3478`, `[2001:db8::1]:3478`; what is in it is checked where it is used, so that the line is named. */
const endpointText = z.string().min(1);
const cidr = z.string().min(1);
/** First and last port of a range. */
const relayPorts = z.tuple([z.int().min(1).max(65535), z.int().min(1).max(65535)]);

export const turnServeConfigSchema = z.strictObject({
  /** UDP and TCP unless an entry says otherwise. */
  listen: z
    .array(
      z.union([
        endpointText,
        z.strictObject({
          address: z.string().min(1),
          port: port.default(3478),
          transports: z
            .array(z.enum(['udp', 'tcp', 'tls']))
            .min(1)
            .default(['udp', 'tcp']),
        }),
      ]),
    )
    .min(1)
    .default(['127.0.0.1:3478']),
  /** Other processes may listen at the same ports; the kernel spreads clients over them. Not with every Node. */
  sharePorts: z.boolean().default(false),
  /** PEM files, relative to the configuration file. */
  tls: z
    .strictObject({
      cert: z.string().min(1),
      key: z.string().min(1),
      listen: z.array(endpointText).default([]),
    })
    .nullable()
    .default(null),
  /** Second address and port of the first listener: turns RFC 5780 on. */
  alternate: z
    .strictObject({ address: z.string().min(1), port })
    .nullable()
    .default(null),
  relay: z
    .strictObject({
      /** Empty: those of `listen`. */
      addresses: z.array(z.string().min(1)).default([]),
      /** The same addresses as peers see them, one for each; empty: no NAT in between. */
      external: z.array(z.string().min(1)).default([]),
      ports: relayPorts.default([49152, 65535]),
      /** Ranges that other processes of this server have on the same addresses. */
      siblings: z.array(relayPorts).default([]),
    })
    .prefault({}),
  realm: z.string().min(1).max(127).default('polynya'),
  /** Long-term users: name → password. */
  users: z.record(z.string().min(1), z.string().min(1)).default({}),
  /** Shared with the application that mints time-limited credentials; a list while one replaces another. */
  secret: z
    .union([z.string().min(8), z.array(z.string().min(8))])
    .nullable()
    .default(null),
  /** Ends requests with a time-limited name that has run out even where its allocation lives. */
  strictExpiry: z.boolean().default(false),
  peers: z
    .strictObject({
      /** Addresses or CIDR ranges that are refused by default and shall not be. */
      allow: z.array(cidr).default([]),
      deny: z.array(cidr).default([]),
      lowestPort: port.default(1024),
    })
    .prefault({}),
  quota: z
    .strictObject({
      /** Allocations of one user at the same time. */
      perUser: z.int().min(1).default(10),
      /** Allocations at the same time. */
      total: z.int().min(1).default(20_000),
      /** Of one allocation, in each direction. */
      bytesPerSecond: z.int().min(1000).nullable().default(null),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** Requests of one source. */
      requestsPerSecond: z.int().min(1).default(400),
      /** Requests of one source at once before that counts. */
      burst: z.int().min(1).default(2000),
      /** TCP and TLS connections per listener. */
      connections: z.int().min(1).default(10_000),
      connectionsPerAddress: z.int().min(1).default(256),
    })
    .prefault({}),
  /** Where clients are sent instead (300, ALTERNATE-SERVER). */
  redirect: z
    .strictObject({
      servers: z.array(endpointText).default([]),
      when: z.enum(['always', 'full']).default('full'),
    })
    .prefault({}),
  nonceSeconds: z.int().min(30).max(3600).default(600),
  /** Clients may take their allocations along to new addresses (RFC 8016). */
  mobility: z.boolean().default(false),
  /** Clients may relay TCP connections (RFC 6062). */
  tcpRelay: z.boolean().default(false),
  /** Accept the channel numbers of RFC 5766 that RFC 8656 took away. */
  oldChannels: z.boolean().default(false),
  /** SOFTWARE text for clients who have logged in. */
  software: z.string().min(1).max(127).nullable().default(null),
  /** Prometheus metrics; keep it on an address of your own. */
  metrics: endpointText.nullable().default(null),
  /** Users and client addresses whose every message is logged, without its contents. */
  trace: z.array(z.string().min(1)).default([]),
  /** How long SIGTERM waits for allocations to end. */
  drainSeconds: z.int().min(0).max(86_400).default(30),
  /** Lowest level that is logged (JSON lines on stderr). */
  log: z.enum(['silent', 'warn', 'info']).default('info'),
});
export type TurnServeConfig = z.infer<typeof turnServeConfigSchema>;

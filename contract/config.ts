/** Configuration of `polynya serve`, from a YAML file and flags. Every key has a default; unknown keys are errors. */
import { z } from 'zod';
import { busConfigSchema } from './bus.ts';
import { oidcConfigSchema } from './oidc.ts';
import { serverInputSchema } from './servers.ts';

/** The host that has the other address; see docs/configuration.md. */
export const stunPeerSchema = z.strictObject({
  /** Its address, as clients reach it. Its two STUN ports are the same as ours. */
  address: z.union([z.ipv4(), z.ipv6()]),
  /** The same on both hosts. One of `secret` and `secretFile` is needed, or POLYNYA_PEER_SECRET. */
  secret: z.string().min(32).max(512).nullable().default(null),
  /** File whose first line is the secret. */
  secretFile: z.string().nullable().default(null),
});
export type StunPeer = z.infer<typeof stunPeerSchema>;

/** WebSocket API of a Janus server. */
const janusSchema = z.strictObject({
  url: z.url({ protocol: /^wss?$/ }),
  /** Its `api_secret`. */
  secret: z.string().max(512).nullable().default(null),
});

/**
 * Link-local addresses and the other ones by which clouds tell a host its secrets: AWS over IPv6, Azure, Alibaba, Oracle.
 * (Most use 169.254.169.254.)
 */
const neverReached = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::254',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
];

function isOrigin(url: string): boolean {
  return URL.canParse(url) && [new URL(url).origin, `${new URL(url).origin}/`].includes(url.toLowerCase());
}

export const serveConfigSchema = z.strictObject({
  /** Address of the dashboard and API. Loopback unless told otherwise. */
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65535).default(7478),
  /** HTTPS: `self` makes a certificate of its own; null: plain HTTP. */
  tls: z
    .union([
      z.literal('self'),
      z.strictObject({
        /** PEM file with the certificate, and those that lead to its authority. */
        cert: z.string(),
        /** PEM file with its key. */
        key: z.string(),
      }),
    ])
    .nullable()
    .default(null),
  /** SQLite file, `:memory:` keeps nothing; or `postgres://USER@HOST/DATABASE`. */
  store: z.string().default('polynya.sqlite'),
  /** With PostgreSQL: where reports wait while it is away. */
  spool: z
    .strictObject({
      /** Made if it is not there. Several services of one host may share it. */
      folder: z.string().min(1).default('polynya-spool'),
      /** Bytes that one service keeps; further reports get a 503. */
      bytes: z.int().min(1_048_576).default(268_435_456),
      /** Reports that one service keeps. */
      reports: z.int().min(1).default(100_000),
    })
    .prefault({}),
  /** What connects several service nodes; null: this one is alone. */
  bus: busConfigSchema.nullable().default(null),
  retention: z
    .strictObject({
      /** Reports older than this are deleted; null: none are. */
      days: z.int().min(1).max(36_500).nullable().default(null),
      /** Entries of the audit log older than this are deleted; null: none are. */
      auditDays: z.int().min(1).max(36_500).nullable().default(365),
    })
    .prefault({}),
  /** Null: a random one is made at each start when `host` is not loopback; loopback needs none. */
  adminToken: z.string().min(16).nullable().default(null),
  /** Where browsers reach this service, e.g. `https://polynya.example.org`: behind a proxy nothing else knows. */
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .refine(isOrigin, 'scheme, host and port, and nothing behind them')
    .nullable()
    .default(null),
  /** Sign-in with an OpenID Connect provider; null: by `adminToken` only. */
  oidc: oidcConfigSchema.nullable().default(null),
  tracing: z
    .strictObject({
      /** Base URL of an OpenTelemetry collector (OTLP/HTTP); null: nothing is traced. */
      otlp: z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null),
      /** Share of the traces that begin here and are recorded. */
      ratio: z.number().min(0).max(1).default(1),
      /** By which the traces of this service are found. */
      serviceName: z.string().min(1).max(100).default('polynya'),
    })
    .prefault({}),
  /** Lowest level that is logged (JSON lines on stderr). */
  log: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
  stun: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Null: `host`. */
      address: z.string().nullable().default(null),
      /** Null: 127.0.0.2 when `address` is loopback, else none. */
      alternateAddress: z.string().nullable().default(null),
      port: z.int().min(0).max(65535).default(3478),
      alternatePort: z.int().min(0).max(65535).default(3479),
      /** Another host that runs the same and has the second address; null: none. */
      peer: stunPeerSchema.nullable().default(null),
    })
    .refine(({ peer, alternateAddress }) => peer === null || alternateAddress === null, {
      path: ['peer'],
      error: 'the second address is either here (alternateAddress) or on another host (peer)',
    })
    .prefault({}),
  sfu: z
    .strictObject({
      /** Rooms may use the SFU that is built in. */
      embedded: z.boolean().default(true),
      /** Rooms that use it at the same time; each is a process. */
      rooms: z.int().min(1).max(256).default(16),
      /** Addresses of this host that none of its interfaces carries (1:1 NAT), for media. */
      announce: z
        .array(z.union([z.ipv4(), z.ipv6()]))
        .max(8)
        .default([]),
      /** A Janus server for rooms on its VideoRoom and AudioBridge. */
      janus: janusSchema.nullable().default(null),
    })
    .prefault({}),
  reach: z
    .strictObject({
      /** Addresses and CIDR ranges that probes, checks and WebRTC of this host never talk to, whoever names them. */
      deny: z
        .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
        .max(200)
        .default(neverReached),
    })
    .prefault({}),
  servers: z.array(serverInputSchema).max(50).default([]),
  agents: z
    .strictObject({
      /** Keep the network (/24 or /48) that each agent connects from; false: nothing of its address. */
      keepNetworks: z.boolean().default(true),
      /** Results and events of monitors older than this are deleted. */
      historyDays: z.int().min(1).max(3_650).default(400),
    })
    .prefault({}),
  status: z
    .strictObject({
      /** Everybody may see how the public monitors stand. */
      public: z.boolean().default(false),
    })
    .prefault({}),
  check: z
    .strictObject({
      /** Try the servers from this host as well, so that a dead server and a blocked one can be told apart. */
      ownView: z.boolean().default(true),
      /** Origins of other sites that may embed the check, e.g. `https://help.example.org`. */
      embedOrigins: z
        .array(z.url({ protocol: /^https?$/ }))
        .max(50)
        .default([]),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** Bytes of one request body. */
      bodyBytes: z.int().min(1024).max(16_777_216).default(2_097_152),
      /** Requests per minute and address, except reports. */
      requestsPerMinute: z.int().min(1).default(600),
      /** Reports per minute and address. */
      reportsPerMinute: z.int().min(1).default(60),
      /** TCP connections at the same time; further ones are closed at once. A member of a room holds one. */
      connections: z.int().min(10).max(100_000).default(1_000),
      /** A request must have come in whole after this. */
      requestSeconds: z.int().min(1).max(600).default(30),
      /** Rooms at the same time. */
      rooms: z.int().min(1).max(10_000).default(250),
      /** Echo sessions at the same time. */
      echoSessions: z.int().min(1).max(1000).default(50),
      /** An echo session ends after this. */
      echoSeconds: z.int().min(5).max(600).default(60),
    })
    .prefault({}),
});
export type ServeConfig = z.infer<typeof serveConfigSchema>;

/**
 * A scenario of `polynya lab`: networks, the servers in them, who tries to reach whom over which path, and what must
 * come of it. Read from YAML; unknown keys are errors. `docs/lab.md` says the same in prose.
 */
import { z } from 'zod';
import { faultPlanSchema } from './fault-rules.ts';
import { iceServerSchema } from './ice-server.ts';
import { behaviourSchema } from './nat-report.ts';
import { portMappings } from './port-mapping.ts';
import { agentSchema } from './scenario-agent.ts';
import { callSchema, timelineStepSchema } from './scenario-call.ts';
import { lineKeys, shareSchema } from './scenario-line.ts';

export const scenarioNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,23}$/, 'lower-case letters, digits and hyphens, 24 at most');

const dependence = behaviourSchema.exclude(['inconclusive']);

/** Names for kinds of NAT that people know; `scenarios/scenario/presets.ts` says what each is. */
export const natPresets = [
  'home-router',
  'full-cone',
  'restricted-cone',
  'port-restricted-cone',
  'symmetric',
  'carrier',
  'carrier-symmetric',
] as const;

const seconds = z.number().min(1).max(86_400);

const natSchema = z
  .strictObject({
    /** A known kind to start from; what stands beside it changes it. */
    like: z.enum(natPresets).optional(),
    mapping: dependence.optional(),
    filtering: dependence.optional(),
    /** session: answers leave by the mapping that the question came in by (conntrack) · table: RFC 4787 to the letter. */
    engine: z.enum(['session', 'table']).optional(),
    /** Who holds the permissions of the filter: one mapping, or the internal endpoint with all of them. */
    filterScope: z.enum(['mapping', 'endpoint']).optional(),
    ports: z.enum(['preserving', 'sequential', 'random', 'parity-preserving']).optional(),
    portRange: z.tuple([z.int().min(1).max(65_535), z.int().min(1).max(65_535)]).optional(),
    /** Number of external addresses. */
    pool: z.int().min(1).max(8).optional(),
    pairing: z.enum(['paired', 'arbitrary']).optional(),
    /** RFC 4787 §6. */
    hairpin: z.boolean().optional(),
    /** Of a mapping, since the last packet from inside. */
    lifetimeSec: seconds.optional(),
    /** For random ports and paired pools. */
    seed: z.int().min(0).max(0xffff_ffff).optional(),
  })
  .refine(
    ({ like, mapping, filtering }) =>
      like !== undefined || (mapping !== undefined && filtering !== undefined),
    { error: 'needs like, or both mapping and filtering' },
  );

const firewallSchema = z
  .strictObject({
    kind: z.enum([
      'stateful',
      'udp-blocked',
      'udp-rejected',
      'tcp-443-only',
      'tls-intercepting',
      'http-proxy',
    ]),
    /** `stateful` only; default address-and-port-dependent. */
    filtering: dependence.optional(),
    lifetimeSec: seconds.optional(),
  })
  .refine(
    ({ kind, filtering, lifetimeSec }) =>
      kind === 'stateful' || (filtering === undefined && lifetimeSec === undefined),
    { error: 'filtering and lifetimeSec are for a stateful firewall' },
  );

/** A router on the way out. */
export const scenarioBoxSchema = z
  .strictObject({
    nat: natSchema.optional(),
    firewall: firewallSchema.optional(),
    /** Lets hosts that have IPv6 only reach IPv4 (RFC 6146); its `nat` is what becomes of their packets there. */
    nat64: z.boolean().default(false),
    /** Its hosts may ask it to open ports of its NAT, over these protocols. */
    portMapping: z.array(z.enum(portMappings)).min(1).max(2).optional(),
  })
  .refine(({ nat, firewall }) => nat !== undefined || firewall !== undefined, {
    error: 'needs nat, firewall, or both',
  });

/** Each host of the site has a tunnel into the network of another site, and an address there. */
const vpnSchema = z.strictObject({
  /** The other site: its router takes what comes out of the tunnel for a host of its own. */
  gateway: scenarioNameSchema,
  /** true: only what is in the gateway's network goes through the tunnel; false: all but the hosts' own network. */
  split: z.boolean().default(false),
});

const siteSchema = z.strictObject({
  about: z.string().max(200).default(''),
  hosts: z.int().min(1).max(16).default(1),
  /** Innermost first; empty: on the public network. */
  behind: z.array(scenarioBoxSchema).max(4).default([]),
  /** Addresses between two NATs: a carrier's (RFC 6598) or private ones. */
  between: z.enum(['carrier', 'private']).default('carrier'),
  /** Hosts of the site do not reach each other inside, as with client isolation in a Wi-Fi. */
  isolated: z.boolean().default(false),
  /**
   * none · open: global addresses, and no firewall but those in `behind` · firewall: global, and only answers come in
   * (RFC 6092) · local: unique local addresses (RFC 4193) with no way out.
   */
  ipv6: z.enum(['none', 'open', 'firewall', 'local']).default('none'),
  /** false: its hosts have IPv6 only. */
  ipv4: z.boolean().default(true),
  vpn: vpnSchema.optional(),
  ...lineKeys,
  /** Client of its hosts, in place of the scenario's. */
  agent: agentSchema.optional(),
});

/** A site, or `site/1` for its second host. */
const end = z.string().min(1).max(32);

/** direct-tcp: over ICE-TCP alone (RFC 6544) · sfu: both ends with a media server (`sfu`), which forwards. */
export const labPaths = ['direct', 'direct-tcp', 'sfu', 'relay-udp', 'relay-tcp', 'relay-tls'] as const;
export type LabPath = (typeof labPaths)[number];
export const labPathSchema = z.enum(labPaths);

export const expectedOutcomes = ['connected', 'failed', 'either'] as const;
export const expectedOutcomeSchema = z.enum(expectedOutcomes);
export type ExpectedOutcome = z.infer<typeof expectedOutcomeSchema>;

export const scenarioSchema = z.strictObject({
  name: scenarioNameSchema,
  /** What it shows, in a sentence or two. */
  about: z.string().min(1).max(1000),
  sites: z.record(scenarioNameSchema, siteSchema),
  /** Share of UDP packets lost between the sites. */
  lossRate: shareSchema.default(0),
  server: z
    .strictObject({
      kind: z.enum(['coturn', 'polynya', 'ejabberd']).default('coturn'),
      /** false: STUN only. */
      turn: z.boolean().default(true),
      /** It has an IPv6 address as well, where a site has IPv6. */
      ipv6: z.boolean().default(true),
      /** Further lines of turnserver.conf. */
      config: z.array(z.string().max(500)).max(100).default([]),
      /** How Polynya's own server misbehaves (docs/faults.md). */
      faults: faultPlanSchema.optional(),
    })
    .prefault({}),
  /** The media server of the path `sfu`. */
  sfu: z
    .strictObject({
      /**
       * embedded: the SFU of `polynya serve`, and the run signals for it · janus: Janus's VideoRoom in its place · service: all
       * of `polynya serve`; each host is a member of its rooms, and signals over its own way out.
       */
      kind: z.enum(['embedded', 'janus', 'service']).default('embedded'),
    })
    .prefault({}),
  /**
   * What the application tells its clients, as RTCPeerConnection takes it. The lab's server plays every host and has
   * credentials of its own; a relayed path whose transport is not named fails. Absent: the lab's usual ports.
   */
  iceServers: z.array(iceServerSchema).max(50).optional(),
  /** Client under test. */
  agent: agentSchema.default({ kind: 'polynya' }),
  /** video: both ends send a picture as well, and an attempt has succeeded when it has come through for five seconds. */
  media: z.enum(['none', 'video']).default('none'),
  paths: z.array(labPathSchema).min(1).default(['direct']),
  /** all: every two hosts once · matrix: every site with every site, itself too, in both directions · or a list. */
  pairs: z.union([z.enum(['all', 'matrix']), z.array(z.tuple([end, end])).min(1)]).default('all'),
  /** Messages in both directions once an attempt has connected; a timeline alone brings one with its defaults. */
  call: callSchema.optional(),
  /** What happens during the call, in the order of time. */
  timeline: z.array(timelineStepSchema).max(50).default([]),
  /** Attempts per cell. */
  repeat: z.int().min(1).max(100).default(1),
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  /** What the author of the file vouches for; the first match counts, `*` is any. What is not named is expected as the simulator has it. */
  expect: z
    .array(
      z.strictObject({
        from: end.default('*'),
        to: end.default('*'),
        path: labPathSchema.optional(),
        outcome: expectedOutcomeSchema,
        /** Why, for whoever reads a failure. */
        because: z.string().max(500).optional(),
      }),
    )
    .max(1000)
    .default([]),
});
export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioSite = Scenario['sites'][string];
export type ScenarioBox = ScenarioSite['behind'][number];
export type ScenarioNat = NonNullable<ScenarioBox['nat']>;

/**
 * Who wants to connect, for `polynya simulate`: kinds of networks with their shares, sizes of rooms, paths in the order
 * in which they are tried, media, distances and prices. What is not known exactly carries a range, and every figure
 * says where it comes from. Read from YAML; unknown keys are errors. `docs/simulate.md` says the same in prose.
 */
import { z } from 'zod';
import { compareMediaSchema } from './comparison.ts';
import { scenarioBoxSchema, scenarioNameSchema } from './scenario.ts';

/** Tried in the order of the file. `sfu`: the whole room moves to a media server. */
export const populationPaths = ['direct', 'relay-udp', 'relay-tcp', 'relay-tls', 'sfu'] as const;
export type PopulationPath = (typeof populationPaths)[number];
export const populationPathSchema = z.enum(populationPaths);

const sourceSchema = z.string().min(1).max(500);

/** A figure, how far it may be off, and who says so. */
function figureSchema(value: z.ZodNumber) {
  return z
    .strictObject({
      value,
      /** Lowest and highest that is plausible; absent: taken as exact. */
      range: z.tuple([value, value]).optional(),
      source: sourceSchema,
    })
    .refine(({ value: middle, range }) => range === undefined || (range[0] <= middle && middle <= range[1]), {
      error: 'the value lies outside of its range',
      path: ['range'],
    });
}

const shareFigure = figureSchema(z.number().min(0).max(1));
const msFigure = figureSchema(z.number().min(0).max(5_000));
const priceFigure = figureSchema(z.number().min(0).max(100));
export type PopulationFigure = z.infer<typeof shareFigure>;

const assumed = 'assumption, not measured';

const endpointSchema = z.strictObject({
  about: z.string().max(200).default(''),
  /** Of all endpoints. Shares are made to add up to 1. */
  share: shareFigure,
  /** Routers on the way out with IPv4, innermost first; empty: on the public network. */
  behind: z.array(scenarioBoxSchema).max(4).default([]),
  /** absent: IPv4 only. */
  ipv6: z
    .strictObject({
      /** Of the endpoints of this kind. */
      share: shareFigure,
      /** RFC 6092: what comes in unasked is kept out, by address and port. */
      behind: z
        .array(scenarioBoxSchema)
        .max(4)
        .prefault([{ firewall: { kind: 'stateful' } }]),
    })
    .optional(),
});
export type PopulationEndpoint = z.infer<typeof endpointSchema>;

/** Larger rooms have an SFU, or would be more work than any browser does. */
export const largestMesh = 50;
export const largestPopulationRoom = 1_000;

const sizeKey = z.string().regex(/^(?:[2-9]|[1-9]\d{1,2}|1000)$/, 'a room has 2 to 1000 participants');

const roomsSchema = z.strictObject({
  /** Participants → relative weight. */
  sizes: z
    .record(sizeKey, z.number().positive().max(1e6))
    .refine((sizes) => Object.keys(sizes).length > 0, 'needs a size')
    .default({ '2': 1 }),
  source: sourceSchema.default(assumed),
  minutes: figureSchema(
    z
      .number()
      .positive()
      .max(24 * 60),
  ).prefault({ value: 30, range: [10, 60], source: assumed }),
  /** Larger rooms begin on the SFU, where `paths` has one. */
  meshUpTo: z.int().min(1).max(largestMesh).default(4),
  /** Others whom a participant of an SFU sees and hears at most. */
  shown: z.int().min(1).max(largestPopulationRoom).default(24),
});

const distancesSchema = z.strictObject({
  /** Round trips, medians over all pairs or participants. */
  peerMs: msFigure.prefault({ value: 50, range: [20, 120], source: assumed }),
  serverMs: msFigure.prefault({ value: 30, range: [10, 80], source: assumed }),
  signallingMs: msFigure.prefault({ value: 50, range: [20, 120], source: assumed }),
  /** From the start until an application gives a link up and moves its room to the SFU. */
  giveUpMs: figureSchema(z.number().min(0).max(60_000)).prefault({
    value: 5_000,
    range: [2_000, 15_000],
    source: assumed,
  }),
  /** Standard deviation of the logarithm of round trips: 0.6 puts the 95th percentile at 2.7 times the median. */
  spread: figureSchema(z.number().min(0).max(2)).prefault({ value: 0.6, range: [0.3, 0.9], source: assumed }),
});

const pricesSchema = z.strictObject({
  currency: z.string().min(1).max(8).default('USD'),
  /** For a gigabyte (10⁹ bytes) that leaves the servers. */
  turnPerGb: priceFigure.prefault({
    value: 0.4,
    range: [0.05, 0.8],
    source: 'price lists of three TURN providers, 2026, second-hand: 0.05, 0.40 and 0.40 to 0.80 USD',
  }),
  sfuPerGb: priceFigure.prefault({ value: 0.09, range: [0.01, 0.12], source: assumed }),
});

/** Why a report does not say what kind of network it is from. */
export const unknownWays = [
  'nat-not-tested',
  'udp-undecided',
  'mapping-undecided',
  'filtering-undecided',
  /** UDP is blocked, and nothing says which TCP passes. */
  'tcp-undecided',
] as const;
export type UnknownWay = (typeof unknownWays)[number];

/** Where the shares are counts: what they were counted from. */
const countedSchema = z.strictObject({
  /** A browser that was tested often counts once. */
  reports: z.int().min(1),
  /** Of those: in no kind, because they do not tell. */
  unknown: z.partialRecord(z.enum(unknownWays), z.int().min(1)),
});

/** A published total to hold the answer against; relayed shares are of what connects. */
export const bandFigures = ['pairs-direct', 'pairs-relayed', 'rooms-relayed'] as const;
export type BandFigure = (typeof bandFigures)[number];
const bandSchema = z
  .strictObject({
    figure: z.enum(bandFigures),
    low: z.number().min(0).max(1),
    high: z.number().min(0).max(1),
    source: sourceSchema,
  })
  .refine(({ low, high }) => low <= high, { error: 'low is above high', path: ['low'] });

export const populationSchema = z
  .strictObject({
    name: scenarioNameSchema,
    /** Who they are, and what the figures stand on. */
    about: z.string().min(1).max(1000),
    endpoints: z
      .record(scenarioNameSchema, endpointSchema)
      .refine((kinds) => Object.keys(kinds).length <= 24, 'more than 24 kinds')
      .refine(
        (kinds) => Object.values(kinds).some(({ share }) => share.value > 0),
        'no kind has a share above 0',
      ),
    rooms: roomsSchema.prefault({}),
    paths: z
      .array(populationPathSchema)
      .min(1)
      .refine((paths) => new Set(paths).size === paths.length, 'a path stands in it twice')
      .default(['direct', 'relay-udp', 'relay-tcp', 'relay-tls']),
    media: compareMediaSchema.prefault({
      widthPx: 640,
      heightPx: 360,
      framesPerSec: 30,
      maxVideoKbps: 800,
      audio: true,
    }),
    distances: distancesSchema.prefault({}),
    prices: pricesSchema.prefault({}),
    published: z.array(bandSchema).max(10).default([]),
    counted: countedSchema.optional(),
  })
  .refine(
    ({ rooms, paths }) =>
      paths.includes('sfu') || Object.keys(rooms.sizes).every((size) => Number(size) <= largestMesh),
    { error: `rooms of more than ${largestMesh} need the path sfu`, path: ['rooms', 'sizes'] },
  );
export type Population = z.infer<typeof populationSchema>;

/** Rules by which `polynya turn serve --faults` and `faultyTurn()` misbehave. docs/faults.md explains them. */
import { z } from 'zod';

/** One of these, or several. */
function oneOrMore<T extends z.ZodType>(schema: T) {
  return z.union([schema, z.array(schema).min(1)]);
}

const count = z.int().min(1);
const milliseconds = z.number().min(0).max(3_600_000);
const seconds = z.number().min(0).max(86_400);
const endpointText = z.string().min(1);

/** The STUN methods, and ChannelData, which is none but travels among them. */
export const faultMethods = [
  'binding',
  'allocate',
  'refresh',
  'send',
  'data',
  'create-permission',
  'channel-bind',
  'connect',
  'connection-bind',
  'connection-attempt',
  'channel-data',
] as const;
export type FaultMethod = (typeof faultMethods)[number];

/** All that is named must hold. */
export const faultMatchSchema = z.strictObject({
  method: oneOrMore(z.enum(faultMethods)).optional(),
  class: oneOrMore(z.enum(['request', 'indication', 'success', 'error'])).optional(),
  /** ERROR-CODE of an answer. */
  code: oneOrMore(z.int().min(300).max(699)).optional(),
  /** Owner of the allocation, or whoever has logged in. */
  user: oneOrMore(z.string().min(1)).optional(),
  /** The five-tuple (RFC 8656 s3.2), as far as it matters: `ADDRESS` or `ADDRESS:PORT`. */
  client: endpointText.optional(),
  server: endpointText.optional(),
  transport: oneOrMore(z.enum(['udp', 'tcp', 'tls'])).optional(),
  /** `ADDRESS`, `ADDRESS:PORT`, or `own-relay`: a relayed address of this server. */
  peer: endpointText.optional(),
  channel: z.int().min(0x4000).max(0x7fff).optional(),
  /** Attributes by name. */
  has: oneOrMore(z.string().min(1)).optional(),
  lacks: oneOrMore(z.string().min(1)).optional(),
  /** Bytes of the message. */
  longerThan: z.int().min(0).optional(),
  /** Which of the messages that fit so far, counted from 1: this one, or a range, or every so many of it. */
  nth: z
    .union([count, z.strictObject({ from: count.default(1), to: count.optional(), every: count.default(1) })])
    .optional(),
  /** What `nth` counts together. Default: the messages of one client, i.e. five-tuple. */
  per: z.enum(['client', 'user', 'server']).optional(),
  /** Share of those that fit, drawn with the seed. */
  chance: z.number().min(0).max(1).optional(),
  window: z
    .strictObject({
      fromSec: seconds.default(0),
      untilSec: seconds.optional(),
      /** Since the rules came into force, the five-tuple was first seen, or its allocation was made. */
      since: z.enum(['start', 'client', 'allocation']).default('start'),
      /** Again and again: only the first `forSec` of every `everySec`. */
      everySec: seconds.min(0.001).optional(),
      forSec: seconds.optional(),
    })
    .optional(),
});
export type FaultMatch = z.infer<typeof faultMatchSchema>;

const attributeValues = z.record(z.string().min(1), z.unknown());

const edit = {
  class: z.enum(['success', 'error']).optional(),
  /** Takes the place of the attribute of that name, or is added. */
  set: attributeValues.optional(),
  /** Is added even where one of that name is there. */
  add: attributeValues.optional(),
  /** Attributes by number, the value in hexadecimal. */
  addRaw: z.array(z.strictObject({ type: z.int().min(0).max(0xffff), hex: z.string() })).optional(),
  remove: z.array(z.string().min(1)).optional(),
  /** The same value under another name. */
  rename: z.record(z.string().min(1), z.string().min(1)).optional(),
  /** Behind MESSAGE-INTEGRITY, where it does not count (RFC 8489 s14.5). */
  afterIntegrity: attributeValues.optional(),
  transactionId: z.literal('other').optional(),
  cookie: z.literal('wrong').optional(),
  integrity: z.enum(['wrong', 'missing']).optional(),
  fingerprint: z.enum(['wrong', 'missing']).optional(),
  paddingByte: z.int().min(0).max(255).optional(),
};
const editSchema = z.strictObject(edit);
export type MessageEdit = z.infer<typeof editSchema>;

const errorCode = z.int().min(300).max(699);
const channel = z.int().min(0x4000).max(0x7fff);
const bodilessKinds = ['drop', 'elsewhere', 'as-indication', 'unpadded', 'overlong', 'drain'] as const;

const actionSchema = z.discriminatedUnion(
  'kind',
  [
    // Whatever travels, in either direction.
    z.strictObject({ kind: z.literal('drop') }),
    z.strictObject({ kind: z.literal('delay'), ms: milliseconds, jitterMs: milliseconds.default(0) }),
    /** Lets the next ones of this client pass first. */
    z.strictObject({
      kind: z.literal('overtaken'),
      by: count.default(1),
      atMostMs: milliseconds.default(1000),
    }),
    z.strictObject({
      kind: z.literal('duplicate'),
      copies: count.max(100).default(1),
      gapMs: milliseconds.default(0),
    }),
    z.strictObject({
      kind: z.literal('corrupt'),
      where: z.enum(['message', 'payload']).default('message'),
    }),
    z.strictObject({ kind: z.literal('truncate'), toBytes: z.int().min(0) }),
    z.strictObject({
      kind: z.literal('throttle'),
      bytesPerSecond: z.int().min(1),
      /** What would wait longer is dropped. Without it nothing waits: a second’s worth may come at once. */
      queueMs: milliseconds.optional(),
    }),
    /** From now on nothing of this five-tuple passes, in that direction. */
    z.strictObject({
      kind: z.literal('silence'),
      sec: seconds.optional(),
      direction: z.enum(['incoming', 'outgoing', 'both']).default('both'),
    }),
    /** Streams only. */
    z.strictObject({ kind: z.literal('close'), reset: z.boolean().default(false) }),
    /** Sends these bytes to the client. */
    z.strictObject({
      kind: z.literal('raw'),
      text: z.string().optional(),
      hex: z
        .string()
        .regex(/^([0-9a-f]{2})*$/i, 'not hexadecimal')
        .optional(),
    }),
    // What came from the client.
    z.strictObject({
      kind: z.literal('answer'),
      code: errorCode,
      reason: z.string().max(127).optional(),
      attributes: attributeValues.default({}),
    }),
    z.strictObject({
      kind: z.literal('challenge'),
      code: z.union([z.literal(401), z.literal(438)]),
      nonce: z.enum(['fresh', 'same', 'long', 'none']).default('fresh'),
      /** Default the server’s own; null: none. */
      realm: z.string().max(127).nullable().optional(),
    }),
    /** Success without doing anything. */
    z.strictObject({ kind: z.literal('pretend'), attributes: attributeValues.default({}) }),
    /** An ICMP error about the packet (RFC 8656 s11.5). */
    z.strictObject({
      kind: z.literal('icmp'),
      type: z.int().min(0).max(127),
      code: z.int().min(0).max(511),
    }),
    // What goes to the client.
    z.strictObject({ ...edit, kind: z.literal('edit') }),
    /** An altered copy goes out first, then the true one. */
    z.strictObject({ ...edit, kind: z.literal('precede') }),
    /** From another UDP socket of the server. */
    z.strictObject({ kind: z.literal('elsewhere') }),
    z.strictObject({ kind: z.literal('split'), bytes: count.default(1), gapMs: milliseconds.default(0) }),
    z.strictObject({ kind: z.literal('coalesce'), ms: milliseconds }),
    z.strictObject({
      kind: z.literal('cut'),
      afterBytes: z.int().min(0),
      reset: z.boolean().default(false),
    }),
    z.strictObject({ kind: z.literal('rechannel'), channel }),
    z.strictObject({ kind: z.literal('as-indication') }),
    z.strictObject({ kind: z.literal('unpadded') }),
    z.strictObject({ kind: z.literal('overlong') }),
    // At a time.
    z.strictObject({
      kind: z.literal('restart'),
      streams: z.enum(['closed', 'forgotten']).default('closed'),
    }),
    z.strictObject({ kind: z.literal('drain') }),
    z.strictObject({ kind: z.literal('clock'), skewSec: z.number().min(-1e9).max(1e9) }),
  ],
  { error: (issue) => (issue.code === 'invalid_union' ? 'there is no such action' : undefined) },
);
export type FaultAction = z.infer<typeof actionSchema>;

/** `drop` is short for `{kind: drop}`. */
const shorthandSchema = z.union([actionSchema, z.enum(bodilessKinds).transform((kind) => ({ kind }))]);
const actionsSchema = z
  .union([shorthandSchema, z.array(shorthandSchema).min(1)])
  .transform((actions) => (Array.isArray(actions) ? actions : [actions]));

const name = z
  .string()
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'lower-case words with hyphens')
  .max(80);

/** A rule of one’s own (`on`, `match`, `do`), or one of the catalogue (`fault`), which `match` then narrows. */
export const faultEntrySchema = z
  .strictObject({
    /** Id in the catalogue. */
    fault: name.optional(),
    /** As the log calls it. */
    name: name.optional(),
    /** A message from a client, one to a client, a stream that was accepted, or a time (`window.fromSec`). */
    on: z.enum(['incoming', 'outgoing', 'connect', 'time']).optional(),
    match: faultMatchSchema.optional(),
    do: actionsSchema.optional(),
  })
  .check((context) => {
    const { fault, on, do: actions } = context.value;
    const wrong = (path: string, message: string) =>
      context.issues.push({ code: 'custom', path: [path], message, input: context.value });
    if (fault === undefined) {
      if (on === undefined) wrong('on', 'needed, unless `fault` names one of the catalogue');
      if (actions === undefined) wrong('do', 'needed, unless `fault` names one of the catalogue');
      return;
    }
    if (on !== undefined) wrong('on', 'the catalogue says that already');
    if (actions !== undefined) wrong('do', 'the catalogue says that already');
  });
export type FaultEntry = z.infer<typeof faultEntrySchema>;

/** A file of faults: YAML or JSON. */
export const faultPlanSchema = z.strictObject({
  /** Decides everything that is left to chance. */
  seed: z.int().default(1),
  profiles: z.array(name).default([]),
  faults: z
    .array(z.union([faultEntrySchema, name.transform((fault): FaultEntry => ({ fault }))]))
    .default([]),
});
export type FaultPlan = z.infer<typeof faultPlanSchema>;
/** As people write it. */
export type FaultPlanInput = z.input<typeof faultPlanSchema>;
export type FaultEntryInput = z.input<typeof faultEntrySchema>;

/** What happens to a network while a call goes over it: the `call` and `timeline` of a scenario. */
import { z } from 'zod';
import { durationSchema as duration, shareSchema as share } from './scenario-line.ts';

const site = z.string().min(1).max(24);

const step = {
  /** Since the call stands. */
  at: duration,
  /** What the author of the file vouches for: messages flow both ways again so soon after the step, or not before the end. */
  recoverWithin: z.union([duration, z.literal('never')]).optional(),
};

/** Steps that need to know no more than the site. */
export const siteSteps = ['block-udp', 'unblock-udp', 'flush-conntrack', 'change-wan-address'] as const;
/** Steps that are about all of the call. */
export const callSteps = ['kill-server', 'restart-server', 'hold', 'resume'] as const;

export const timelineStepSchema = z.discriminatedUnion('do', [
  /** UDP of a site passes no more, or again · its routers forget all mappings · its outermost NAT gets another address. */
  z.strictObject({ ...step, do: z.enum(siteSteps), site }),
  /** Share of UDP packets lost on the line of the site from now on, in place of what was there by an earlier step. */
  z.strictObject({ ...step, do: z.literal('loss'), site, up: share.default(0), down: share.default(0) }),
  /** The hosts of a site leave its network and are in that of another one, with other addresses. */
  z.strictObject({ ...step, do: z.literal('move'), site, to: site }),
  /** The STUN and TURN server dies, or is there again · nobody sends messages, as in a call on hold. */
  z.strictObject({ ...step, do: z.enum(callSteps) }),
]);
export type TimelineStep = z.infer<typeof timelineStepSchema>;

/** never · as soon as ICE says disconnected or failed · as well after two seconds without a message. */
export const restartPolicies = ['never', 'on-disconnect', 'on-silence'] as const;

export const callSchema = z.strictObject({
  /** In each direction, numbered, and of no use a second later. */
  messagesPerSec: z.int().min(1).max(200).default(50),
  /** Default: until five seconds after the last step. */
  lasts: duration.optional(),
  /** When the offering end makes a new offer: an ICE restart, or a new connection where its library has none. */
  restart: z.enum(restartPolicies).default('never'),
});

/** What a probe read from the host and its network besides STUN packets. All of it is asked for by flag. */
import { z } from 'zod';

/** RFC 7050: what the resolver says of `ipv4only.arpa`, a name that has IPv4 addresses only. */
export const nat64FactsSchema = z.object({
  /** AAAA records; any at all means that the resolver makes them up (DNS64). */
  addresses: z.array(z.string().max(100)).max(16),
  /** Why the question was not answered; null: it was. */
  error: z.string().max(200).nullable(),
});
export type Nat64Facts = z.infer<typeof nat64FactsSchema>;

export const interfaceFactsSchema = z.object({
  name: z.string().max(64),
  addresses: z.array(z.string().max(100)).max(32),
  /** What the kernel says it is: `tunnel` has no link layer (TUN, WireGuard). Absent: not known. */
  kind: z.enum(['link', 'tunnel']).optional(),
});
export type InterfaceFacts = z.infer<typeof interfaceFactsSchema>;

export const networkFactsSchema = z.object({
  /** Up, loopback left out. */
  interfaces: z.array(interfaceFactsSchema).max(64),
  nat64: nat64FactsSchema.optional(),
  /** Local address that packets to the servers leave from; null: none of them can be reached. */
  source: z.string().max(100).nullable().optional(),
  /** Proxies that the environment names, without their credentials. */
  proxies: z
    .array(z.object({ variable: z.string().max(32), proxy: z.string().max(300) }))
    .max(8)
    .optional(),
});
export type NetworkFacts = z.infer<typeof networkFactsSchema>;

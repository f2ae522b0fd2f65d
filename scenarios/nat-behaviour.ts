/**
 * The words of RFC 4787 for what a NAT does, shared by the NAT in memory and by the rules for the kernel's NATs,
 * so that one description drives both and their answers can be compared.
 */

/**
 * What a decision looks at besides the internal endpoint (RFC 4787 §4.1 for mapping, §5 for filtering).
 * `port-dependent` is not in the RFC's list; it exists in the field and a classifier must not mistake it for one
 * of the three others.
 */
export const dependences = [
  'endpoint-independent',
  'address-dependent',
  'port-dependent',
  'address-and-port-dependent',
] as const;
export type Dependence = (typeof dependences)[number];

/** How the external port is chosen for a new mapping (RFC 4787 §4.2). */
export const portPolicies = ['preserving', 'sequential', 'random', 'parity-preserving'] as const;
export type PortPolicy = (typeof portPolicies)[number];

/** RFC 4787 §4.1: does one internal address keep one external address of the pool? */
export type Pairing = 'paired' | 'arbitrary';

/**
 * Who holds the permissions that filtering asks for: one mapping, or the internal endpoint with all its mappings.
 * RFC 5780 tests cannot tell the two apart, hole punching can.
 */
export type FilterScope = 'mapping' | 'endpoint';

/**
 * `session`: like Linux conntrack, an answer leaves through the mapping that its question came in by.
 * `table`: RFC 4787 to the letter, every outgoing packet looks the mapping up anew.
 * RFC 5780 tests cannot tell the two apart, hole punching can.
 */
export type NatEngine = 'session' | 'table';

/** The part of `remote` that a decision of this kind looks at, as a map key. */
export function dependenceKey(kind: Dependence, remote: { address: string; port: number }): string {
  switch (kind) {
    case 'endpoint-independent':
      return '*';
    case 'address-dependent':
      return remote.address;
    case 'port-dependent':
      return `:${remote.port}`;
    case 'address-and-port-dependent':
      return `${remote.address}:${remote.port}`;
  }
}

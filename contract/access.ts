/** Who somebody is to a service, and what that lets him do. */

/** From least to most; each may do what those before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What an operation asks for; `anyone`: no principal at all. */
export type NeededRole = 'anyone' | Role;

/**
 * Whoever a request speaks for:
 * `local` – a person at this machine, where the service listens on loopback only and has no token;
 * `token` – the holder of the service’s `adminToken`;
 * `key` – a program with an API key;
 * `user` – a person who signed in with an identity provider.
 */
export interface Principal {
  readonly kind: 'local' | 'token' | 'key' | 'user';
  /** Stable, and no secret: `local`, `token`, the key’s id, the provider’s issuer and subject. */
  readonly id: string;
  /** For lists and the audit log. */
  readonly name: string;
  readonly role: Role;
  /** Ids of the projects that this principal sees; `all` for those of the whole service. */
  readonly projects: 'all' | readonly string[];
}

export function mayDo(role: Role | null, needed: NeededRole): boolean {
  if (needed === 'anyone') return true;
  return role !== null && roles.indexOf(role) >= roles.indexOf(needed);
}

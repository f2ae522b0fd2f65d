/** RFC 8656 s9: a permission lasts 300 s. */
export const permissionMs = 300_000;
/** Of one allocation at the same time. A browser needs one per address of its peer. */
export const maxPermissions = 1024;

/** The peers that may send to one allocation, by IP address; the port does not count (RFC 8656 s9). */
export class PermissionTable {
  /** Many allocations never get one, so its memory comes with the first. */
  #expiresMs: Map<string, number> | null = null;

  /** Installs or renews. False: too many, and then none was installed (RFC 8656 s10.2: all or nothing). */
  permit(nowMs: number, addresses: readonly string[]): boolean {
    if (this.#sizeWith(addresses) > maxPermissions) this.#forgetExpired(nowMs);
    if (this.#sizeWith(addresses) > maxPermissions) return false;
    this.#expiresMs ??= new Map();
    for (const address of addresses) this.#expiresMs.set(address, nowMs + permissionMs);
    return true;
  }

  permits(nowMs: number, address: string): boolean {
    const expiresMs = this.#expiresMs?.get(address);
    return expiresMs !== undefined && nowMs < expiresMs;
  }

  #sizeWith(addresses: readonly string[]): number {
    const known = this.#expiresMs;
    if (known === null) return addresses.length;
    return known.size + addresses.filter((address) => !known.has(address)).length;
  }

  #forgetExpired(nowMs: number): void {
    for (const [address, expiresMs] of this.#expiresMs ?? []) {
      if (expiresMs <= nowMs) this.#expiresMs?.delete(address);
    }
  }
}

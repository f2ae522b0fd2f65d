/** A machine's deadlines by name, so that a trace says which one was reached. */
export class NamedDeadlines<Name extends string> {
  readonly #at = new Map<Name, number>();

  set(name: Name, atMs: number): void {
    this.#at.set(name, atMs);
  }

  clear(name: Name): void {
    this.#at.delete(name);
  }

  clearAll(): void {
    this.#at.clear();
  }

  /** Removes and returns the names that are due, earliest first. */
  takeDue(nowMs: number): Name[] {
    const due = [...this.#at].filter(([, atMs]) => atMs <= nowMs).sort(([, a], [, b]) => a - b);
    for (const [name] of due) this.#at.delete(name);
    return due.map(([name]) => name);
  }

  nextMs(): number | null {
    return this.#at.size === 0 ? null : Math.min(...this.#at.values());
  }
}

/** The earlier of two deadlines, where null means never. */
export function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

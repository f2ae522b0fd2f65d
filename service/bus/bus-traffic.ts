/** JSON in and out of a bus, and how much of it there was. */
import type { z } from 'zod';

export type TrafficKind = 'sent' | 'received' | 'dropped' | 'garbled';

export class BusTraffic {
  readonly #counts: Record<TrafficKind, number> = { sent: 0, received: 0, dropped: 0, garbled: 0 };

  count(kind: TrafficKind): number {
    return this.#counts[kind];
  }

  encode(message: unknown): string {
    this.#counts.sent += 1;
    return JSON.stringify(message ?? null);
  }

  /** There was no connection to send it on. */
  drop(): void {
    this.#counts.dropped += 1;
  }

  /** Null: it is none that the schema accepts. Never throws. */
  decode<S extends z.ZodType>(schema: S, text: string): { readonly message: z.output<S> } | null {
    this.#counts.received += 1;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return { message: parsed.data };
    this.#counts.garbled += 1;
    return null;
  }
}

/** Metrics that somebody else counts: they are read when Prometheus asks. */
import { Counter, Gauge, type Registry } from 'prom-client';

type Read = () => number | Promise<number>;

/** What goes up and down. */
export function readGauge(registry: Registry, name: string, help: string, read: Read): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read());
    },
  });
}

/** What only grows; Prometheus takes a smaller value for a restart. */
export function readCounter(registry: Registry, name: string, help: string, read: Read): void {
  new Counter({
    name,
    help,
    registers: [registry],
    async collect() {
      const value = await read();
      this.reset();
      this.inc(value);
    },
  });
}

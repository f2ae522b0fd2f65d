/** The path of one cell in memory: the connection that stands now, and a new one where one is ordered. */
import type { Cell } from './compile.ts';
import type { CallStep } from './compile-call.ts';
import type { NamedServer } from './named-servers.ts';
import { connectDirect, connectRelayed, type SimEnd } from './sim-connection.ts';
import type { SimWorld } from './sim-world.ts';
import { transportOf } from './simulate.ts';

interface Connection {
  readonly machines: readonly [{ tell(text: string): void }, { tell(text: string): void }];
  /** Ends that have found the other one. */
  readonly found: Set<SimEnd>;
  /** Nothing gets through to this end any more, or away from it. */
  readonly cut: Set<SimEnd>;
}

export class SimPath {
  /** What has come, to which end. */
  onTold: (end: SimEnd, text: string) => void = () => {};
  readonly #world: SimWorld;
  readonly #cell: Cell;
  readonly #servers: readonly NamedServer[];
  #now: Connection | null = null;

  /** @param servers of which a client is told, the one that it uses first */
  constructor(world: SimWorld, cell: Cell, servers: readonly NamedServer[]) {
    this.#world = world;
    this.#cell = cell;
    this.#servers = servers;
  }

  get stands(): boolean {
    return this.#now?.found.size === 2;
  }

  /** From where the ends are now; the connection before is given up. */
  connect(): void {
    const { net } = this.#world;
    const hosts = [this.#world.hostOf(this.#cell.from), this.#world.hostOf(this.#cell.to)] as const;
    const found = new Set<SimEnd>();
    const cut = new Set<SimEnd>();
    const listen = (end: SimEnd, event: { readonly kind: string; readonly text?: string }) => {
      if (event.kind === 'connected' || event.kind === 'echoed') found.add(end);
      if (event.text !== undefined && this.#now?.found === found && !cut.has(end)) {
        this.onTold(end, event.text);
      }
    };
    const [server] = this.#servers;
    const seen = server === undefined ? null : this.#world.serverSeenFrom(this.#cell, server.port);
    if (this.#cell.path === 'direct') {
      const machines = connectDirect(net, hosts, seen ?? [null, null], listen);
      this.#now = { machines, found, cut };
    } else if (server !== undefined && seen !== null) {
      const relay = { servers: seen, transport: server.transport };
      this.#now = { machines: connectRelayed(net, hosts, relay, listen), found, cut };
    }
  }

  tell(end: SimEnd, text: string): void {
    if (this.#now?.found.has(end) && !this.#now.cut.has(end)) this.#now.machines[end].tell(text);
  }

  /** What a step does to a connection that stands and the networks do not do by themselves: streams have no packets here. */
  afterStep({ step, site }: CallStep): void {
    const isStream = transportOf[this.#cell.path] !== 'udp';
    const breaksStreams = step.do === 'change-wan-address' || step.do === 'kill-server';
    const touched = ([this.#cell.from, this.#cell.to] as const).map((end) => end.site === site);
    for (const end of [0, 1] as const) {
      const isHit = step.do === 'kill-server' || touched[end] === true;
      if (isHit && (step.do === 'move' || (isStream && breaksStreams))) this.#now?.cut.add(end);
    }
  }
}

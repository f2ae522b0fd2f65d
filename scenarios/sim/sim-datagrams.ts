import type { Endpoint } from '../../stun/endpoint.ts';
import type { SocketId } from '../../stun/machine.ts';
import type { EventQueue } from './event-queue.ts';
import type { Flow, NatDropReason } from './middlebox.ts';
import { rewritePayload } from './payload-rewrite.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimHost, SocketOwner } from './sim-host.ts';
import type { CrossedRoute, SimRoutes } from './sim-routes.ts';
import type { PacketFate, TraceEntry } from './sim-trace.ts';

export interface PathOptions {
  readonly oneWayDelayMs: number;
  readonly jitterMs: number;
  readonly lossRate: number;
}

export interface Datagram {
  readonly owner: SocketOwner;
  readonly host: SimHost;
  readonly socket: SocketId;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
}

/** Carries UDP: through the sender's NATs now, across the core, through the receiver's NATs on arrival. */
export class SimDatagrams {
  readonly trace: TraceEntry[] = [];
  readonly #path: PathOptions;
  readonly #random: SeededRandom;
  readonly #queue: EventQueue;
  readonly #routes: SimRoutes<SimHost>;

  constructor(path: PathOptions, random: SeededRandom, queue: EventQueue, routes: SimRoutes<SimHost>) {
    this.#path = path;
    this.#random = random;
    this.#queue = queue;
    this.#routes = routes;
  }

  send(nowMs: number, datagram: Datagram): void {
    const { host } = datagram;
    const way = host.wayTo(datagram.to.address);
    const sent: Flow = { from: host.sourceOf(datagram.from, datagram.to.address), to: datagram.to };
    const decide = (fate: PacketFate, final: Flow) => this.#note(nowMs, datagram, fate, final);
    if (way.udp !== 'open') {
      decide('blocked', sent);
      if (way.udp === 'rejected') this.#reject(nowMs, datagram);
      return;
    }
    if (way.lossOut.takesNext()) {
      decide('lost', sent);
      return;
    }
    const crossing = this.#routes.outwards(nowMs, way.realmTo(sent.to.address), sent);
    if (crossing.kind === 'dropped') {
      decide(dropFate(crossing.reason), crossing.flow);
      return;
    }
    if (this.#isLost(this.#path.lossRate)) {
      decide('lost', crossing.flow);
      return;
    }
    // The sender may reuse its buffer; a packet on its way does not change.
    const bytes = datagram.bytes.slice();
    this.#queue.add(nowMs + this.#delayMs(way, crossing), (arrivedMs) => {
      const result = this.#routes.inwards(arrivedMs, crossing);
      if (result.kind === 'dropped') {
        decide(dropFate(result.reason), result.flow);
        return;
      }
      const listener = result.host.listenerAt(result.flow.to);
      const wayIn = result.host.wayAt(result.flow.to.address);
      const blocked = wayIn.udp !== 'open';
      const lost = wayIn.lossIn.takesNext();
      if (blocked || lost || listener === null) {
        decide(blocked ? 'blocked' : lost ? 'lost' : 'no-listener', result.flow);
        return;
      }
      decide('delivered', result.flow);
      const { socket } = listener;
      const received = rewritePayload(bytes, result.rewrites);
      listener.owner.step(arrivedMs, { kind: 'received', socket, from: result.flow.from, bytes: received });
    });
  }

  /** Across the core, and over the lines of both ends unless they are neighbours. */
  #delayMs(sender: SimHost, { isOverCore, flow }: CrossedRoute<SimHost>): number {
    const jitter = (mostMs: number) => (mostMs > 0 ? this.#random() * mostMs : 0);
    const lines = isOverCore ? [sender, this.#routes.publicOwner(flow.to.address)] : [];
    return lines.reduce(
      (sumMs, host) => sumMs + (host?.delayMs ?? 0) + jitter(host?.jitterMs ?? 0),
      this.#path.oneWayDelayMs + jitter(this.#path.jitterMs),
    );
  }

  #reject(nowMs: number, { owner, socket, to }: Datagram): void {
    const error = { code: 'EHOSTUNREACH', message: 'ICMP: administratively prohibited' };
    this.#queue.add(nowMs + 2 * this.#path.oneWayDelayMs, (atMs) =>
      owner.step(atMs, { kind: 'send-failed', socket, to, error }),
    );
  }

  #note(sentMs: number, { from, to, bytes }: Datagram, fate: PacketFate, final: Flow): void {
    this.trace.push({
      sentMs,
      from,
      to,
      finalFrom: final.from,
      finalTo: final.to,
      bytes: bytes.length,
      fate,
    });
  }

  #isLost(rate: number): boolean {
    return rate > 0 && this.#random() < rate;
  }
}

function dropFate(reason: NatDropReason | 'no-route'): PacketFate {
  return reason === 'no-route' ? 'no-route' : `nat-drop(${reason})`;
}

/** What the app is built from. Tests give fakes; server.ts gives the real ones. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServeConfig } from '../contract/config.ts';
import type { NatReport } from '../contract/envelope.ts';
import type { Failure } from '../contract/failures.ts';
import type { ProbeStep } from '../contract/signal.ts';
import type { TurnReport } from '../contract/turn-report.ts';
import type { WitnessSource } from '../probe/io/witness-source.ts';
import type { BehaviourRequest } from '../probe/nat/behaviours.ts';
import type { PathRequest } from '../probe/path/path-plan.ts';
import type { ProbeTarget } from '../probe/target.ts';
import type { Endpoint } from '../stun/endpoint.ts';
import type { PeerWitness } from '../turn/io/peer-witness.ts';
import type { LinkState } from '../turn/server/link-orderer.ts';
import type { Access } from './access.ts';
import type { AgentDeps } from './agents/agent-deps.ts';
import type { Bus } from './bus/bus.ts';
import type { Metrics } from './metrics.ts';
import type { MediaServers } from './rooms/room-media.ts';
import type { Spooling } from './store/spool/spooling.ts';
import type { Store } from './store/store.ts';
import type { KeyAndCertificate } from './tls/self-signed.ts';
import type { Tracing } from './trace/tracing.ts';
import type { WitnessDesk } from './witness/witness-desk.ts';

/** The embedded STUN server as others must address it. */
export interface EmbeddedStun {
  /** `0.0.0.0` or `::` when it listens on every address; then each caller is told the one that it used. */
  readonly address: string;
  readonly port: number;
  /** With a linked host this may change while it runs. */
  readonly rfc5780: boolean;
  /** Null: all that it serves is on this host. */
  readonly link: LinkState | null;
  /** What a linked host sees; null: there is none. */
  readonly peerWitness: PeerWitness | null;
  /** Its endpoints on this host, as it listens. */
  readonly endpoints: readonly Endpoint[];
}

export interface ServiceProbeOptions extends BehaviourRequest, PathRequest {
  readonly targets: readonly ProbeTarget[];
  /** Present when the embedded STUN server is among the targets. */
  readonly witness?: WitnessSource;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: ProbeStep) => void;
}

/** Probes from this host. Does not reject for anything that the network does. */
export type RunProbe = (options: ServiceProbeOptions) => Promise<NatReport>;

export interface ServiceCheckOptions {
  readonly target: ProbeTarget;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, checks: number) => void;
}

/** Checks one TURN URI from this host. Does not reject for anything that the network does. */
export type RunTurnCheck = (
  options: ServiceCheckOptions,
) => Promise<{ readonly report: TurnReport } | { readonly failure: Failure }>;

/** What connects this node to others. Who made the bus closes it, after the app. */
export interface FleetDeps {
  readonly bus: Bus;
  /** Of dashboard and API, as this node knows it; empty until it listens. */
  readonly address: () => string;
}

export interface LogOptions {
  readonly level: ServeConfig['log'];
  /** Where the JSON lines go. */
  readonly stream: { write(line: string): void };
}

export interface AppDeps {
  readonly config: ServeConfig;
  readonly version: string;
  readonly store: Store;
  /** Keeps reports while the store is away; absent: a store that is never away without the service. */
  readonly spooling?: Spooling | null;
  readonly access: Access;
  /** For HTTPS; absent: plain HTTP. */
  readonly certificate?: KeyAndCertificate;
  readonly embeddedStun: EmbeddedStun | null;
  readonly witness: WitnessDesk;
  readonly runProbe: RunProbe;
  readonly runTurnCheck: RunTurnCheck;
  readonly agents: AgentDeps;
  readonly metrics: Metrics;
  /** Folder with the built dashboard (`index.html`, `check.html`); null: there is none. */
  readonly webRoot: string | null;
  /** Adds `/ws/echo`; absent in tests that do without WebRTC. */
  readonly addEcho?: (app: FastifyInstance) => void;
  /** Adds `/ws/nat`; absent where there is no embedded STUN server. */
  readonly addTabNat?: (app: FastifyInstance) => void;
  /** Adds `/whip` and `/whep`; absent where the embedded SFU is switched off. */
  readonly addWhip?: (
    app: FastifyInstance,
    recorded: <T>(request: FastifyRequest, act: () => Promise<T>) => Promise<T>,
  ) => Promise<void>;
  /** SFUs and MCUs that rooms can have; absent: none. */
  readonly mediaServers?: MediaServers;
  /** Absent: this node is alone. */
  readonly fleet?: FleetDeps;
  /** Absent: off. */
  readonly tracing?: Tracing;
  /** Absent: nothing is logged. */
  readonly log?: LogOptions;
  readonly now: () => Date;
}

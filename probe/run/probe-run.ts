/**
 * The part of a probe that meets the network, as one machine: the NAT discovery and every server over its transport,
 * all side by side. What one of them learns shortens the waiting of the others: UDP that is silent while TCP answers
 * is blocked, and a host that has answered once need not be waited for as for an unknown one.
 */
import type { Headline } from '../../contract/basics.ts';
import type { Evidence } from '../../contract/evidence.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, RandomBytes, SocketId } from '../../stun/machine.ts';
import { classifyNat } from '../nat/classify.ts';
import { type DiscoveryEvent, NatDiscovery } from '../nat/discovery.ts';
import { planNat } from '../nat/plan.ts';
import { natHeadline } from '../report/headline.ts';
import { shiftEvidence } from '../report/shift-evidence.ts';
import type { Credentials } from '../target.ts';
import { patience } from './patience.ts';
import { ServerProbe } from './server-probe.ts';
import type { ServerIdentity, ServerRun } from './server-run.ts';
import { TcpControl } from './tcp-control.ts';

export interface ServerTask extends ServerIdentity {
  readonly credentials: Credentials | null;
  /** Local address that it is asked from; null: as the driver likes. */
  readonly source: string | null;
}

export interface ProbeRunOptions {
  /** UDP endpoints for the NAT discovery, best first; empty: none is made. */
  readonly natServers: readonly Endpoint[];
  readonly tasks: readonly ServerTask[];
  /** For the headline: what the servers see, is it this host itself? */
  readonly localAddress: string | null;
  readonly random: RandomBytes;
  /** For the discovery's transaction ids, by which a witness may know them. Default `random`. */
  readonly natRandom?: RandomBytes;
  /** Machine time from which the report counts. */
  readonly originMs: number;
}

export type ProbeRunEvent =
  | DiscoveryEvent
  | { readonly kind: 'server'; readonly run: ServerRun }
  /** What can be said so far; servers that are still being tried may change it. */
  | { readonly kind: 'headline'; readonly headline: Headline };

type Effects = Effect<ProbeRunEvent>[];

export class ProbeRun implements Machine<ProbeRunEvent> {
  readonly #options: ProbeRunOptions;
  readonly #discovery: NatDiscovery | null;
  readonly #servers: readonly ServerProbe[];
  #controls: readonly TcpControl[] = [];
  readonly #owners = new Map<SocketId, Machine<DiscoveryEvent>>();
  readonly #told = new Set<ServerProbe>();
  #controlDueMs: number | null = null;
  #heard = false;
  #natVerdictMs: number | null = null;
  #headline: { readonly code: string; readonly sentence: string; readonly sinceMs: number } | null = null;

  constructor(options: ProbeRunOptions) {
    this.#options = options;
    const { natServers, tasks, random, natRandom = random } = options;
    this.#discovery = natServers.length === 0 ? null : new NatDiscovery(planNat(natServers), natRandom);
    this.#servers = tasks.map((task) => new ServerProbe({ ...task, random }));
  }

  handle(nowMs: number, input: Input): Effects {
    const effects = this.#pass(nowMs, input);
    effects.push(...this.#startControls(nowMs), ...this.#judgeUdp(nowMs), ...this.#tellServers(nowMs));
    return effects;
  }

  nextDeadlineMs(): number | null {
    if (this.isFinished()) return null;
    const deadlines = [this.#controlDueMs, ...this.#members.map((member) => member.nextDeadlineMs())];
    return deadlines.reduce<number | null>(
      (least, at) => (at === null ? least : Math.min(at, least ?? at)),
      null,
    );
  }

  isFinished(): boolean {
    return this.#members.every((member) => member.isFinished());
  }

  /** After the end, or when the run is broken off; servers that are still open then fail with `why`. */
  close(why: Failure): ServerRun[] {
    for (const server of this.#servers) server.giveUp(why);
    return this.#servers.map((server) => server.run(this.#options.originMs));
  }

  get natEvidence(): Evidence[] {
    const { originMs } = this.#options;
    const discovered = this.#discovery;
    return [
      ...(discovered === null ? [] : shiftEvidence(discovered.evidence(), discovered.startedAtMs - originMs)),
      ...this.#controls.flatMap((control) => control.evidence(originMs)),
    ];
  }

  /** Machine time at which mapping and filtering, or that UDP is blocked, were known. */
  get natVerdictMs(): number | null {
    return this.#natVerdictMs;
  }

  /** Which headline stands, and since which machine time. */
  get headline(): { readonly code: string; readonly sinceMs: number } | null {
    return this.#headline;
  }

  get #members(): Machine<DiscoveryEvent>[] {
    return [...(this.#discovery === null ? [] : [this.#discovery]), ...this.#servers, ...this.#controls];
  }

  #pass(nowMs: number, input: Input): Effects {
    if (input.kind === 'start') {
      if (this.#discovery !== null) this.#controlDueMs = nowMs + patience.controlAfterMs;
      return this.#members.flatMap((member) => this.#step(nowMs, member, input));
    }
    if (input.kind === 'deadline') {
      const due = this.#members.filter((member) => (member.nextDeadlineMs() ?? nowMs + 1) <= nowMs);
      return due.flatMap((member) => this.#step(nowMs, member, input));
    }
    const owner = this.#owners.get(input.socket);
    return owner === undefined
      ? [{ kind: 'ignore', reason: 'socket of nobody' }]
      : this.#step(nowMs, owner, input);
  }

  /** A fault in one server's client is that server's failure, not the end of the run. */
  #step(nowMs: number, member: Machine<DiscoveryEvent>, input: Input): Effects {
    if (!(member instanceof ServerProbe)) return this.#noted(member, member.handle(nowMs, input));
    try {
      return this.#noted(member, member.handle(nowMs, input));
    } catch (error) {
      return this.#noted(member, member.giveUp(failure('harness-fault', String(error))));
    }
  }

  #noted(member: Machine<DiscoveryEvent>, effects: Effects): Effects {
    for (const effect of effects) {
      if (effect.kind === 'open') this.#owners.set(effect.socket, member);
      if (effect.kind === 'emit' && effect.event.kind === 'first-answer') this.#heard = true;
    }
    return effects;
  }

  #startControls(nowMs: number): Effects {
    if (this.#controlDueMs === null || nowMs < this.#controlDueMs) return [];
    this.#controlDueMs = null;
    if (this.#heard) return [];
    const { natServers, random } = this.#options;
    this.#controls = natServers.map((server, index) => new TcpControl(server, index + 1, random));
    return this.#controls.flatMap((control) => this.#step(nowMs, control, { kind: 'start' }));
  }

  /** Silence is believed sooner when something else answers, and then there is no need to wait for UDP elsewhere. */
  #judgeUdp(nowMs: number): Effects {
    const discovery = this.#discovery;
    if (discovery === null || this.#natVerdictMs !== null) return [];
    const rttMs = this.#heard ? null : this.#controlRttMs;
    if (rttMs !== null) discovery.noteControl(rttMs);
    if (!discovery.isFinished()) return [];
    const blocked = !this.#heard && classifyNat(this.#evidence).summary.udp === 'blocked';
    const controlsOpen = this.#controls.some((control) => !control.isFinished());
    if (!this.#heard && !blocked && (controlsOpen || this.#someOpenStream)) return [];
    this.#natVerdictMs = nowMs;
    const closed = this.#controls.flatMap((control) => control.end());
    if (!blocked) return closed;
    return [...closed, ...this.#servers.flatMap((server) => this.#endOverUdp(server))];
  }

  /** A host that has answered over TCP or TLS would have answered over UDP by now; others may be farther away. */
  #endOverUdp(server: ServerProbe): Effects {
    if (server.transport !== 'udp' || server.settled) return [];
    if (this.#answeredOverStreams.some(({ address }) => address === server.address)) {
      return server.giveUp(failure('udp-blocked'));
    }
    server.noteUdpBlocked();
    return [];
  }

  get #answeredOverStreams(): { readonly address: string; readonly rttMs: number }[] {
    return [...this.#controls, ...this.#servers].flatMap(({ transport, address, rttMs }) => {
      return transport === 'udp' || rttMs === null ? [] : [{ address, rttMs }];
    });
  }

  /**
   * Longest round trip over TCP or TLS to the servers of the discovery. Null until each of them has answered: one that
   * has not may be far away, and the only one that serves UDP.
   */
  get #controlRttMs(): number | null {
    const answered = this.#answeredOverStreams;
    const perServer = this.#options.natServers.map(({ address }) =>
      Math.min(...answered.filter((one) => one.address === address).map((one) => one.rttMs)),
    );
    const longestMs = Math.max(...perServer);
    return Number.isFinite(longestMs) ? longestMs : null;
  }

  /** New results, and what they mean together with the others. */
  #tellServers(nowMs: number): Effects {
    const fresh = this.#servers.filter((server) => server.settled && !this.#told.has(server));
    for (const server of fresh) this.#told.add(server);
    this.#shortenWaiting();
    const effects = fresh.map(
      (server): Effect<ProbeRunEvent> => ({
        kind: 'emit',
        event: { kind: 'server', run: server.run(this.#options.originMs) },
      }),
    );
    const natIsKnown = this.#discovery === null || this.#natVerdictMs !== null;
    const verdictIsFresh = this.#natVerdictMs === nowMs && this.#headline === null;
    if (!natIsKnown || (fresh.length === 0 && !verdictIsFresh)) return effects;
    const { summary, verdicts } = classifyNat(this.#evidence);
    const results = [...this.#told].map((server) => server.run(this.#options.originMs).result);
    const headline = natHeadline(summary, verdicts, results, this.#options.localAddress);
    const { code, sentence } = headline;
    if (sentence === this.#headline?.sentence) return effects;
    this.#headline = {
      code,
      sentence,
      sinceMs: code === this.#headline?.code ? this.#headline.sinceMs : nowMs,
    };
    return [...effects, { kind: 'emit', event: { kind: 'headline', headline } }];
  }

  #shortenWaiting(): void {
    const answered = this.#servers.flatMap(({ address, rttMs }) =>
      rttMs === null ? [] : [{ address, rttMs }],
    );
    if (answered.length === 0) return;
    const shortestMs = Math.min(...answered.map(({ rttMs }) => rttMs));
    for (const server of this.#servers) {
      if (server.settled) continue;
      server.noteRtt(shortestMs);
      const same = answered.filter(({ address }) => address === server.address).map(({ rttMs }) => rttMs);
      if (same.length > 0) server.noteHostRtt(Math.max(...same));
    }
  }

  get #someOpenStream(): boolean {
    return this.#servers.some((server) => server.transport !== 'udp' && !server.settled);
  }

  get #evidence(): Evidence[] {
    const { originMs } = this.#options;
    return [...this.natEvidence, ...this.#servers.flatMap((server) => server.run(originMs).evidence)];
  }
}

/** One server over one transport and address: a Binding for STUN, an allocation (given back at once) for TURN. */
import { type Failure, failure } from '../../contract/failures.ts';
import { familyOf } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, RandomBytes, SocketId, Transport } from '../../stun/machine.ts';
import { AllocationClient, type AllocationEvent } from '../../turn/client/allocation-client.ts';
import { BindingClient, type BindingEvent } from '../../turn/client/binding-client.ts';
import { type Credentials, isTurn } from '../target.ts';
import { afterwardsMs, attemptLimitMs, patience, tcpOpenLimitMs } from './patience.ts';
import { type Gathered, type ServerIdentity, type ServerRun, serverRun } from './server-run.ts';

export interface ServerProbeOptions extends ServerIdentity {
  /** For TURN; null: none were given. */
  readonly credentials: Credentials | null;
  /** Local address that it is asked from; null: as the driver likes. */
  readonly source: string | null;
  readonly random: RandomBytes;
}

type ClientEvent = AllocationEvent | BindingEvent;

/** The first exchange of a process also pays for waking up; two more over UDP show the path's own round trip. */
const bindingsOverUdp = 3;

export class ServerProbe implements Machine {
  readonly #options: ServerProbeOptions;
  readonly #gathered: Gathered = {
    records: [],
    mapped: null,
    relayed: null,
    software: null,
    failure: null,
    candidateMs: null,
  };
  readonly #sockets = new Set<SocketId>();
  #client: AllocationClient | BindingClient;
  #clients = 1;
  #opened = false;
  #startedMs = 0;
  /** Nothing is waited for beyond. */
  #limitMs = Number.POSITIVE_INFINITY;
  #tcpLimitMs = Number.POSITIVE_INFINITY;
  #udpBlocked = false;
  #finished = false;

  constructor(options: ServerProbeOptions) {
    this.#options = options;
    this.#client = isTurn(options.target.uri) ? this.#allocation() : this.#binding();
  }

  handle(nowMs: number, input: Input): Effect[] {
    if (this.#finished) return [{ kind: 'ignore', reason: 'finished' }];
    if (input.kind === 'start') {
      this.#startedMs = nowMs;
      this.noteRtt(null);
    }
    if (input.kind === 'opened') this.#opened = true;
    const effects = this.#step(nowMs, input);
    if (this.#client.isFinished()) effects.push(...this.#next(nowMs));
    if (!this.#finished && nowMs >= this.#dueMs) effects.push(...this.giveUp(this.#lateness(nowMs)));
    return effects;
  }

  nextDeadlineMs(): number | null {
    return this.#finished ? null : Math.min(this.#client.nextDeadlineMs() ?? this.#dueMs, this.#dueMs);
  }

  isFinished(): boolean {
    return this.#finished;
  }

  get transport(): Transport {
    return this.#options.target.uri.transport;
  }

  get address(): string {
    return this.#options.address;
  }

  /** Its result stands; what may follow is a release, or a better round trip. */
  get settled(): boolean {
    return this.#gathered.candidateMs !== null || this.#gathered.failure !== null;
  }

  /** Null: no answer yet that can be matched to its request. */
  get rttMs(): number | null {
    const rtts = this.#gathered.records.flatMap(({ rttMs }) => rttMs ?? []);
    return rtts.length === 0 ? null : Math.min(...rtts);
  }

  /** The shortest round trip of the run so far: waiting is scaled to it. Null: nothing has answered. */
  noteRtt(shortestMs: number | null): void {
    if (!this.settled && !this.#udpBlocked) this.#limitMs = this.#startedMs + attemptLimitMs(shortestMs);
  }

  /** The host is up: it answered over another transport. */
  noteHostRtt(rttMs: number): void {
    if (this.transport === 'tcp') this.#tcpLimitMs = this.#startedMs + tcpOpenLimitMs(rttMs);
  }

  /** No other server answers over UDP; this one may be far away, so it gets the time that an unknown path gets. */
  noteUdpBlocked(): void {
    if (this.settled) return;
    this.#udpBlocked = true;
    this.#limitMs = Math.min(this.#limitMs, this.#startedMs + patience.silentMs);
  }

  /** Ends it; the failure counts only where there is no result yet. */
  giveUp(why: Failure): Effect[] {
    if (this.#finished) return [];
    this.#gathered.records.push(...this.#client.unsettled);
    if (!this.settled) this.#gathered.failure = why;
    this.#finished = true;
    return [...this.#sockets].map((socket) => ({ kind: 'close', socket }));
  }

  run(originMs: number): ServerRun {
    return serverRun(this.#options, this.#gathered, this.#startedMs, originMs);
  }

  get #dueMs(): number {
    const waitsForTcp = !this.#opened && !this.settled;
    return waitsForTcp ? Math.min(this.#limitMs, this.#tcpLimitMs) : this.#limitMs;
  }

  #lateness(nowMs: number): Failure {
    if (this.#udpBlocked) return failure('udp-blocked');
    const what = this.#opened ? 'no result' : 'no connection';
    return failure('timeout', `${what} within ${Math.round(nowMs - this.#startedMs)} ms`);
  }

  #step(nowMs: number, input: Input): Effect[] {
    const effects: Effect[] = [];
    for (const effect of this.#client.handle(nowMs, input)) {
      if (effect.kind === 'emit') {
        this.#hear(nowMs, effect.event);
        continue;
      }
      if (effect.kind === 'close') this.#sockets.delete(effect.socket);
      if (effect.kind === 'open') {
        this.#sockets.add(effect.socket);
        const { source } = this.#options;
        effects.push(source === null ? effect : { ...effect, at: { address: source, port: 0 } });
      } else effects.push(effect);
    }
    return effects;
  }

  #hear(nowMs: number, event: ClientEvent): void {
    const gathered = this.#gathered;
    switch (event.kind) {
      case 'transaction':
        gathered.records.push(event.record);
        return;
      case 'mapped':
      case 'allocated':
        // Of the repeated bindings only the round trip is wanted.
        if (this.settled) return;
        gathered.mapped = event.mapped;
        gathered.relayed = event.kind === 'allocated' ? event.relayed : null;
        gathered.software = event.software;
        gathered.candidateMs = nowMs;
        this.#limitMs = nowMs + afterwardsMs(this.rttMs);
        return;
      case 'failed':
        // A failure after the candidate (say, the release was refused) does not undo it.
        if (!this.settled) gathered.failure = failure(event.failure.code, event.failure.detail);
        return;
      default:
        return;
    }
  }

  #next(nowMs: number): Effect[] {
    const { uri } = this.#options.target;
    if (!this.settled) return this.giveUp(failure('harness-fault', 'no outcome'));
    const again = uri.transport === 'udp' && !isTurn(uri) && this.#gathered.failure === null;
    if (!again || this.#clients === bindingsOverUdp) {
      this.#finished = true;
      return [];
    }
    this.#clients += 1;
    this.#client = this.#binding();
    return this.#step(nowMs, { kind: 'start' });
  }

  #link() {
    const { id, target, address, random } = this.#options;
    const { uri } = target;
    return {
      server: { address, port: uri.port },
      transport: uri.transport,
      serverName: uri.host,
      socket: this.#clients === 1 ? id : `${id}-${this.#clients}`,
      random,
      rtoMs: patience.rtoMs,
      giveUpMs: uri.transport === 'udp' ? patience.requestMs : patience.openMs,
    };
  }

  #binding(): BindingClient {
    return new BindingClient(this.#link());
  }

  #allocation(): AllocationClient {
    const { address, credentials } = this.#options;
    const family = familyOf(address);
    return new AllocationClient({ ...this.#link(), family, credentials, releaseAfterAllocate: true });
  }
}

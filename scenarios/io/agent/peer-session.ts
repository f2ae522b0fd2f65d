/**
 * One end of one attempt: a node-datachannel peer. On a relayed path it knows only the ports of a relay door, because
 * the library can neither be held to relayed candidates nor reach a TURN server over TCP or TLS.
 */
import nodeDataChannel, { type DataChannel, type PeerConnection } from 'node-datachannel';
import { type LabAgentNewsInput, type LabAgentOrder, labLinkStates } from '../../../contract/lab-agent.ts';
import { type Endpoint, formatEndpoint } from '../../../stun/endpoint.ts';
import { usefulMs } from '../../call/messages.ts';
import type { CallStream } from './call-stream.ts';
import { CheckCounter } from './check-counter.ts';
import { isProblem, type RelayDoor } from './relay-door.ts';

type Open = Extract<LabAgentOrder, { order: 'open' }>;
type Ended = Extract<LabAgentNewsInput, { news: 'ended' }>;
type Description = Extract<LabAgentOrder, { order: 'description' }>;
type Candidate = Extract<LabAgentOrder, { order: 'candidate' }>;

const loopback = '127.0.0.1';
const callLabel = 'call';

export class PeerSession {
  readonly run: number;
  readonly #door: RelayDoor | null;
  readonly #tell: (news: LabAgentNewsInput) => void;
  readonly #call: CallStream | null;
  readonly #peer: PeerConnection;
  /** Objects of the library live only as long as something in JavaScript holds them. */
  readonly #channels: DataChannel[] = [];
  readonly #checks: CheckCounter;
  readonly #stun: string | null;
  /** Local port of the door → the relay behind it. */
  readonly #behind = new Map<string, Endpoint>();
  /** The other end cannot take a candidate before the description that it belongs to. */
  #onDescribed: () => void = () => {};
  #relayed: Endpoint | null = null;
  #hasCandidate = false;
  #stands = false;
  #secured = false;
  #described = false;
  #over = false;
  #closed = false;

  /** @param around what outlives this session: the call that it carries, the other news */
  constructor(
    order: Open,
    door: RelayDoor | null,
    { tell, call }: { tell: (news: LabAgentNewsInput) => void; call: CallStream | null },
  ) {
    this.run = order.run;
    this.#door = door;
    this.#tell = tell;
    this.#call = call;
    this.#stun = door === null ? stunOf(order) : null;
    const giveUp = () => this.#end({ outcome: 'failed', conclusive: false, code: 'ice-failed' });
    this.#checks = new CheckCounter({
      onExhausted: () => {
        if (!this.#stands) giveUp();
      },
      // Behind NATs that answer from ever new ports one end may believe in a pair that the other never has.
      onLong: () => {
        if (!this.#secured) giveUp();
      },
    });
    this.#peer = new nodeDataChannel.PeerConnection(`run-${order.run}`, {
      iceServers: this.#stun === null ? [] : [`stun:${this.#stun}`],
      ...(door === null ? {} : { bindAddress: loopback }),
    });
    const described = new Promise<void>((resolve) => {
      this.#onDescribed = resolve;
    });
    this.#listen();
    if (door !== null) void this.#announceRelay(door, described);
    if (!order.offers) return;
    const channel = this.#peer.createDataChannel('echo');
    this.#hold(channel, () => this.#end({ outcome: 'connected' }));
    channel.onOpen(() => channel.sendMessage('hello'));
    if (call === null) return;
    // What is late is of no use, and must not hold up what follows (RFC 8831 §6.6).
    const options = { unordered: true, maxPacketLifeTime: usefulMs };
    const stream = this.#peer.createDataChannel(callLabel, options);
    this.#channels.push(stream);
    call.use(stream);
  }

  /** The library says only in its log whom it has asked. */
  noteCheck(target: string): void {
    if (!this.#over && target !== this.#stun) this.#checks.note(target);
  }

  /** Does it know the other end's description? */
  get isDescribed(): boolean {
    return this.#described;
  }

  describe({ type, sdp }: Description): void {
    this.#described = true;
    attempt(() => this.#peer.setRemoteDescription(sdp, type));
  }

  async add({ candidate, mid }: Candidate): Promise<void> {
    if (this.#door === null) {
      attempt(() => this.#peer.addRemoteCandidate(candidate, mid));
      return;
    }
    const peer = relayedEndpoint(candidate);
    if (peer === null) return;
    const port = await this.#door.bridge(peer);
    this.#behind.set(`${loopback}:${port}`, peer);
    attempt(() =>
      this.#peer.addRemoteCandidate(`candidate:1 1 UDP 2130706431 ${loopback} ${port} typ host`, mid),
    );
  }

  async close(): Promise<void> {
    this.#checks.stop();
    this.#over = true;
    this.#closed = true;
    for (const channel of this.#channels) attempt(() => channel.close());
    attempt(() => this.#peer.close());
    await this.#door?.close();
  }

  #listen(): void {
    const { run } = this;
    const peer = this.#peer;
    peer.onLocalDescription((sdp, type) => {
      if (type !== 'offer' && type !== 'answer') return;
      this.#say({ news: 'description', run, type, sdp: this.#door === null ? sdp : withoutCandidates(sdp) });
      this.#onDescribed();
    });
    peer.onLocalCandidate((candidate, mid) => {
      if (this.#door === null) this.#announce(candidate, mid);
    });
    peer.onIceStateChange((state) => {
      const stands = state === 'connected' || state === 'completed';
      if (stands && !this.#stands) this.#say({ news: 'reached', run, rung: 'S2' });
      if (stands || this.#stands || state === 'failed') this.#linkIs(stands ? 'connected' : state);
      this.#stands = stands;
      if (state === 'failed') this.#end({ outcome: 'failed', conclusive: false, code: 'ice-failed' });
    });
    peer.onStateChange((state) => {
      if (state === 'connected') {
        this.#secured = true;
        this.#say({ news: 'reached', run, rung: 'S3' });
      }
      // ICE has found a way, and DTLS or SCTP does not come up: no fault of the NATs.
      if (state === 'failed' && this.#stands) this.#end({ outcome: 'fault', code: 'dtls-failed' });
    });
    peer.onDataChannel((channel) => {
      if (this.#call === null || channel.getLabel() !== callLabel) {
        this.#hold(channel, (text) => channel.sendMessage(text));
        return;
      }
      this.#channels.push(channel);
      this.#call.use(channel);
    });
  }

  async #announceRelay(door: RelayDoor, described: Promise<void>): Promise<void> {
    const relayed = await door.relayed;
    if (isProblem(relayed)) {
      this.#end({ outcome: 'failed', code: relayed.code, detail: relayed.detail.slice(0, 500) });
      return;
    }
    this.#relayed = relayed;
    await described;
    // RFC 8445 §5.1.2.1 with type preference 0, which it recommends for relayed candidates.
    this.#announce(
      `candidate:2 1 UDP 16777215 ${relayed.address} ${relayed.port} typ relay raddr 0.0.0.0 rport 0`,
      '0',
    );
  }

  #announce(candidate: string, mid: string): void {
    if (!this.#hasCandidate) this.#say({ news: 'reached', run: this.run, rung: 'S1' });
    this.#hasCandidate = true;
    this.#say({ news: 'candidate', run: this.run, candidate, mid });
  }

  #hold(channel: DataChannel, onMessage: (text: string) => void): void {
    this.#channels.push(channel);
    channel.onMessage((message) => {
      if (!this.#over && channel.isOpen()) onMessage(String(message));
    });
  }

  /** Told after the attempt is decided as well, but not by a connection that was given up. */
  #linkIs(state: string): void {
    const known = labLinkStates.find((name) => name === state);
    if (!this.#closed && known !== undefined) this.#call?.link(known);
  }

  #say(news: LabAgentNewsInput): void {
    if (!this.#over) this.#tell(news);
  }

  #end(ended: Omit<Ended, 'news' | 'run'>): void {
    if (this.#over) return;
    this.#say({
      news: 'ended',
      run: this.run,
      selected: this.#selected(),
      checks: this.#checks.counts((target) => {
        const behind = this.#behind.get(target);
        return behind === undefined ? target : formatEndpoint(behind);
      }),
      relayed: this.#door?.counters() ?? null,
      ...ended,
    });
    // One that has given up still answers, and may yet be found by the other.
    this.#over = ended.conclusive !== false;
  }

  #selected(): NonNullable<Ended['selected']> | null {
    const pair = this.#stands ? this.#peer.getSelectedCandidatePair() : null;
    if (pair === null) return null;
    if (this.#door === null) return { local: short(pair.local), remote: short(pair.remote) };
    const remote = this.#behind.get(`${pair.remote.address}:${pair.remote.port}`);
    if (this.#relayed === null || remote === undefined) return null;
    return { local: { ...this.#relayed, type: 'relay' }, remote: { ...remote, type: 'relay' } };
  }
}

/** The library throws for what comes after the transport has failed; then it can no longer matter. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {}
}

function stunOf({ iceServers }: Open): string | null {
  const url = iceServers.flatMap(({ urls }) => urls).find((text) => text.startsWith('stun:'));
  return url?.slice('stun:'.length) ?? null;
}

function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, '');
}

function relayedEndpoint(candidate: string): Endpoint | null {
  const match = /^(?:a=)?candidate:\S+ 1 udp \d+ (\S+) (\d+) typ relay/i.exec(candidate);
  return match?.[1] === undefined ? null : { address: match[1], port: Number(match[2]) };
}

const types = ['host', 'srflx', 'prflx', 'relay'] as const;

function short({ address, port, type }: { address: string; port: number; type: string }) {
  return { address, port, type: types.find((known) => known === type) ?? 'prflx' } as const;
}

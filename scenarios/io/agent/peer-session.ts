/**
 * One end of one attempt: a node-datachannel peer. On a relayed path and over TCP it knows only the ports of a door: the
 * library can neither be held to relayed candidates nor reach a TURN server over TCP or TLS, nor wait for a connection
 * over TCP.
 */
import nodeDataChannel, { type DataChannel, type PeerConnection } from 'node-datachannel';
import { type LabAgentNewsInput, type LabAgentOrder, labLinkStates } from '../../../contract/lab-agent.ts';
import { formatEndpoint } from '../../../stun/endpoint.ts';
import { usefulMs } from '../../call/messages.ts';
import type { CallStream } from './call-stream.ts';
import { CheckCounter } from './check-counter.ts';
import type { DoorPair, IceDoor } from './ice-door.ts';
import { Moment } from './moment.ts';
import { openedCandidate, type PortWish } from './opened-port.ts';
import { selectedPair } from './selected-pair.ts';
import { withoutCandidates } from './without-candidates.ts';

type Open = Extract<LabAgentOrder, { order: 'open' }>;
type Ended = Extract<LabAgentNewsInput, { news: 'ended' }>;
type Description = Extract<LabAgentOrder, { order: 'description' }>;
type Candidate = Extract<LabAgentOrder, { order: 'candidate' }>;

const loopback = '127.0.0.1';
const callLabel = 'call';

interface Around {
  readonly tell: (news: LabAgentNewsInput) => void;
  readonly call: CallStream | null;
  readonly wish: PortWish | null;
}

export class PeerSession {
  readonly run: number;
  readonly #door: IceDoor | null;
  readonly #tell: (news: LabAgentNewsInput) => void;
  readonly #call: CallStream | null;
  readonly #peer: PeerConnection;
  /** Objects of the library live only as long as something in JavaScript holds them. */
  readonly #channels: DataChannel[] = [];
  readonly #wish: PortWish | null;
  readonly #checks: CheckCounter;
  readonly #stun: string | null;
  /** Local port of the door → what is behind it. */
  readonly #behind = new Map<string, DoorPair>();
  /** Neither end can take a candidate before the description that it belongs to. */
  readonly #offered = new Moment();
  readonly #met = new Moment();
  #hasCandidate = false;
  #stands = false;
  #secured = false;
  #over = false;
  #closed = false;

  /** @param around the call that it carries, the other news, and the port that the router is asked for */
  constructor(order: Open, door: IceDoor | null, { tell, call, wish }: Around) {
    this.run = order.run;
    this.#door = door;
    this.#tell = tell;
    this.#call = call;
    this.#wish = wish;
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
      ...(wish === null ? {} : { portRangeBegin: wish.port, portRangeEnd: wish.port }),
    });
    this.#listen();
    void wish?.opened.then((opened) => {
      if (opened !== null) this.#offered.after(() => this.#announce(openedCandidate(opened), '0'));
    });
    door?.open({
      onCandidate: (line) => this.#offered.after(() => this.#announce(line, '0')),
      onPeer: (port, pair) => this.#met.after(() => this.#meet(port, pair)),
      onProblem: ({ code, detail }) => this.#end({ outcome: 'failed', code, detail: detail.slice(0, 500) }),
      onExhausted: () => {
        if (!this.#stands) giveUp();
      },
    });
    if (!order.offers) return;
    const channel = this.#peer.createDataChannel('echo');
    this.#hold(channel, () => this.#end({ outcome: 'connected' }));
    channel.onOpen(() => attempt(() => channel.sendMessage('hello')));
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
    return this.#met.hasCome;
  }

  describe({ type, sdp }: Description): void {
    attempt(() => this.#peer.setRemoteDescription(sdp, type));
    this.#met.come();
  }

  add({ candidate, mid }: Candidate): void {
    if (this.#door === null) attempt(() => this.#peer.addRemoteCandidate(candidate, mid));
    else this.#door.add(candidate);
  }

  #meet(port: number, pair: DoorPair): void {
    this.#behind.set(`${loopback}:${port}`, pair);
    attempt(() =>
      this.#peer.addRemoteCandidate(`candidate:1 1 UDP 2130706431 ${loopback} ${port} typ host`, '0'),
    );
  }

  async close(): Promise<void> {
    this.#checks.stop();
    this.#over = true;
    this.#closed = true;
    for (const channel of this.#channels) attempt(() => channel.close());
    attempt(() => this.#peer.close());
    await this.#door?.close();
    await (await this.#wish?.opened)?.close();
  }

  #listen(): void {
    const { run } = this;
    const peer = this.#peer;
    peer.onLocalDescription((sdp, type) => {
      if (type !== 'offer' && type !== 'answer') return;
      this.#say({ news: 'description', run, type, sdp: this.#door === null ? sdp : withoutCandidates(sdp) });
      this.#door?.answersWith(/^a=ice-pwd:(\S+)/m.exec(sdp)?.[1] ?? '');
      this.#offered.come();
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
        this.#hold(channel, (text) => attempt(() => channel.sendMessage(text)));
        return;
      }
      this.#channels.push(channel);
      this.#call.use(channel);
    });
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
        return behind === undefined ? target : formatEndpoint(behind.remote);
      }),
      relayed: this.#door?.counters() ?? null,
      ...ended,
    });
    // One that has given up still answers, and may yet be found by the other.
    this.#over = ended.conclusive !== false;
  }

  #selected(): DoorPair | null {
    const pair = this.#stands ? selectedPair(this.#peer) : null;
    if (pair === null || this.#door === null) return pair;
    return this.#behind.get(formatEndpoint(pair.remote)) ?? null;
  }
}

/**
 * The library throws for what comes after the transport has failed; then it can no longer matter. Its own thread closes
 * channels, so a look beforehand does not help, and what is thrown out of a listener ends the process.
 */
function attempt(action: () => void): void {
  try {
    action();
  } catch {}
}

function stunOf({ iceServers }: Open): string | null {
  const url = iceServers.flatMap(({ urls }) => urls).find((text) => text.startsWith('stun:'));
  return url?.slice('stun:'.length) ?? null;
}

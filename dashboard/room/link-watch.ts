/** Watches one connection from its making to its end, and keeps the facts about it. */
import type { Path } from '../../contract/basics.ts';
import { EchoTalk } from '../../rooms/io/echo-talk.ts';
import type { PeerLink } from '../../rooms/io/index.ts';
import { startClock } from '../check/clock.ts';
import { candidateType, type StatsEntry } from '../check/pairs-from-stats.ts';
import { type LinkFacts, newFacts, withSample } from './link-facts.ts';
import { type Awaited, linkSample } from './link-sample.ts';

/** Often while it is being set up, then now and then. */
const setupSampleMs = 100;
const steadySampleMs = 1_000;

export interface LinkWatchOptions {
  readonly link: PeerLink<RTCPeerConnection>;
  readonly me: string;
  readonly path: Path;
  readonly onChange: () => void;
  readonly onTrack: (stream: MediaStream) => void;
}

export class LinkWatch {
  readonly link: PeerLink<RTCPeerConnection>;
  readonly #clock = startClock();
  readonly #options: LinkWatchOptions;
  #facts: LinkFacts;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isReading = false;

  constructor(options: LinkWatchOptions) {
    const { link, me, path } = options;
    this.link = link;
    this.#options = options;
    const id = `${link.peer}-${link.name}-${link.epoch}`.replace(/[^A-Za-z0-9_-]/g, '-').slice(-64);
    this.#facts = newFacts({ id, from: link.peer, to: me, link: link.name, path });
    this.#watch(link.connection);
    this.#schedule();
  }

  get facts(): LinkFacts {
    return this.#facts;
  }

  get ageMs(): number {
    return this.#clock();
  }

  /** Both ends ask over this channel, and answer each other. */
  serveEcho(channel: RTCDataChannel): void {
    const talk = new EchoTalk({
      send: (text) => {
        if (channel.readyState === 'open') channel.send(text);
      },
      onEcho: (rttMs) => {
        const { firstEchoMs, echoRttsMs } = this.#facts;
        this.#note({
          firstEchoMs: firstEchoMs ?? this.#clock(),
          echoRttsMs: [...echoRttsMs, rttMs].slice(-100),
        });
      },
    });
    const opened = (): void => {
      this.#note({ channelOpenMs: this.#facts.channelOpenMs ?? this.#clock() });
      talk.begin();
    };
    channel.addEventListener('message', ({ data }) => talk.hear(String(data)));
    if (channel.readyState === 'open') opened();
    else channel.addEventListener('open', opened, { once: true });
    channel.addEventListener('close', () => talk.end(), { once: true });
  }

  /** Reads once more; afterwards nothing changes any more. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#read();
  }

  #watch(connection: RTCPeerConnection): void {
    connection.addEventListener('signalingstatechange', () => {
      if (connection.remoteDescription !== null) {
        this.#note({ signalledMs: this.#facts.signalledMs ?? this.#clock() });
      }
    });
    connection.addEventListener('icecandidate', ({ candidate }) => {
      const type = candidateType(candidate?.type);
      const { firstCandidateMs: known } = this.#facts;
      if (candidate === null) this.#note({ gatherCompleteMs: this.#clock() });
      else if (type !== null && known[type] === undefined) {
        this.#note({ firstCandidateMs: { ...known, [type]: this.#clock() } });
      }
    });
    connection.addEventListener('iceconnectionstatechange', () => {
      const state = connection.iceConnectionState;
      if (state !== 'connected' && state !== 'completed') return;
      this.#note({ iceConnectedMs: this.#facts.iceConnectedMs ?? this.#clock() });
    });
    connection.addEventListener('connectionstatechange', () => {
      // “connected” includes every DTLS transport (W3C WebRTC §4.3.3).
      if (connection.connectionState === 'connected') {
        this.#note({ dtlsConnectedMs: this.#facts.dtlsConnectedMs ?? this.#clock() });
      } else this.#options.onChange();
    });
    connection.addEventListener('track', ({ streams: [stream] }) => {
      if (stream !== undefined) this.#options.onTrack(stream);
    });
  }

  #note(change: Partial<LinkFacts>): void {
    this.#facts = { ...this.#facts, ...change };
    this.#options.onChange();
  }

  #schedule(): void {
    const waitMs =
      this.#facts.firstFrameMs === null && this.#clock() < 20_000 ? setupSampleMs : steadySampleMs;
    this.#timer = setTimeout(async () => {
      await this.#read();
      if (this.#timer !== null) this.#schedule();
    }, waitMs);
  }

  /** What the browser counts of this connection; nothing of one that is closed. Never rejects. */
  async statistics(): Promise<StatsEntry[]> {
    const entries: StatsEntry[] = [];
    try {
      (await this.link.connection.getStats()).forEach((entry: StatsEntry) => {
        entries.push(entry);
      });
    } catch {
      // A connection that has just closed has no statistics.
    }
    return entries;
  }

  async #read(): Promise<void> {
    if (this.#isReading || this.link.isClosed) return;
    this.#isReading = true;
    try {
      const entries = await this.statistics();
      // What was read before stands.
      if (entries.length === 0) return;
      const awaited = awaitedOf(this.link.connection);
      const sample = linkSample(entries, this.#clock(), this.#facts.sample, awaited);
      this.#facts = withSample(this.#facts, sample);
      this.#options.onChange();
    } finally {
      this.#isReading = false;
    }
  }
}

/** An audio mixer sends no picture, and neither does a member without a camera. */
function awaitedOf(connection: RTCPeerConnection): Awaited {
  const receiving = connection
    .getTransceivers()
    .filter(({ currentDirection }) => currentDirection === 'recvonly' || currentDirection === 'sendrecv')
    .map(({ receiver }) => receiver.track.kind);
  return receiving.includes('audio') && !receiving.includes('video') ? 'sound' : 'picture';
}

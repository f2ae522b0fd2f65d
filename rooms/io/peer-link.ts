/**
 * One connection to one member, negotiated so that two offers that meet do no harm: perfect negotiation (W3C WebRTC
 * §10.7) over the signalling channel.
 */
import type { SequencedMessage } from '../../contract/signalling.ts';
import type { Say } from '../signal-session.ts';
import type { CandidateLine, PeerConnection } from './peer-connection.ts';

export type LinkNews = Extract<SequencedMessage, { link: string }>;

export interface PeerLinkOptions<C extends PeerConnection> {
  readonly peer: string;
  readonly name: string;
  readonly epoch: number;
  readonly polite: boolean;
  readonly connection: C;
  readonly say: (message: Say) => void;
  /** The negotiation went wrong in a way that the protocol does not foresee. */
  readonly onProblem: (problem: string) => void;
  /** Either end has closed it. */
  readonly onClosed: () => void;
}

export class PeerLink<C extends PeerConnection = PeerConnection> {
  readonly peer: string;
  /** `main` between members; to media servers see contract/room-roles.ts. */
  readonly name: string;
  readonly epoch: number;
  readonly connection: C;
  readonly #options: PeerLinkOptions<C>;
  #isMakingOffer = false;
  #isSettingAnswer = false;
  #ignoresOffer = false;
  #isClosed = false;
  /** Candidates that were found before the description that they belong to was sent. */
  #early: (CandidateLine | null)[] | null = [];
  /** What comes is taken one by one, in order. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: PeerLinkOptions<C>) {
    const { peer, name, epoch, connection } = options;
    this.peer = peer;
    this.name = name;
    this.epoch = epoch;
    this.connection = connection;
    this.#options = options;
    connection.addEventListener('negotiationneeded', () => void this.#offer());
    connection.addEventListener('icecandidate', ({ candidate }) => this.#onCandidate(candidate));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** A message of the other end. Never throws. */
  take(news: LinkNews): void {
    this.#turn = this.#turn.then(async () => {
      try {
        if (!this.#isClosed) await this.#take(news);
      } catch (error) {
        this.#problem(`${news.type}: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  }

  /** @param tell whether the other end hears of it; not when it closes its own anyway */
  close(tell: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.connection.close();
    if (tell) this.#options.say({ type: 'bye', ...this.#address() });
    this.#options.onClosed();
  }

  async #offer(): Promise<void> {
    try {
      this.#isMakingOffer = true;
      await this.connection.setLocalDescription();
      // Meanwhile an offer of the other end may have taken its place; then an answer is due, not this.
      if (this.connection.localDescription?.type === 'offer') this.#describe();
    } catch (error) {
      this.#problem(`making an offer: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#isMakingOffer = false;
    }
  }

  async #take(news: LinkNews): Promise<void> {
    if (news.type === 'bye') this.close(false);
    else if (news.type === 'candidate') await this.#takeCandidate(news.candidate);
    else await this.#takeDescription(news.type, news.sdp);
  }

  async #takeDescription(type: 'offer' | 'answer', sdp: string): Promise<void> {
    const { connection } = this;
    const isReady = !this.#isMakingOffer && (connection.signalingState === 'stable' || this.#isSettingAnswer);
    this.#ignoresOffer = type === 'offer' && !isReady && !this.#options.polite;
    if (this.#ignoresOffer) return;
    this.#isSettingAnswer = type === 'answer';
    try {
      await connection.setRemoteDescription({ type, sdp });
    } finally {
      this.#isSettingAnswer = false;
    }
    if (type === 'answer') return;
    await connection.setLocalDescription();
    if (connection.localDescription?.type === 'answer') this.#describe();
  }

  async #takeCandidate(line: CandidateLine | null): Promise<void> {
    try {
      if (line === null) await this.connection.addIceCandidate();
      else await this.connection.addIceCandidate({ candidate: line.candidate, sdpMid: line.sdpMid });
    } catch (error) {
      // It belongs to the offer that was ignored.
      if (!this.#ignoresOffer) throw error;
    }
  }

  #describe(): void {
    const { localDescription } = this.connection;
    if (this.#isClosed || localDescription === null) return;
    const type = localDescription.type === 'answer' ? 'answer' : 'offer';
    this.#options.say({ type, ...this.#address(), sdp: localDescription.sdp });
    const early = this.#early ?? [];
    this.#early = null;
    for (const line of early) this.#onCandidate(line);
  }

  #onCandidate(line: CandidateLine | null): void {
    if (this.#isClosed) return;
    if (this.#early !== null) {
      this.#early.push(line);
      return;
    }
    // An empty line ends the candidates of one generation (W3C WebRTC §4.4.1.10); null those of all.
    if (line?.candidate === '') return;
    const candidate =
      line === null
        ? null
        : { candidate: line.candidate, sdpMid: line.sdpMid, sdpMLineIndex: line.sdpMLineIndex ?? null };
    this.#options.say({ type: 'candidate', ...this.#address(), candidate });
  }

  #address(): { to: string; link: string; epoch: number } {
    return { to: this.peer, link: this.name, epoch: this.epoch };
  }

  #problem(problem: string): void {
    if (!this.#isClosed) this.#options.onProblem(problem);
  }
}

/** A native WebRTC client of `/ws/echo`, and a raw one for hostile messages. */
import nodeDataChannel from 'node-datachannel';
import { WebSocket } from 'ws';
import { type EchoServerMessage, echoServerMessageSchema } from '../../contract/signal.ts';

/** A socket that remembers everything it was told. */
export class RawClient {
  readonly heard: EchoServerMessage[] = [];
  readonly socket: WebSocket;
  closeCode: number | null = null;
  #waiting: (() => void)[] = [];

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data) => {
      this.heard.push(echoServerMessageSchema.parse(JSON.parse(data.toString())));
      this.#wake();
    });
    this.socket.on('close', (code) => {
      this.closeCode = code;
      this.#wake();
    });
    this.socket.on('error', () => this.#wake());
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  async opened(): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) {
      await new Promise<void>((resolve, reject) => {
        this.socket.once('open', () => resolve());
        this.socket.once('error', reject);
      });
    }
    return this;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Waits for the first message of that type; rejects when the socket closes without it. */
  async hear<T extends EchoServerMessage['type']>(type: T): Promise<Extract<EchoServerMessage, { type: T }>> {
    for (;;) {
      const found = this.heard.find((message) => message.type === type);
      if (found !== undefined) return found as Extract<EchoServerMessage, { type: T }>;
      if (this.closeCode !== null) throw new Error(`closed (${this.closeCode}) before ${type}`);
      await new Promise<void>((resume) => this.#waiting.push(resume));
    }
  }

  async closed(): Promise<number> {
    while (this.closeCode === null) await new Promise<void>((resume) => this.#waiting.push(resume));
    return this.closeCode;
  }
}

export interface EchoRun {
  readonly echoed: (string | Buffer)[];
  readonly remoteCandidates: string[];
}

/** Behind the door the peer learns of this end only by its checks, so this end must begin. */
function followCandidates(signal: RawClient, peer: nodeDataChannel.PeerConnection): void {
  const add = (message: EchoServerMessage): void => {
    if (message.type !== 'candidate') return;
    try {
      peer.addRemoteCandidate(message.candidate.candidate, message.candidate.sdpMid ?? '0');
    } catch {
      // Too late to matter: the transport is gone already.
    }
  };
  for (const message of signal.heard) add(message);
  signal.socket.on('message', (data) => add(echoServerMessageSchema.parse(JSON.parse(data.toString()))));
}

/**
 * Connects a real data channel, sends the messages, and resolves when as many came back. Its own candidates go
 * out after the answer is in place: the library, as offerer, refuses the peer’s certificate (“unknown CA”) when
 * the peer’s checks and DTLS overtake the answer.
 */
export async function runEcho(
  url: string,
  messages: readonly (string | Uint8Array)[],
  relayOnly = false,
): Promise<EchoRun> {
  const signal = await new RawClient(url).opened();
  const peer = new nodeDataChannel.PeerConnection('test', { iceServers: [], bindAddress: '127.0.0.1' });
  try {
    const own: { candidate: string; sdpMid: string }[] = [];
    const gathered = new Promise<void>((resolve) => {
      peer.onGatheringStateChange((state) => state === 'complete' && resolve());
    });
    const offer = new Promise<string>((resolve) => peer.onLocalDescription((sdp) => resolve(sdp)));
    peer.onLocalCandidate((line, mid) => own.push({ candidate: line.replace(/^a=/, ''), sdpMid: mid }));
    const channel = peer.createDataChannel('echo');
    signal.send({ type: 'hello', version: 1 });
    await signal.hear('hello');
    signal.send({ type: 'offer', sdp: await offer, relayOnly });
    peer.setRemoteDescription((await signal.hear('answer')).sdp, 'answer');
    await gathered;
    for (const candidate of own) signal.send({ type: 'candidate', candidate });
    if (relayOnly) followCandidates(signal, peer);
    const echoed = await new Promise<(string | Buffer)[]>((resolve, reject) => {
      const back: (string | Buffer)[] = [];
      channel.onMessage((message) => {
        back.push(message instanceof ArrayBuffer ? Buffer.from(message) : message);
        if (back.length === messages.length) resolve(back);
      });
      channel.onOpen(() => {
        for (const message of messages) {
          if (typeof message === 'string') channel.sendMessage(message);
          else channel.sendMessageBinary(message);
        }
      });
      peer.onStateChange((state) => state === 'failed' && reject(new Error('the connection failed')));
      signal.socket.on('close', () => reject(new Error('the service hung up')));
    });
    const remoteCandidates = signal.heard.flatMap((message) =>
      message.type === 'candidate' ? [message.candidate.candidate] : [],
    );
    return { echoed, remoteCandidates };
  } finally {
    peer.close();
    signal.send({ type: 'bye' });
    await signal.closed();
  }
}

/** A session with a Janus server over its WebSocket API: requests with their replies, and handles on its plugins. */
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import {
  type JanusReply,
  type Jsep,
  janusReplySchema,
  type PluginData,
  refusalOf,
} from './janus-messages.ts';

export interface JanusAddress {
  /** `ws://…` or `wss://…` */
  readonly url: string;
  /** Janus’s `api_secret`; null: it has none. */
  readonly secret: string | null;
}

/** Janus drops a session that has been silent for 60 s. */
const keepAliveMs = 25_000;
const replyDeadlineMs = 5_000;

interface Waiting {
  /** Requests to plugins get an `ack` first; the `event` after it is the reply. */
  readonly wantsEvent: boolean;
  readonly resolve: (reply: JanusReply) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export interface PluginReply {
  readonly data: PluginData;
  readonly jsep: Jsep | null;
}

export class JanusSession {
  readonly #socket: WebSocket;
  readonly #apiSecret: string | null;
  readonly #waiting = new Map<string, Waiting>();
  readonly #handles = new Map<number, JanusHandle>();
  #keepAlive: NodeJS.Timeout | null = null;
  #id: number | null = null;
  #onLost: ((reason: string) => void) | null;

  private constructor(socket: WebSocket, apiSecret: string | null, onLost: (reason: string) => void) {
    this.#socket = socket;
    this.#apiSecret = apiSecret;
    this.#onLost = onLost;
    socket.on('message', (data) => this.#onMessage(data.toString()));
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('close', () => this.#lose('Janus has closed the connection'));
  }

  /**
   * Rejects when Janus cannot be reached or refuses.
   * @param onLost once, if the session ends before `close`
   */
  static async open(address: JanusAddress, onLost: (reason: string) => void): Promise<JanusSession> {
    const socket = new WebSocket(address.url, 'janus-protocol', { handshakeTimeout: replyDeadlineMs });
    const session = new JanusSession(socket, address.secret, onLost);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('open', () => resolve());
        socket.once('error', reject);
      });
      session.#id = (await session.request({ janus: 'create' })).data?.id ?? null;
    } catch (error) {
      session.#onLost = null;
      socket.terminate();
      throw error;
    }
    session.#keepAlive = setInterval(() => {
      // A Janus that does not answer is noticed by the next real request.
      session.request({ janus: 'keepalive' }).catch(() => undefined);
    }, keepAliveMs);
    return session;
  }

  async attach(plugin: string): Promise<JanusHandle> {
    const id = (await this.request({ janus: 'attach', plugin })).data?.id;
    if (id === undefined) throw new Error('Janus: no handle');
    const handle = new JanusHandle(this, id);
    this.#handles.set(id, handle);
    return handle;
  }

  forget(handle: JanusHandle): void {
    this.#handles.delete(handle.id);
  }

  /** Resolves with Janus’s reply; rejects with its error, or when none comes in time. */
  request(body: Readonly<Record<string, unknown>>, wantsEvent = false): Promise<JanusReply> {
    const transaction = randomBytes(9).toString('base64url');
    const session = this.#id === null ? {} : { session_id: this.#id };
    const secret = this.#apiSecret === null ? {} : { apisecret: this.#apiSecret };
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new Error('Janus: not connected'));
        return;
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(transaction);
        reject(new Error(`Janus: no reply to ${String(body['janus'])}`));
      }, replyDeadlineMs);
      this.#waiting.set(transaction, { wantsEvent, resolve, reject, timer });
      this.#socket.send(JSON.stringify({ ...body, ...session, ...secret, transaction }));
    });
  }

  /** Ends the session, and with it everything that it has on the server. */
  close(): void {
    this.#onLost = null;
    // Janus also ends it when the socket closes; this is the polite way.
    if (this.#socket.readyState === WebSocket.OPEN) this.request({ janus: 'destroy' }).catch(() => undefined);
    this.#end('the session is closed');
    this.#socket.close();
  }

  #onMessage(text: string): void {
    const reply = parseReply(text);
    if (reply === null) return;
    const waiting = reply.transaction === undefined ? undefined : this.#waiting.get(reply.transaction);
    if (reply.transaction === undefined || waiting === undefined) {
      if (reply.janus === 'timeout') this.#lose('Janus has ended the session');
      else if (reply.sender !== undefined) this.#handles.get(reply.sender)?.hear(reply);
      return;
    }
    if (waiting.wantsEvent && reply.janus === 'ack') return;
    this.#waiting.delete(reply.transaction);
    clearTimeout(waiting.timer);
    const refusal = refusalOf(reply);
    if (refusal === null) waiting.resolve(reply);
    else waiting.reject(refusal);
  }

  #lose(reason: string): void {
    this.#end(reason);
    const onLost = this.#onLost;
    this.#onLost = null;
    onLost?.(reason);
  }

  #end(reason: string): void {
    if (this.#keepAlive !== null) clearInterval(this.#keepAlive);
    this.#keepAlive = null;
    for (const { timer, reject } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error(`Janus: ${reason}`));
    }
    this.#waiting.clear();
  }
}

/** One use of one plugin; with a description, one PeerConnection. */
export class JanusHandle {
  readonly id: number;
  /** Its PeerConnection stands: ICE and DTLS are done. */
  onUp: (() => void) | null = null;
  /** Janus has closed the PeerConnection: ICE or DTLS failed, or the other end has gone. */
  onHangup: ((reason: string) => void) | null = null;
  readonly #session: JanusSession;

  constructor(session: JanusSession, id: number) {
    this.#session = session;
    this.id = id;
  }

  /** A request to the plugin. `isSynchronous`: one that the plugin answers at once, such as `create`. */
  async message(body: PluginData, jsep: Jsep | null = null, isSynchronous = false): Promise<PluginReply> {
    const reply = await this.#session.request(
      { janus: 'message', handle_id: this.id, body, ...(jsep === null ? {} : { jsep }) },
      !isSynchronous,
    );
    return pluginReply(reply);
  }

  /** null: no more will come (RFC 8838 §8.2). */
  async trickle(candidate: { readonly candidate: string; readonly sdpMid: string } | null): Promise<void> {
    const said = candidate ?? { completed: true };
    await this.#session.request({ janus: 'trickle', handle_id: this.id, candidate: said });
  }

  async detach(): Promise<void> {
    this.onUp = null;
    this.onHangup = null;
    this.#session.forget(this);
    await this.#session.request({ janus: 'detach', handle_id: this.id });
  }

  hear(reply: JanusReply): void {
    if (reply.janus === 'webrtcup') this.onUp?.();
    else if (reply.janus === 'hangup') this.onHangup?.(reply.reason ?? 'hung up');
  }
}

function pluginReply(reply: JanusReply): PluginReply {
  return { data: reply.plugindata?.data ?? {}, jsep: reply.jsep ?? null };
}

function parseReply(text: string): JanusReply | null {
  try {
    return janusReplySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

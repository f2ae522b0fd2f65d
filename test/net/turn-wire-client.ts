/** A TURN client of a few lines over one TCP connection, for what the library’s client does not do (RFC 6062). */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  type Attribute,
  decodeMessage,
  type Endpoint,
  getAttribute,
  longTermKey,
  methods,
  type StunMessage,
  sealMessage,
  transactionKey,
} from '../../stun/index.ts';
import { alice, realm } from './turn-stage.ts';

/** Takes no byte more from its socket than the messages that somebody waits for: raw data may follow them. */
export class WireClient {
  readonly socket: Socket;
  /** Who waits for a message; null: whoever waits for an indication. */
  readonly #waiting = new Map<string | null, (message: StunMessage) => void>();
  readonly #indications: StunMessage[] = [];
  #reading = false;
  #nonce = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => socket.destroy());
  }

  static async open(to: Endpoint): Promise<WireClient> {
    const socket = connect(to.port, to.address);
    await once(socket, 'connect');
    return new WireClient(socket);
  }

  /** Logs in where the server wants that. */
  async ask(method: keyof typeof methods, attributes: readonly Attribute[]): Promise<StunMessage> {
    const answer = await this.#exchange(method, attributes);
    const code = getAttribute(answer, 'ERROR-CODE')?.code;
    if (code !== 401 && code !== 438) return answer;
    this.#nonce = getAttribute(answer, 'NONCE') ?? '';
    return this.#exchange(method, attributes);
  }

  indication(): Promise<StunMessage> {
    const early = this.#indications.shift();
    return early === undefined ? this.#message(null) : Promise.resolve(early);
  }

  #exchange(method: keyof typeof methods, attributes: readonly Attribute[]): Promise<StunMessage> {
    const transactionId = randomBytes(12);
    const login: Attribute[] = [
      { name: 'USERNAME', value: alice.username },
      { name: 'REALM', value: realm },
      { name: 'NONCE', value: this.#nonce },
    ];
    const message: StunMessage = {
      method: methods[method],
      class: 'request',
      transactionId,
      attributes: [...attributes, ...login],
    };
    const key = longTermKey(alice.username, realm, alice.password);
    this.socket.write(sealMessage(message, { key, algorithm: 'sha1' }));
    return this.#message(transactionKey(transactionId));
  }

  #message(key: string | null): Promise<StunMessage> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(key, resolve);
      if (!this.#reading) this.#read().catch(reject);
    });
  }

  async #read(): Promise<void> {
    this.#reading = true;
    while (this.#waiting.size > 0) {
      const header = await this.#bytes(20);
      const length = header.readUInt16BE(2);
      const rest = length === 0 ? Buffer.alloc(0) : await this.#bytes(length);
      const decoded = decodeMessage(Buffer.concat([header, rest]));
      if (!decoded.ok) throw new Error(decoded.problem);
      const { message } = decoded;
      const key = message.class === 'indication' ? null : transactionKey(message.transactionId);
      const taken = this.#waiting.get(key);
      this.#waiting.delete(key);
      if (taken !== undefined) taken(message);
      else if (key === null) this.#indications.push(message);
    }
    this.#reading = false;
  }

  async #bytes(count: number): Promise<Buffer> {
    for (;;) {
      const bytes: Buffer | null = this.socket.read(count);
      if (bytes !== null) return bytes;
      if (this.socket.readableEnded) throw new Error('the server has closed');
      await once(this.socket, 'readable');
    }
  }
}

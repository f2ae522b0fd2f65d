/** Packets in a stream: two bytes of length before each (RFC 4571 §2, as RFC 6544 §10.1 has it for ICE). */

export function frameOf(packet: Uint8Array): Uint8Array {
  const framed = new Uint8Array(2 + packet.length);
  framed[0] = packet.length >> 8;
  framed[1] = packet.length & 0xff;
  framed.set(packet, 2);
  return framed;
}

/** Holds less than one packet, which is 65 535 bytes at most. */
export class FrameReader {
  readonly #onPacket: (packet: Uint8Array) => void;
  #rest = new Uint8Array();

  constructor(onPacket: (packet: Uint8Array) => void) {
    this.#onPacket = onPacket;
  }

  push(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    let start = 0;
    while (start + 2 <= bytes.length) {
      const length = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
      if (start + 2 + length > bytes.length) break;
      this.#onPacket(bytes.slice(start + 2, start + 2 + length));
      start += 2 + length;
    }
    this.#rest = bytes.slice(start);
  }
}

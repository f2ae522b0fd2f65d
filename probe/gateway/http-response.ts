/** An HTTP/1.1 response as it comes in (RFC 9112), bounded in size, for one short text of a device nearby. */
import { readText } from '../../stun/text.ts';

export type HttpProgress =
  | { readonly kind: 'reading' }
  | { readonly kind: 'done'; readonly status: number; readonly body: string }
  | { readonly kind: 'broken'; readonly problem: string };

const maxHeadBytes = 8 * 1024;
const maxBytes = 128 * 1024;
/** RFC 9112 §7.1: a size in hexadecimal, and extensions that nobody uses. */
const chunkLine = /^([0-9a-fA-F]{1,6})[ \t]*(?:;.*)?$/;

const reading: HttpProgress = { kind: 'reading' };
const broken = (problem: string): HttpProgress => ({ kind: 'broken', problem });

/** How the end of the body is known (RFC 9112 §6.3). */
type Framing =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-closed' };

export class HttpResponseReader {
  private readonly bytes = new Uint8Array(maxBytes);
  private length = 0;
  private head: { readonly status: number; readonly framing: Framing } | null = null;
  /** Up to here everything has been looked at: behind the head, behind the last whole chunk. */
  private at = 0;
  private readonly chunks: Uint8Array[] = [];
  private progress: HttpProgress = reading;

  /** Every byte is looked at once, however small the pieces are. Never throws. */
  push(piece: Uint8Array): HttpProgress {
    if (this.progress.kind !== 'reading') return this.progress;
    if (this.length + piece.length > maxBytes) return this.settle(broken(`more than ${maxBytes} bytes`));
    this.bytes.set(piece, this.length);
    this.length += piece.length;
    return this.settle(this.head === null ? this.readHead() : this.readBody());
  }

  /** The stream has ended. */
  end(): HttpProgress {
    if (this.progress.kind !== 'reading') return this.progress;
    if (this.head?.framing.kind !== 'until-closed') return this.settle(broken('the answer is cut off'));
    return this.settle(this.done([this.bytes.subarray(this.at, this.length)]));
  }

  private settle(progress: HttpProgress): HttpProgress {
    this.progress = progress;
    return progress;
  }

  private readHead(): HttpProgress {
    const end = this.find(this.at, [13, 10, 13, 10]);
    if (end === null) {
      if (this.length > maxHeadBytes) return broken('no end of the header');
      // The end mark may lie across two pieces.
      this.at = Math.max(0, this.length - 3);
      return reading;
    }
    const [statusLine = '', ...fields] = this.text(this.bytes.subarray(0, end)).split('\r\n');
    const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1];
    if (status === undefined) return broken('not an HTTP response');
    const framing = framingOf(fields);
    if (framing === null) return broken('the length of the answer is not told in a way that can be read');
    this.head = { status: Number(status), framing };
    this.at = end + 4;
    return this.readBody();
  }

  private readBody(): HttpProgress {
    const framing = this.head?.framing;
    if (framing?.kind === 'chunked') return this.readChunks();
    if (framing?.kind !== 'length' || this.length < this.at + framing.bytes) return reading;
    return this.done([this.bytes.subarray(this.at, this.at + framing.bytes)]);
  }

  private readChunks(): HttpProgress {
    for (;;) {
      const lineEnd = this.find(this.at, [13, 10]);
      if (lineEnd === null) return this.length - this.at > 256 ? broken('a chunk without a size') : reading;
      const size = chunkLine.exec(this.text(this.bytes.subarray(this.at, lineEnd)))?.[1];
      if (size === undefined) return broken('a chunk without a size');
      const from = lineEnd + 2;
      const to = from + Number.parseInt(size, 16);
      // RFC 9112 §7.1: the last chunk is empty. Trailers behind it are of no interest.
      if (to === from) return this.done(this.chunks);
      if (to > maxBytes) return broken(`more than ${maxBytes} bytes`);
      if (this.length < to + 2) return reading;
      this.chunks.push(this.bytes.subarray(from, to));
      this.at = to + 2;
    }
  }

  private done(parts: readonly Uint8Array[]): HttpProgress {
    // Joined before decoding: a character may lie across two chunks.
    const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      body.set(part, at);
      at += part.length;
    }
    return { kind: 'done', status: this.head?.status ?? 0, body: this.text(body) };
  }

  private text(bytes: Uint8Array): string {
    return readText(bytes, 0, bytes.length, 'replace') ?? '';
  }

  private find(from: number, pattern: readonly number[]): number | null {
    for (let at = from; at + pattern.length <= this.length; at += 1) {
      if (pattern.every((byte, index) => this.bytes[at + index] === byte)) return at;
    }
    return null;
  }
}

function framingOf(fields: readonly string[]): Framing | null {
  const values = (name: string) =>
    fields.flatMap((line) => {
      const colon = line.indexOf(':');
      return line.slice(0, colon).toLowerCase() === name
        ? [
            line
              .slice(colon + 1)
              .trim()
              .toLowerCase(),
          ]
        : [];
    });
  const [coding] = values('transfer-encoding');
  // RFC 9112 §6.3: Transfer-Encoding goes before Content-Length.
  if (coding !== undefined) return coding === 'chunked' ? { kind: 'chunked' } : null;
  const lengths = new Set(values('content-length'));
  const [length] = lengths;
  if (length === undefined) return { kind: 'until-closed' };
  return lengths.size === 1 && /^\d{1,7}$/.test(length) ? { kind: 'length', bytes: Number(length) } : null;
}

/** The head of an HTTP/1.x response as it comes in (RFC 9112 §2, §4); what follows it may be another protocol. */
import { readText } from '../../stun/text.ts';

export type HttpHead =
  | { readonly kind: 'reading' }
  | {
      readonly kind: 'done';
      readonly status: number;
      readonly location: string | null;
      /** Bytes that came behind the head already. */
      readonly rest: Uint8Array;
    }
  | { readonly kind: 'broken' };

const maxHeadBytes = 8 * 1024;
const endOfHead = [13, 10, 13, 10];

export class HttpHeadReader {
  private bytes = new Uint8Array(0);

  /** Never throws; not to be called again once it is done or broken. */
  push(piece: Uint8Array): HttpHead {
    const joined = new Uint8Array(this.bytes.length + piece.length);
    joined.set(this.bytes);
    joined.set(piece, this.bytes.length);
    this.bytes = joined;
    const end = this.findEnd();
    if (end === null) return { kind: joined.length > maxHeadBytes ? 'broken' : 'reading' };
    const [statusLine = '', ...fields] = (readText(joined, 0, end, 'replace') ?? '').split('\r\n');
    const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1];
    if (status === undefined) return { kind: 'broken' };
    const location = fields.flatMap((line) => /^location:\s*(\S.*?)\s*$/i.exec(line)?.[1] ?? [])[0];
    const rest = joined.subarray(end + endOfHead.length);
    return { kind: 'done', status: Number(status), location: location?.slice(0, 300) ?? null, rest };
  }

  private findEnd(): number | null {
    const last = Math.min(this.bytes.length - endOfHead.length, maxHeadBytes);
    for (let at = 0; at <= last; at += 1) {
      if (endOfHead.every((byte, index) => this.bytes[at + index] === byte)) return at;
    }
    return null;
  }
}

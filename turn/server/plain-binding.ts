import { attributeTable, isComprehensionRequired } from '../../stun/attributes.ts';
import { paddingAfter, readUint16, readUint32, writeUint16 } from '../../stun/bytes.ts';
import { uncleared } from '../../stun/copy.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { checkFingerprint, closeWithFingerprint, fingerprintBytes } from '../../stun/integrity.ts';
import { headerBytes, magicCookie, methods, type StunMessage } from '../../stun/message.ts';
import { answerBinding, maxAmplification } from './binding-answer.ts';
import { type Corner, type CornerEndpoints, hasAlternate } from './corners.ts';

/** RFC 8489 s5: method Binding, class request and class success. */
const requestType = 0x0001;
const successType = 0x0101;
const mapped = attributeTable['XOR-MAPPED-ADDRESS'];
/** Of XOR-MAPPED-ADDRESS with its header (RFC 8489 s14.2). */
const mappedBytes = { ipv4: 12, ipv6: 24 } as const;

/**
 * Nearly every Binding request asks for its mapped address and nothing else. Such a one is answered here from its bytes,
 * without being decoded: the same answer that `answerBinding` gives, byte for byte, at a fraction of its price.
 */
export class PlainBinding {
  /** What stands behind XOR-MAPPED-ADDRESS: it is the same in every answer of one endpoint. */
  readonly #tail: Uint8Array;
  readonly #namedTail: Uint8Array;

  constructor(endpoints: CornerEndpoints, asked: Corner, software: string | null) {
    this.#tail = tailOf(endpoints, asked, null);
    this.#namedTail = tailOf(endpoints, asked, software);
  }

  /** Null: a request that wants more than its mapped address, or none at all. */
  answer(request: Uint8Array, source: Endpoint): Uint8Array | null {
    if (source.port === 0 || !isPlain(request)) return null;
    const check = request.length === headerBytes ? 'absent' : checkFingerprint(request);
    if (check === 'invalid') return null;
    const address = mappedBytes[familyOf(source.address)];
    const closing = check === 'valid' ? fingerprintBytes : 0;
    const named = headerBytes + address + this.#namedTail.length + closing;
    const tail = named <= maxAmplification * request.length ? this.#namedTail : this.#tail;
    const end = headerBytes + address + tail.length;
    const out = uncleared(end + closing);
    writeUint16(out, 0, successType);
    writeUint16(out, 2, out.length - headerBytes);
    for (let i = 4; i < headerBytes; i++) out[i] = request[i] ?? 0;
    writeUint16(out, headerBytes, mapped.code);
    writeUint16(out, headerBytes + 2, address - 4);
    mapped.codec.write(source, out, headerBytes + 4);
    if (tail.length > 0) out.set(tail, headerBytes + address);
    if (closing > 0) closeWithFingerprint(out, end);
    return out;
  }
}

/** A whole Binding request of today without any attribute that must be understood: those that may be ignored are. */
function isPlain(bytes: Uint8Array): boolean {
  if (bytes.length < headerBytes || readUint16(bytes, 0) !== requestType) return false;
  const length = readUint16(bytes, 2);
  if (bytes.length !== headerBytes + length || length % 4 !== 0) return false;
  if (readUint32(bytes, 4) !== magicCookie) return false;
  for (let at = headerBytes; at < bytes.length; ) {
    if (isComprehensionRequired(readUint16(bytes, at))) return false;
    const size = readUint16(bytes, at + 2);
    at += 4 + size + paddingAfter(size);
    if (at > bytes.length) return false;
  }
  return true;
}

/** Everything behind XOR-MAPPED-ADDRESS of the answer that a request without attributes gets. */
function tailOf(endpoints: CornerEndpoints, asked: Corner, software: string | null): Uint8Array {
  const message: StunMessage = {
    method: methods.binding,
    class: 'request',
    transactionId: new Uint8Array(12),
    attributes: [],
  };
  const { bytes } = answerBinding(endpoints, software, {
    message,
    // Large enough for SOFTWARE.
    wireBytes: headerBytes + 1024,
    source: { address: '192.0.2.1', port: 1 },
    asked,
    overStream: false,
    streamsEverywhere: false,
    withFingerprint: false,
    discovery: hasAlternate(endpoints),
  });
  return bytes.slice(headerBytes + mappedBytes.ipv4);
}

/**
 * RFC 3489 ("classic" STUN) has a 128-bit transaction id where RFC 8489 has the magic cookie and 96 bits. The
 * two differ in nothing else that matters here, so a classic request is read with the cookie put in, and its
 * answer gets the client's own four bytes back (RFC 8489 s11, RFC 3489 s11.1).
 */
const cookieOffset = 4;
const cookie = Uint8Array.of(0x21, 0x12, 0xa4, 0x42);
const headerBytes = 20;

/** The four bytes that a classic Binding request carries instead of the cookie; null for anything else. */
export function classicMark(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < headerBytes || bytes[0] !== 0x00 || bytes[1] !== 0x01) return null;
  const mark = bytes.slice(cookieOffset, cookieOffset + cookie.length);
  return mark.every((byte, index) => byte === cookie[index]) ? null : mark;
}

export function withCookie(bytes: Uint8Array): Uint8Array {
  return withMark(bytes, cookie);
}

export function withMark(bytes: Uint8Array, mark: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.set(mark, cookieOffset);
  return copy;
}

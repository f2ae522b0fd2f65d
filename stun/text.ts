/** UTF-8 in attribute values. Short ASCII, which is nearly everything on the wire, skips the general decoder. */

// ignoreBOM keeps a leading U+FEFF, so that what is read and written again stays byte for byte the same.
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const asciiPathBytes = 48;

/** Null when the bytes are not UTF-8; with `onError` "replace" bad bytes become U+FFFD instead. */
export function readText(
  bytes: Uint8Array,
  at: number,
  length: number,
  onError: 'reject' | 'replace' = 'reject',
): string | null {
  if (length <= asciiPathBytes) {
    let text = '';
    let i = 0;
    for (; i < length; i++) {
      const byte = bytes[at + i] ?? 0;
      if (byte > 0x7f) break;
      text += String.fromCharCode(byte);
    }
    if (i === length) return text;
  }
  const value = bytes.subarray(at, at + length);
  if (onError === 'replace') return lenientDecoder.decode(value);
  try {
    return strictDecoder.decode(value);
  } catch {
    return null;
  }
}

/** Returns the number of bytes written; throws RangeError when the text needs more than `maxBytes` or does not fit. */
export function writeText(text: string, out: Uint8Array, at: number, maxBytes: number): number {
  const room = Math.min(maxBytes, out.length - at);
  if (text.length <= asciiPathBytes && text.length <= room) {
    let i = 0;
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) break;
      out[at + i] = code;
    }
    if (i === text.length) return i;
  }
  const { read, written } = encoder.encodeInto(text, out.subarray(at, at + room));
  if (read < text.length) throw new RangeError(`text is longer than ${room} bytes`);
  return written;
}

/** IP literals ⇄ bytes. IPv4 is done here because it is on the hot path; IPv6 text is `ipaddr.js`'s business. */
import ipaddr from 'ipaddr.js';
import { readUint32, writeUint32 } from './bytes.ts';

/**
 * A program reads and writes the same few addresses again and again, so each way remembers the last address of every
 * slot, where the slot is a cheap mix of what differs most between addresses. A fixed size: peers cannot make it grow.
 */
interface KnownAddresses {
  readonly texts: string[];
  readonly numbers: Uint32Array;
}

/** A power of two. */
const slots = 256;
const nowhere = '0.0.0.0';

function knownAddresses(): KnownAddresses {
  return { texts: new Array<string>(slots).fill(nowhere), numbers: new Uint32Array(slots) };
}

const written = knownAddresses();

/**
 * Reads a dotted quad strictly and writes its four bytes: decimal numbers 0–255, no leading zeros (some systems read
 * them as octal), no shorthand. False when it is none; the bytes are then undefined.
 */
export function writeIpv4(text: string, out: Uint8Array, at: number): boolean {
  const last = text.length - 1;
  const slot = (text.charCodeAt(last) * 10 + text.charCodeAt(last - 1)) & (slots - 1);
  if (written.texts[slot] === text) {
    writeUint32(out, at, written.numbers[slot] ?? 0);
    return true;
  }
  if (!parseIpv4(text, out, at)) return false;
  written.texts[slot] = text;
  written.numbers[slot] = readUint32(out, at);
  return true;
}

function parseIpv4(text: string, out: Uint8Array, at: number): boolean {
  let octet = -1;
  let next = at;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) {
      if (octet < 0 || next === at + 3) return false;
      out[next++] = octet;
      octet = -1;
    } else {
      if (code < 0x30 || code > 0x39 || octet === 0) return false;
      octet = (octet < 0 ? 0 : octet * 10) + code - 0x30;
      if (octet > 255) return false;
    }
  }
  out[next] = octet;
  return octet >= 0 && next === at + 3;
}

const quad = new Uint8Array(4);

export function isIpv4(text: string): boolean {
  return writeIpv4(text, quad, 0);
}

const octetText = Array.from({ length: 256 }, (_, octet) => `${octet}`);
const octetAndDot = octetText.map((text) => `${text}.`);

const read = knownAddresses();

/** From a 32-bit number, signed or not. */
export function formatIpv4(address: number): string {
  const slot = (address ^ (address >>> 8)) & (slots - 1);
  const unsigned = address >>> 0;
  if (read.numbers[slot] !== unsigned) {
    read.numbers[slot] = unsigned;
    read.texts[slot] = spellIpv4(address);
  }
  return read.texts[slot] ?? nowhere;
}

function spellIpv4(address: number): string {
  const a = octetAndDot[address >>> 24] ?? '';
  const b = octetAndDot[(address >>> 16) & 0xff] ?? '';
  const c = octetAndDot[(address >>> 8) & 0xff] ?? '';
  return a + b + c + (octetText[address & 0xff] ?? '');
}

/** The 16 bytes of an IPv6 literal; null when the text is none. A zone (`%eth0`) is not part of the address. */
export function parseIpv6(text: string): readonly number[] | null {
  const zone = text.indexOf('%');
  const literal = zone < 0 ? text : text.slice(0, zone);
  return literal.includes(':') && ipaddr.IPv6.isValid(literal)
    ? ipaddr.IPv6.parse(literal).toByteArray()
    : null;
}

/**
 * RFC 5952 text. IPv4-mapped addresses keep their dotted quad (RFC 5952 s5), as operating systems print them, so
 * that an address read from a packet compares equal to the one the kernel reports.
 */
export function formatIpv6(bytes: readonly number[]): string {
  const address = new ipaddr.IPv6([...bytes]);
  return address.isIPv4MappedAddress()
    ? `::ffff:${address.toIPv4Address().toString()}`
    : address.toRFC5952String();
}

/** The one spelling of an IP literal that endpoints are compared by; null when the text is no IP literal. */
export function canonicalAddress(text: string): string | null {
  if (isIpv4(text)) return text;
  const bytes = parseIpv6(text);
  return bytes === null ? null : formatIpv6(bytes);
}

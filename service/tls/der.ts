/** DER (ITU-T X.690 §10) of the types that a certificate is made of. Pure. */

/** Universal tags; constructed ones with their bit (X.690 §8.1.2.5). */
const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `tag`: one octet. */
export function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(content.length)]), content]);
}

/** X.690 §8.1.3: one octet below 128, else the number of octets that follow. */
function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(tags.sequence, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => tagged(tags.set, ...parts);
export const octetString = (content: Uint8Array): Buffer => tagged(tags.octetString, content);
export const utf8 = (text: string): Buffer => tagged(tags.utf8, Buffer.from(text));
export const truth = (): Buffer => tagged(tags.boolean, Buffer.from([0xff]));

/** Not negative, most significant octet first. */
export function integer(octets: Uint8Array): Buffer {
  const first = octets.findIndex((octet) => octet !== 0);
  const shortest = first < 0 ? Buffer.from([0]) : octets.subarray(first);
  // X.690 §8.3.3: a first bit of 1 would make it negative.
  const sign = (shortest[0] ?? 0) >= 0x80 ? [Buffer.from([0])] : [];
  return tagged(tags.integer, ...sign, shortest);
}

/** `unused`: bits at the end of the last octet that are not part of it. */
export function bitString(octets: Uint8Array, unused = 0): Buffer {
  return tagged(tags.bitString, Buffer.from([unused]), octets);
}

/** `1.2.840.10045.4.3.2` (X.690 §8.19): the first two arcs in one number, seven bits to an octet. */
export function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...others] = text.split('.').map(Number);
  const octets = [first * 40 + second, ...others].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let rest = arc >>> 7; rest > 0; rest >>>= 7) septets.unshift((rest & 0x7f) | 0x80);
    return septets;
  });
  return tagged(tags.objectId, Buffer.from(octets));
}

/** RFC 5280 §4.1.2.5: two digits of the year through 2049, four from then on; UTC, to the second. */
export function time(at: Date): Buffer {
  const digits = `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return at.getUTCFullYear() < 2050
    ? tagged(tags.utcTime, Buffer.from(digits.slice(2)))
    : tagged(tags.generalizedTime, Buffer.from(digits));
}

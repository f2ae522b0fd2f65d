/**
 * Finds any of many secrets in bytes in one pass, however many there are: a hash of the eight bytes at each place says
 * whether one of them may begin there. Pure.
 */

/** A shorter one would be found where nobody wrote it. */
export const leastLength = 8;
const filterBits = 2 ** 24;

export class SecretIndex {
  #filter = new Uint8Array(filterBits / 8);
  /** By hash of the first eight bytes. */
  #starts = new Map();
  #known = new Set();

  /** All forms of it; `name` says whose it is, and never what it is. */
  add(name, secret) {
    for (const form of formsOf(secret)) this.#addForm(name, form);
  }

  #addForm(name, form) {
    if (form.length < leastLength || this.#known.has(form)) return;
    this.#known.add(form);
    const bytes = Buffer.from(form);
    const hash = mix(bytes.readInt32LE(0), bytes.readInt32LE(4));
    const bit = hash >>> 8;
    this.#filter[bit >>> 3] |= 1 << (bit & 7);
    const others = this.#starts.get(hash);
    if (others === undefined) this.#starts.set(hash, [{ name, bytes }]);
    else others.push({ name, bytes });
  }

  /** @returns {{name: string, start: number, end: number}[]} in the order of their starts */
  find(bytes) {
    const found = [];
    if (bytes.length < leastLength) return found;
    let low = bytes.readInt32LE(0);
    let high = bytes.readInt32LE(4);
    const last = bytes.length - leastLength;
    for (let at = 0; ; at += 1) {
      const hash = mix(low, high);
      const bit = hash >>> 8;
      if (this.#filter[bit >>> 3] & (1 << (bit & 7))) {
        for (const { name, bytes: secret } of this.#starts.get(hash) ?? []) {
          const end = at + secret.length;
          if (end <= bytes.length && bytes.compare(secret, 0, secret.length, at, end) === 0)
            found.push({ name, start: at, end });
        }
      }
      if (at === last) return found;
      low = (low >>> 8) | (bytes[at + 4] << 24);
      high = (high >>> 8) | (bytes[at + 8] << 24);
    }
  }
}

function mix(low, high) {
  const both = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return Math.imul(both ^ (both >>> 15), 0x2c1b3c6d) >>> 0;
}

/** As it is, in JSON, in a URL's path, in a form or query, and in base64, wherever in the encoded text it begins. */
export function formsOf(secret) {
  const inBase64 = [0, 1, 2].flatMap((before) => base64Of(secret, before));
  // The same everywhere, as most that are made at random.
  if (/^[\w-]*$/.test(secret)) return [secret, ...inBase64];
  const form = String(new URLSearchParams({ secret })).slice('secret='.length);
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), form, ...inBase64];
}

/** The characters that hold nothing but the secret, when `before` bytes (modulo 3) stand before it. */
function base64Of(secret, before) {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const text = bytes
    .toString('base64')
    .slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
}

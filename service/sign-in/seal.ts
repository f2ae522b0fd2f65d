/** Texts that a browser keeps for the service and can neither read nor change (AES-256-GCM, NIST SP 800-38D). */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Of the nonce: 96 bits, random for each text. One key seals far fewer than the 2^32 texts for which that is safe (§8.3). */
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

export class Seal {
  readonly #key: Uint8Array;

  /** @param secret the same on all nodes of a fleet: one seals, another opens */
  constructor(secret: string, purpose: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
  }

  seal(text: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce, { authTagLength: tagBytes });
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return sealed.toString('base64url');
  }

  /** Null: this seal did not make it. */
  open(sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < nonceBytes + tagBytes) return null;
    const [nonce, tag] = [bytes.subarray(0, nonceBytes), bytes.subarray(-tagBytes)];
    const decipher = createDecipheriv(algorithm, this.#key, nonce, { authTagLength: tagBytes });
    decipher.setAuthTag(tag);
    try {
      const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8');
      return text + decipher.final('utf8');
    } catch {
      return null;
    }
  }
}

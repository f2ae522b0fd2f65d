import { keyPattern, keyPrefix } from '../access/keys.ts';
import { shortenAddresses } from './shorten-addresses.ts';

/** Host of a STUN, TURN (RFC 7064, RFC 7065) or HTTP address. */
const uriHost = /\b(stuns?:|turns?:|https?:\/\/)([A-Za-z0-9][A-Za-z0-9.-]*)/gi;
/** Names that browsers make up for their own addresses (RFC 8828 §3.2). */
const mdnsName = /(?<![\w.-])[A-Za-z0-9-]+\.local(?![\w-])/gi;

/** Fields whose values only look like addresses: versions; and what a TURN check says by itself of special networks. */
const untouched = new Set(['userAgent', 'version', 'software', 'sent', 'expected']);

/**
 * Takes addresses, host names and API keys out of texts. Each name gets a number, the same in every text of one redactor, so that
 * a reader still sees which is which: `turn:host-1.invalid` (RFC 2606 §2), `host-2.local`.
 */
export class Redactor {
  readonly #names = new Map<string, string>();

  /** Gives a name its number, so that it is taken out wherever it stands, not only in addresses. */
  learn(name: string): void {
    // A name without a dot may be any word of the report.
    if (name.includes('.') && !isAddress(name)) this.#nameOf(name);
  }

  text(text: string): string {
    const withoutUris = text
      .replace(keyPattern, `${keyPrefix}removed`)
      .replace(uriHost, (_all, scheme: string, host: string) => `${scheme}${this.#hostOf(host)}`)
      .replace(mdnsName, (name) => this.#nameOf(name));
    let clean = withoutUris;
    for (const [name, stand] of this.#names) {
      if (name.includes('.')) clean = clean.replaceAll(wholeName(name), stand);
    }
    return shortenAddresses(clean);
  }

  /** Every text in a JSON value, keys included: some tables are keyed by address. */
  value(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        this.text(key),
        untouched.has(key) ? item : this.#field(key, item),
      ]),
    );
  }

  /** A host without a dot could be any word, but not where only hosts stand. */
  #field(key: string, value: unknown): unknown {
    return key === 'host' && typeof value === 'string'
      ? shortenAddresses(this.#hostOf(value))
      : this.value(value);
  }

  #hostOf(host: string): string {
    return isAddress(host) || isOurs(host) ? host : this.#nameOf(host);
  }

  #nameOf(name: string): string {
    const key = name.toLowerCase();
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    if (isOurs(key)) return name;
    const stand = `host-${this.#names.size + 1}.${key.endsWith('.local') ? 'local' : 'invalid'}`;
    this.#names.set(key, stand);
    return stand;
  }
}

function isAddress(host: string): boolean {
  return /^[\d.]+x?$/.test(host) || host.includes(':');
}

/** Already taken out. */
function isOurs(name: string): boolean {
  return /^host-\d+\.(?:local|invalid)$/i.test(name);
}

function wholeName(name: string): RegExp {
  return new RegExp(`(?<![\\w.-])${name.replace(/[.\\-]/g, '\\$&')}(?![\\w-])`, 'gi');
}

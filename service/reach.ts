/** Whom this host never talks to, whoever names the address: in probes, TURN checks and as an ICE candidate. */
import ipaddr from 'ipaddr.js';
import { failure } from '../contract/failures.ts';
import { type Resolved, resolveHost } from '../probe/io/resolve.ts';

type Address = ReturnType<typeof ipaddr.parse>;
export type Resolve = (host: string, signal?: AbortSignal) => Promise<Resolved>;

export class Reach {
  readonly #denied: readonly (readonly [Address, number])[];
  readonly #lookUp: Resolve;

  /**
   * @param deny addresses and CIDR ranges, as the configuration’s schema has checked them
   * @param lookUp what the operating system knows, unless a test says otherwise
   */
  constructor(deny: readonly string[], lookUp: Resolve = resolveHost) {
    this.#denied = deny.map(rangeOf);
    this.#lookUp = lookUp;
  }

  /** Also where it stands inside another address. A text that is no address is refused. */
  readonly refuses = (address: string): boolean =>
    !ipaddr.isValid(address) || formsOf(ipaddr.parse(address)).some((form) => this.#isDenied(form));

  /**
   * Name to addresses that may be talked to. Callers send to these very addresses, so a name cannot mean something
   * else a moment later (DNS rebinding).
   */
  readonly resolve: Resolve = async (host, signal) => {
    const resolved = await this.#lookUp(host, signal);
    if (!resolved.ok) return resolved;
    const addresses = resolved.addresses.filter((address) => !this.refuses(address));
    if (addresses.length > 0) return { ok: true, addresses };
    return { ok: false, failure: failure('address-forbidden', resolved.addresses.join(', ')) };
  };

  #isDenied(form: Address): boolean {
    return this.#denied.some(([first, bits]) => first.kind() === form.kind() && form.match([first, bits]));
  }
}

function rangeOf(text: string): readonly [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** The address, and the IPv4 address in it: IPv4-mapped (RFC 4291 §2.5.5.2), 6to4 (RFC 3056 §2), NAT64 (RFC 6052 §2.1). */
function formsOf(address: Address): Address[] {
  if (address.kind() === 'ipv4') return [address];
  const bytes = address.toByteArray();
  switch (address.range()) {
    case 'ipv4Mapped':
    case 'rfc6052':
      return [address, ipaddr.fromByteArray(bytes.slice(12))];
    case '6to4':
      return [address, ipaddr.fromByteArray(bytes.slice(2, 6))];
    default:
      return [address];
  }
}

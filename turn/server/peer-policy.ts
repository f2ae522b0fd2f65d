import { type AddressRange, contains, parseAddress, parseCidr, specialRanges } from '../lint/address.ts';

export interface PeerRules {
  /** Addresses and CIDR ranges that clients may reach although they are refused by default. */
  readonly allow: readonly string[];
  /** Addresses and CIDR ranges refused besides the defaults. */
  readonly deny: readonly string[];
  /** Peer ports below this are refused: DNS, NTP and the like answer whoever a client wants to harm. */
  readonly lowestPort: number;
}

interface Rule {
  readonly range: AddressRange;
  /** Null: allowed. */
  readonly refusedAs: string | null;
  readonly by: 'operator' | 'default';
}

/** Verdicts remembered at the same time. */
const maxJudged = 4096;

/** Ranges beyond IANA’s table of special ones. */
const moreRefused = [
  { cidr: '168.63.129.16/32', what: 'cloud metadata (Azure)' },
  { cidr: '2001::/23', what: 'protocol assignments' },
] as const;

/**
 * Whom clients may talk to through the relay. The narrowest range that holds an address decides: a range that
 * allows much does not open a refused one inside it; naming that one does. Between equals a rule of the operator
 * beats a default, and refusing beats allowing.
 */
export class PeerPolicy {
  /** Narrowest first; among equals the one that decides. */
  readonly #rules: readonly Rule[];
  readonly #lowestPort: number;
  /** Data of peers on our own addresses are judged packet by packet. */
  readonly #judged = new Map<string, string | null>();

  /** @param own addresses of this host: what listens there is nobody’s peer. Throws RangeError on a bad range. */
  constructor({ allow, deny, lowestPort }: PeerRules, own: readonly string[]) {
    this.#lowestPort = lowestPort;
    const byDefault = (text: string, refusedAs: string): Rule => {
      return { range: rangeOf(text), refusedAs, by: 'default' };
    };
    const byOperator = (text: string, refusedAs: string | null): Rule => {
      return { range: rangeOf(text), refusedAs, by: 'operator' };
    };
    const rules = [
      ...deny.map((text) => byOperator(text, `refused by peers.deny ${text}`)),
      ...allow.map((text) => byOperator(text, null)),
      ...own.map((text) => byDefault(text, 'this server’s own address')),
      ...[...specialRanges, ...moreRefused].map(({ cidr, what }) => byDefault(cidr, what)),
    ];
    // Sorting is stable, so equals stay in the order in which they are listed here.
    this.#rules = rules.sort((a, b) => compare(size(a.range), size(b.range)));
  }

  /** Why the address is refused; null: it is not. */
  refusal(address: string): string | null {
    const before = this.#judged.get(address);
    if (before !== undefined) return before;
    const judged = verdict(this.#rules, address);
    if (this.#judged.size >= maxJudged) this.#judged.clear();
    this.#judged.set(address, judged);
    return judged;
  }

  /** The same for an address that the defaults do not concern. */
  operatorRefusal(address: string): string | null {
    const rules = this.#rules.filter(({ by }) => by === 'operator');
    return verdict(rules, address);
  }

  /** RFC 8656 s10.2 and s12.2 leave it to local policy which peers are forbidden (403). */
  refusalOfPort(port: number): string | null {
    return port < this.#lowestPort ? `port below ${this.#lowestPort}` : null;
  }
}

function verdict(rules: readonly Rule[], address: string): string | null {
  const parsed = parseAddress(address);
  if (parsed === null) return 'no address';
  return rules.find(({ range }) => contains(range, parsed))?.refusedAs ?? null;
}

/** A CIDR range, or one address as a range of its own; null when the text is neither. */
export function parseRange(text: string): AddressRange | null {
  const address = parseAddress(text);
  if (address === null) return parseCidr(text);
  return { bits: address.bits, first: address.value, last: address.value };
}

function rangeOf(text: string): AddressRange {
  const range = parseRange(text);
  if (range === null) throw new RangeError(`${text} is neither an address nor a CIDR range`);
  return range;
}

function size({ first, last }: AddressRange): bigint {
  return last - first;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

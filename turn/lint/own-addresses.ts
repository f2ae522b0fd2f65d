/** The server's own addresses, as far as the file names them. */
import { type Address, parseAddress, specialUse } from './address.ts';
import type { LintConfig } from './config.ts';
import type { ConfEntry } from './parse-conf.ts';

export interface ExternalAddress {
  readonly entry: ConfEntry;
  readonly publicText: string;
  readonly publicAddress: Address | null;
  /** null: the plain form. */
  readonly privateText: string | null;
  readonly privateAddress: Address | null;
}

export function externalAddresses(config: LintConfig): ExternalAddress[] {
  return config.all('external-ip').map((entry) => {
    const value = entry.value ?? '';
    const slash = value.indexOf('/');
    const publicText = slash < 0 ? value : value.slice(0, slash);
    const privateText = slash < 0 ? null : value.slice(slash + 1);
    return {
      entry,
      publicText,
      publicAddress: parseAddress(publicText),
      privateText,
      privateAddress: privateText === null ? null : parseAddress(privateText),
    };
  });
}

/** Addresses that relayed ports are opened on: relay-ip, or listening-ip where there is none. Empty: all. */
export function relayAddresses(config: LintConfig): ConfEntry[] {
  const relay = config.all('relay-ip');
  return relay.length > 0 ? relay : config.all('listening-ip');
}

export interface OwnPeerAddress {
  readonly text: string;
  readonly address: Address;
  /** The private address behind a plain external-ip. */
  readonly translated: boolean;
}

/**
 * What the peer rules see when a client names the server's own relayed address: coturn translates external-ip to the
 * private address first. With external-ip=PUBLIC/PRIVATE it allows that by itself.
 */
export function ownPeerAddresses(config: LintConfig): OwnPeerAddress[] {
  const external = externalAddresses(config).filter(({ publicAddress }) => publicAddress !== null);
  const isPlain = external.some(({ privateText }) => privateText === null);
  const named = relayAddresses(config).map(({ value }) => value ?? '');
  const texts = named.length > 0 ? named : external.map(({ publicText }) => publicText);
  return [...new Set(texts)].flatMap((text) => {
    const address = parseAddress(text);
    if (address === null) return [];
    const isPublic = specialUse(address) === null;
    if (!isPublic && !isPlain) return [];
    return [{ text, address, translated: !isPublic }];
  });
}

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

export function publicAddresses(config: LintConfig): { text: string; address: Address }[] {
  const texts = [
    ...externalAddresses(config).map(({ publicText }) => publicText),
    ...relayAddresses(config).map(({ value }) => value ?? ''),
  ];
  return [...new Set(texts)].flatMap((text) => {
    const address = parseAddress(text);
    return address === null || specialUse(address) !== null ? [] : [{ text, address }];
  });
}

/** Which address the relay hands out. */
import { parseAddress, specialUse } from '../address.ts';
import { externalAddresses, relayAddresses } from '../own-addresses.ts';
import { at, atValue, type Rule } from '../rule.ts';

const externalFix = 'external-ip=<public address>';

function wildcard(text: string): boolean {
  return ['0.0.0.0', '::', '0'].includes(text);
}

export const addressRules: readonly Rule[] = [
  {
    number: 25,
    name: 'relay-address-private',
    severity: 'critical',
    title: 'The relayed address is private',
    why: 'The client gets the server’s private address as its relayed one. Calls ring, and no media arrives.',
    fix: 'external-ip=<public address>, or <public>/<private> with several addresses.',
    check(config) {
      if (config.isOn('stun-only')) return [];
      const external = externalAddresses(config).filter(({ publicAddress }) => publicAddress !== null);
      if (external.some(({ privateText }) => privateText === null)) return [];
      return relayAddresses(config).flatMap((entry) => {
        const address = parseAddress(entry.value ?? '');
        const use = address === null ? null : specialUse(address);
        if (address === null || use === null || wildcard(entry.value ?? '')) return [];
        const mapped = external.some(({ privateAddress }) => privateAddress?.value === address.value);
        if (mapped) return [];
        const message = `Clients get ${entry.value} (${use}) as their relayed address; nobody outside can send there.`;
        return [atValue(entry, message, externalFix)];
      });
    },
  },
  {
    number: 26,
    name: 'external-ip-malformed',
    severity: 'critical',
    title: 'external-ip is no address',
    why: 'coturn ignores external-ip with a comment behind it and does not follow a host name; clients then get the private address.',
    fix: externalFix,
    check(config) {
      return externalAddresses(config).flatMap(
        ({ entry, publicText, publicAddress, privateText, privateAddress }) => {
          // A comment or a semicolon behind the address is found by rule 5 or 9.
          if (/#|;$/.test(entry.value ?? '')) return [];
          if (publicAddress !== null && (privateText === null || privateAddress !== null)) return [];
          const wrong = publicAddress === null ? publicText : privateText;
          return [atValue(entry, `“${wrong ?? ''}” is no IP address.`, externalFix)];
        },
      );
    },
  },
  {
    number: 27,
    name: 'external-ip-not-public',
    severity: 'critical',
    title: 'external-ip is not a public address',
    why: 'The address is what peers send to. A private, shared or documentation address leads nowhere.',
    fix: externalFix,
    check(config) {
      return externalAddresses(config).flatMap(({ entry, publicAddress, publicText }) => {
        const use = publicAddress === null ? null : specialUse(publicAddress);
        if (use === null) return [];
        return [atValue(entry, `${publicText} is not public (${use}).`, externalFix)];
      });
    },
  },
  {
    number: 28,
    name: 'external-ip-repeated',
    severity: 'high',
    title: 'A second plain external-ip, or one for several relay addresses',
    why: 'coturn takes the first plain external-ip and ignores the others; one plain address cannot stand for several relay addresses.',
    fix: 'One external-ip=<public>/<private> per relay address.',
    check(config) {
      const plain = externalAddresses(config).filter(({ privateText }) => privateText === null);
      const fix = 'external-ip=<public>/<private>, one line per relay address';
      const repeated = plain
        .slice(1)
        .map(({ entry }) => at(entry, 'A second plain external-ip is ignored.', fix));
      const [first] = plain;
      const families = new Set<number>();
      const several = config.all('relay-ip').some(({ value }) => {
        const bits = parseAddress(value ?? '')?.bits ?? 0;
        if (families.has(bits)) return true;
        families.add(bits);
        return false;
      });
      if (first === undefined || !several) return repeated;
      const message = 'One plain external-ip for several relay addresses of one family.';
      return [at(first.entry, message, fix), ...repeated];
    },
  },
  {
    number: 29,
    name: 'external-ip-opens-private',
    severity: 'high',
    title: 'external-ip=PUBLIC/PRIVATE allows the private address as a peer',
    why: 'coturn puts the private half on its allow list, above every deny rule: clients reach all services on the server’s own private address.',
    fix: 'The plain form where there is one relay address; else, and where relay to relay is needed, a host firewall for the private address.',
    check(config) {
      return externalAddresses(config).flatMap(
        ({ entry, publicText, publicAddress, privateText, privateAddress }) => {
          if (publicAddress === null || privateAddress === null) return [];
          const message = `Clients may relay to ${privateText} whatever denied-peer-ip says.`;
          const several = config.all('external-ip').length > 1;
          const fix = several
            ? `Drop traffic from the relay to ${privateText} by the host firewall.`
            : `external-ip=${publicText} (with relay-ip=${privateText}), or a host firewall for ${privateText}. Relay to relay needs ${privateText} allowed, where it is denied: then the firewall is what is left`;
          return [atValue(entry, message, fix)];
        },
      );
    },
  },
  {
    number: 68,
    name: 'wildcard-without-relay-ip',
    severity: 'high',
    title: 'Listening on the wildcard address without relay-ip',
    why: 'coturn then also relays from the wildcard: the log says “Relay address to use: 0.0.0.0”, and clients get an address that is none.',
    fix: 'listening-ip and relay-ip with the server’s real addresses.',
    check(config) {
      if (config.all('relay-ip').some(({ value }) => !wildcard(value ?? ''))) return [];
      return [...config.all('listening-ip'), ...config.all('relay-ip')]
        .filter(({ value }) => wildcard(value ?? ''))
        .map((entry) =>
          atValue(entry, 'The relayed address would be the wildcard.', 'relay-ip=<address of this host>'),
        );
    },
  },
  {
    number: 66,
    name: 'alternate-server-wrong',
    severity: 'medium',
    title: 'alternate-server leads nowhere or back',
    why: 'Clients follow it (RFC 8489 section 14.15). To itself they loop, to a private address they time out, and a host name cannot be carried.',
    fix: 'alternate-server=<public address of another server>:<port>',
    check(config) {
      const own = new Set([
        ...externalAddresses(config).map(({ publicText }) => publicText),
        ...config.all('listening-ip').map(({ value }) => value ?? ''),
      ]);
      const names = [
        'alternate-server',
        'tls-alternate-server',
        'tcp-alternate-server',
        'udp-alternate-server',
      ];
      return config.all(...names).flatMap((entry) => {
        const value = entry.value ?? '';
        const bracket = /^\[([^\]]*)\]/.exec(value)?.[1];
        const host = bracket ?? (value.split(':').length > 2 ? value : (value.split(':')[0] ?? ''));
        const address = parseAddress(host);
        const fix = `${entry.option}=<public address of another server>:<port>`;
        if (address === null) return [atValue(entry, `“${host}” is no IP address.`, fix)];
        if (own.has(host)) return [atValue(entry, 'The server sends clients to itself.', fix)];
        const use = specialUse(address);
        return use === null ? [] : [atValue(entry, `${host} is not public (${use}).`, fix)];
      });
    },
  },
];

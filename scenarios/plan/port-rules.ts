import { chain } from './nft-text.ts';

/** A port that clients are told, and the one where the server listens for it. */
export interface PortPlay {
  readonly protocol: 'udp' | 'tcp';
  readonly named: number;
  readonly real: number;
}

/** For the namespace of the server: what comes to a named port goes to the real one. Nothing to do: empty. */
export function portRules(addresses: readonly string[], plays: readonly PortPlay[]): string {
  const moved = plays.filter(({ named, real }) => named !== real);
  if (moved.length === 0) return '';
  const rules = addresses.flatMap((address) => {
    const [family, to] = address.includes(':') ? ['ip6', `[${address}]`] : ['ip', address];
    return moved.map(
      ({ protocol, named, real }) =>
        `${family} daddr ${address} ${protocol} dport ${named} dnat ${family} to ${to}:${real}`,
    );
  });
  return [
    '# ports that the application names',
    'table inet polynya_ports {',
    chain('pre', 'type nat hook prerouting priority dstnat', [...new Set(rules)]),
    '}',
    '',
  ].join('\n');
}

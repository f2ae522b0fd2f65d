/** Which transports the server’s file turns on, and on which ports. */
import type { Transport } from '../../../stun/machine.ts';
import type { LintConfig } from '../config.ts';
import { hasTls } from '../rules/listeners.ts';

/** null: it is there. */
export type Offers = Readonly<Record<Transport, { readonly why: string; readonly fix: string } | null>>;

export function offersOf(config: LintConfig): Offers {
  return {
    udp: config.isOn('no-udp') ? { why: 'no-udp is set', fix: 'Remove no-udp, or this URI.' } : null,
    tcp: config.isOn('no-tcp') ? { why: 'no-tcp is set', fix: 'Remove no-tcp, or this URI.' } : null,
    tls: tlsObstacle(config),
  };
}

function tlsObstacle(config: LintConfig): Offers['tls'] {
  if (hasTls(config)) return null;
  // A proxy may end TLS before the server; it then speaks to this port.
  if (config.last('tcp-proxy-port') !== undefined) return null;
  if (config.isOn('no-tls')) {
    return { why: 'no-tls is set', fix: 'Remove no-tls and give cert and pkey, or take this URI out.' };
  }
  return {
    why: 'the server has no cert and pkey, so it speaks no TLS',
    fix: 'cert=<fullchain.pem>\npkey=<key.pem>\nor take this URI out.',
  };
}

/** The usual one first. coturn tells TLS from plain TCP by its first bytes, on every one of its stream ports. */
export function portsFor(config: LintConfig, transport: Transport): number[] {
  const plain = [config.number('listening-port') ?? 3478, config.number('alt-listening-port')];
  const tls = hasTls(config)
    ? [config.number('tls-listening-port') ?? 5349, config.number('alt-tls-listening-port')]
    : [];
  const further = config
    .all('aux-server')
    .map(({ value }) => Number(/:(\d+)$/.exec(value ?? '')?.[1] ?? Number.NaN));
  const ports =
    transport === 'udp'
      ? [...plain, ...further]
      : transport === 'tcp'
        ? [...plain, ...tls, ...further]
        : [...tls, ...plain, ...further, config.number('tcp-proxy-port')];
  return [...new Set(ports.filter((port) => port !== undefined && !Number.isNaN(port)))].filter(
    (port) => port !== undefined,
  );
}

import { chain } from './nft-text.ts';

/**
 * Independent random loss of UDP in both directions, for the forward path of the core namespace: behind the senders'
 * NATs, so that a lost packet has made its mapping, as on the Internet.
 * @param lossRate 0 (exclusive) to 1; resolution 1/10 000
 * @throws RangeError outside that range
 */
export function lossRules(lossRate: number): string {
  const perTenThousand = Math.round(lossRate * 10_000);
  if (!(perTenThousand >= 1 && perTenThousand <= 10_000)) {
    throw new RangeError('lossRate must be between 0.0001 and 1');
  }
  return [
    `# ${perTenThousand / 100} % of all UDP packets, each decided by itself`,
    'table ip polynya_loss {',
    chain('forward', 'type filter hook forward priority filter - 20', [
      `meta l4proto udp numgen random mod 10000 < ${perTenThousand} drop`,
    ]),
    '}',
    '',
  ].join('\n');
}

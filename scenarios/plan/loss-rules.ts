import { chain } from './nft-text.ts';

/**
 * Independent random loss of UDP in both directions, for the forward path of the core namespace: behind the senders'
 * NATs, so that a lost packet has made its mapping, as on the Internet.
 * @param lossRate 0 (exclusive) to 1; resolution 1/10 000
 * @throws RangeError outside that range
 */
export function lossRules(lossRate: number): string {
  const share = perTenThousand(lossRate);
  return [
    `# ${share / 100} % of all UDP packets, each decided by itself`,
    'table ip polynya_loss {',
    chain('forward', 'type filter hook forward priority filter - 20', [`meta l4proto udp ${one(share)}`]),
    '}',
    '',
  ].join('\n');
}

/**
 * The same on the line of one site only, either direction by itself.
 * @param name part of the table's name
 * @param devices of the core namespace, that the site hangs on
 */
export function siteLossRules(
  name: string,
  devices: readonly string[],
  loss: { readonly up: number; readonly down: number },
): string {
  const line = `{ ${devices.map((device) => `"${device}"`).join(', ')} }`;
  return [
    `# loss on the line of ${name}`,
    `table ip polynya_loss_${name} {`,
    chain('forward', 'type filter hook forward priority filter - 20', [
      ...(loss.up > 0 ? [`iifname ${line} meta l4proto udp ${one(perTenThousand(loss.up))}`] : []),
      ...(loss.down > 0 ? [`oifname ${line} meta l4proto udp ${one(perTenThousand(loss.down))}`] : []),
    ]),
    '}',
    '',
  ].join('\n');
}

function one(share: number): string {
  // nftables refuses a comparison that always holds.
  return share === 10_000 ? 'drop' : `numgen random mod 10000 < ${share} drop`;
}

function perTenThousand(lossRate: number): number {
  const share = Math.round(lossRate * 10_000);
  if (!(share >= 1 && share <= 10_000)) throw new RangeError('lossRate must be between 0.0001 and 1');
  return share;
}

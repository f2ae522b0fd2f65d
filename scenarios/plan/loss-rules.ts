import { type LossChances, type LossSpec, lossChances } from './line-spec.ts';
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
    'table inet polynya_loss {',
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
export function siteLossRules(name: string, devices: readonly string[], loss: LossSpec): string {
  const line = `{ ${devices.map((device) => `"${device}"`).join(', ')} }`;
  const burst = loss.burst ?? 1;
  const ways = [
    { way: 'up', from: `iifname ${line}`, share: loss.up },
    { way: 'down', from: `oifname ${line}`, share: loss.down },
  ].filter(({ share }) => share > 0);
  const inBursts = burst > 1 ? ways.filter(({ share }) => share < 1) : [];
  return [
    `# loss on the line of ${name}`,
    `table inet polynya_loss_${name} {`,
    ...inBursts.flatMap(({ way, share }) => burstChain(way, lossChances(share, burst))),
    chain(
      'forward',
      'type filter hook forward priority filter - 20',
      ways.map(({ way, from, share }) => {
        const lose = burst > 1 && share < 1 ? `jump ${way}` : one(perTenThousand(share));
        return `${from} meta l4proto udp ${lose}`;
      }),
    ),
    '}',
    '',
  ].join('\n');
}

/** Chances are compared with a number below this. */
const fine = 1_000_000;

/**
 * A set with one element, which is there while packets of this direction are being lost. It has room for more because the
 * kernel counts what was deleted until it collects garbage, once a second.
 */
function burstChain(way: string, { begin, end }: LossChances): string[] {
  const chance = (of: number) => Math.max(1, Math.min(fine - 1, Math.round(of * fine)));
  const losing = `lost_${way}`;
  return [
    `  set ${losing} { type inet_proto; flags dynamic; size 65535; }`,
    chain(way, '', [
      `meta l4proto @${losing} numgen random mod ${fine} >= ${chance(end)} drop`,
      `meta l4proto @${losing} delete @${losing} { meta l4proto } return`,
      `numgen random mod ${fine} < ${chance(begin)} add @${losing} { meta l4proto } drop`,
    ]),
  ];
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

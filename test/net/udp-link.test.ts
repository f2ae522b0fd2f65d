/** Which of the datagrams that the kernel refuses a link tells of. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Link } from '../../stun/io/link.ts';
import { openUdpLink, type UdpLinkOptions } from '../../stun/io/udp-link.ts';

const one: Endpoint = { address: '127.0.0.1', port: 50_001 };
const two: Endpoint = { address: '127.0.0.1', port: 50_002 };
/** Longer than an IPv4 datagram can be: EMSGSIZE at once, and nothing leaves. */
const tooLong = new Uint8Array(65_508);

const links: Link[] = [];
afterEach(() => Promise.all(links.splice(0).map((link) => link.close('now'))));

/** Sends to these in turn; resolves to whom the link has told of, once all is said. */
async function refusals(tells: UdpLinkOptions['tells'], to: readonly Endpoint[]): Promise<Endpoint[]> {
  const told: Endpoint[] = [];
  const link = await new Promise<Link>((resolve, reject) => {
    const opened = openUdpLink(
      { family: 'ipv4', bindAddress: '127.0.0.1', tells },
      {
        onOpen: () => resolve(opened),
        onOpenFailed: ({ message }) => reject(new Error(message)),
        onBytes: () => {},
        onSendFailed: (where, { code }) => {
          expect(code).toBe('EMSGSIZE');
          told.push(where);
        },
        onClosed: () => {},
      },
    );
    links.push(opened);
  });
  for (const each of to) link.send(each, tooLong);
  // Node tells before it goes on with anything else.
  await new Promise((resolve) => setImmediate(resolve));
  return told;
}

describe('a UDP link tells of what the kernel refuses', () => {
  const forty = Array.from({ length: 40 }, () => one);
  const inTurn = forty.map((_, i) => (i % 2 === 0 ? one : two));

  it('all of it, by default', async () => {
    expect(await refusals(undefined, inTurn)).toEqual(inTurn);
  });

  it('some: one of sixteen in a row to one destination, and the first to another', async () => {
    expect(await refusals('some', forty)).toEqual([one, one, one]);
    expect(await refusals('some', inTurn)).toEqual(inTurn);
  });

  it('none', async () => {
    expect(await refusals('none', inTurn)).toEqual([]);
  });

  it('what cannot be a destination is told in any case', async () => {
    const told: Endpoint[] = [];
    const link = await new Promise<Link>((resolve) => {
      const opened = openUdpLink(
        { family: 'ipv4', tells: 'none' },
        {
          onOpen: () => resolve(opened),
          onOpenFailed: () => {},
          onBytes: () => {},
          onSendFailed: (to) => told.push(to),
          onClosed: () => {},
        },
      );
      links.push(opened);
    });
    link.send({ ...one, port: 0 }, new Uint8Array(1));
    expect(told).toEqual([{ ...one, port: 0 }]);
  });
});

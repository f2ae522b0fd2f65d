/** ICE-TCP as the lab's agent speaks it: candidates, frames, and two doors that meet on loopback. */
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FrameReader, frameOf } from '../../../cli/lab-rfc4571.ts';
import { reflexiveOverTcp } from '../../../cli/lab-tcp-mapping.ts';
import { candidateLine, readTcpCandidate } from '../../../cli/tcp-candidate.ts';
import { decodeMessage, encodeMessage } from '../../../stun/message.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

describe('an ICE-TCP candidate', () => {
  it('has the priority of RFC 6544 §4.2 and says where it comes from', () => {
    const base = { address: '192.168.1.2', port: 4000 };
    const line = candidateLine({ type: 'srflx', address: '11.78.16.2', port: 4001, tcpType: 'so' }, base);
    expect(line).toBe(
      `candidate:srflxso 1 TCP ${100 * 2 ** 24 + (6 * 2 ** 13 + 8191) * 2 ** 8 + 255} 11.78.16.2 4001 typ srflx raddr 192.168.1.2 rport 4000 tcptype so`,
    );
    expect(readTcpCandidate(line)).toEqual({
      type: 'srflx',
      address: '11.78.16.2',
      port: 4001,
      tcpType: 'so',
    });
  });

  it('active before passive before simultaneous-open on a host, the last first behind a NAT', () => {
    const priority = (type: 'host' | 'srflx', tcpType: 'active' | 'passive' | 'so') =>
      Number(candidateLine({ type, address: '1.2.3.4', port: 9, tcpType }).split(' ')[3]);
    expect(priority('host', 'active')).toBeGreaterThan(priority('host', 'passive'));
    expect(priority('host', 'passive')).toBeGreaterThan(priority('host', 'so'));
    expect(priority('srflx', 'so')).toBeGreaterThan(priority('srflx', 'active'));
  });

  it.each([
    // As Chromium and Firefox write theirs.
    ['candidate:1 1 tcp 1518280447 192.168.1.2 9 typ host tcptype active generation 0 ufrag x', 'active'],
    ['a=candidate:6 1 TCP 2105458943 192.168.1.2 9 typ host tcptype active', 'active'],
  ])('%s', (line, tcpType) => {
    expect(readTcpCandidate(line)).toEqual({ type: 'host', address: '192.168.1.2', port: 9, tcpType });
  });

  it('is not one over UDP', () => {
    expect(readTcpCandidate('candidate:1 1 UDP 2130706431 192.168.1.2 4000 typ host')).toBeNull();
  });
});

describe('frames in a stream', () => {
  it('come out as they went in, however the stream is cut', () => {
    const packets = [new Uint8Array([1, 2, 3]), new Uint8Array(), new Uint8Array(1200).fill(7)];
    const stream = Buffer.concat(packets.map(frameOf));
    for (const size of [1, 2, 5, 700, stream.length]) {
      const got: Uint8Array[] = [];
      const reader = new FrameReader((packet) => got.push(packet));
      for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size));
      expect(got).toEqual(packets);
    }
  });
});

describe('the address of a TCP port outside', () => {
  function serve(answer: (request: Uint8Array, socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => answer(bytes, socket));
    });
    undo.push(() => server.close());
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const bound = server.address();
        resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
      });
    });
  }

  function answerWith(address: string) {
    return (bytes: Uint8Array, socket: Socket): void => {
      const request = decodeMessage(bytes);
      if (!request.ok) throw new Error(request.problem);
      const { method, transactionId } = request.message;
      const value = { address, port: 4001 };
      const attributes = [{ name: 'XOR-MAPPED-ADDRESS', value } as const];
      socket.write(encodeMessage({ method, class: 'success', transactionId, attributes }));
    };
  }

  it('is what a STUN server sees', async () => {
    const port = await serve(answerWith('11.78.16.2'));
    const found = await reflexiveOverTcp({ address: '127.0.0.1', port }, '127.0.0.1');
    undo.push(() => found?.socket.destroy());
    expect(found?.mapped).toEqual({ address: '11.78.16.2', port: 4001 });
    expect(found?.local.port).toBe(found?.socket.localPort);
  });

  it('is none without a NAT, and none where the server hangs up', async () => {
    const same = await serve(answerWith('127.0.0.1'));
    expect(await reflexiveOverTcp({ address: '127.0.0.1', port: same }, '127.0.0.1')).toBeNull();
    const rude = await serve((_bytes, socket) => socket.destroy());
    expect(await reflexiveOverTcp({ address: '127.0.0.1', port: rude }, '127.0.0.1')).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { SharedPort } from '../../../../service/sfu/io/shared-port.ts';

const candidate = (port: number) => `candidate:1 1 UDP 2122317823 192.0.2.1 ${port} typ host`;
const at = (port: number) => ({ enableIceUdpMux: true, portRangeBegin: port, portRangeEnd: port });
const own = { enableIceUdpMux: true };

describe('the port that links share', () => {
  it('is that of the first link that has gathered', () => {
    const ports = new SharedPort();
    expect([ports.take(null), ports.take(null)]).toEqual([own, own]);
    ports.learn(null, candidate(50_001));
    ports.learn(null, candidate(50_002));
    expect(ports.take(null)).toEqual(at(50_001));
  });

  it('is another one where another address is bound', () => {
    const ports = new SharedPort();
    ports.take(null);
    ports.learn(null, candidate(50_001));
    expect(ports.take('127.0.0.1')).toEqual(own);
  });

  it('is given up with the last link', () => {
    const ports = new SharedPort();
    ports.take(null);
    ports.learn(null, candidate(50_001));
    ports.take(null);
    ports.release(null);
    expect(ports.take(null)).toEqual(at(50_001));
    ports.release(null);
    ports.release(null);
    expect(ports.take(null)).toEqual(own);
  });

  it('is not learnt from what holds none', () => {
    const ports = new SharedPort();
    ports.take(null);
    ports.learn(null, '');
    expect(ports.take(null)).toEqual(own);
  });
});

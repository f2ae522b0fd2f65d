import { describe, expect, it } from 'vitest';
import { mayName } from '../../../stun/address-scope.ts';

const at = (address: string, port = 3478) => ({ address, port });

describe('a server may name as its other address', () => {
  it.each([
    ['198.18.0.1', '198.18.0.2'],
    ['8.8.8.8', '8.8.4.4'],
    ['10.0.0.5', '10.0.0.6'],
    ['127.0.0.1', '127.0.0.2'],
    ['203.0.113.10', '203.0.113.11'],
    ['2a00::1', '2a00::2'],
  ])('as %s: %s', (host, named) => expect(mayName(at(host), at(named))).toBe(true));

  it.each([
    ['8.8.8.8', '127.0.0.1'],
    ['8.8.8.8', '10.0.0.5'],
    ['8.8.8.8', '169.254.169.254'],
    ['8.8.8.8', '100.100.100.200'],
    ['8.8.8.8', '224.0.0.1'],
    ['8.8.8.8', '255.255.255.255'],
    ['8.8.8.8', '0.0.0.0'],
    ['8.8.8.8', '2a00::1'],
    ['10.0.0.5', '127.0.0.1'],
    ['10.0.0.5', '169.254.169.254'],
    ['2a00::1', '::ffff:169.254.169.254'],
    ['2a00::1', 'fd00:ec2::254'],
    ['2a00::1', 'fe80::1'],
    ['8.8.8.8', 'name.example'],
  ])('as %s never: %s', (host, named) => expect(mayName(at(host), at(named))).toBe(false));

  it('no port 0', () => expect(mayName(at('8.8.8.8'), at('8.8.4.4', 0))).toBe(false));
});

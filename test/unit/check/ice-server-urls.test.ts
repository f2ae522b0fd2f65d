import { expect, it } from 'vitest';
import { serverUrls } from '../../../dashboard/check/ice-server-urls.ts';

it('makes one entry per URL, once each, with kind and transport', () => {
  const list = serverUrls([
    { urls: 'stun:a.example' },
    {
      urls: ['turn:b.example?transport=tcp', 'turns:b.example:443', 'turn:b.example'],
      username: 'u',
      credential: 'c',
    },
    { urls: ['stun:a.example', 'stuns:c.example'] },
  ]);
  expect(list.map(({ url, kind, transport }) => [url, kind, transport])).toEqual([
    ['stun:a.example', 'stun', 'udp'],
    ['turn:b.example?transport=tcp', 'turn', 'tcp'],
    ['turns:b.example:443', 'turn', 'tls'],
    ['turn:b.example', 'turn', 'udp'],
    ['stuns:c.example', 'stun', 'tls'],
  ]);
  expect(list.map(({ host, port }) => `${host} ${port}`)).toEqual([
    'a.example 3478',
    'b.example 3478',
    'b.example 443',
    'b.example 3478',
    'c.example 5349',
  ]);
  expect(serverUrls([{ urls: 'turn:[2001:db8::1]:99?transport=udp' }])[0]).toMatchObject({
    host: '2001:db8::1',
    port: 99,
  });
  expect(list[1]).toMatchObject({ username: 'u', credential: 'c' });
  expect(list[0]).not.toHaveProperty('username');
});

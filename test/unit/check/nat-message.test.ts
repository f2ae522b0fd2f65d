import { describe, expect, it } from 'vitest';
import { readNatMessage } from '../../../dashboard/check/nat/nat-message.ts';
import { testTab } from '../../sim/tab-world.ts';

describe('messages of /ws/nat, as the page reads them', () => {
  it.each([
    { type: 'answers', answers: [{ ufrag: 'abcd', pwd: 'x'.repeat(24), candidates: [] }] },
    { type: 'finding', result: testTab({ seed: 1 }).result, meanings: { mapping: 'one port' } },
    { type: 'error', code: 'rate-limited', message: 'later' },
  ])('takes $type as the service sends it', (message) => {
    expect(readNatMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    'no JSON',
    '[]',
    'null',
    '{"type":"hello"}',
    '{"type":"toString"}',
    '{"type":"answers","answers":{}}',
    '{"type":"finding","result":null,"meanings":{}}',
    '{"type":"error","code":"timeout"}',
    new ArrayBuffer(4),
    undefined,
  ])('leaves %s alone', (data) => {
    expect(readNatMessage(data)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { type EchoServerMessage, echoServerMessageSchema } from '../../../contract/signal.ts';
import { readServerMessage } from '../../../dashboard/check/signal/signal-message.ts';

describe('messages of the service', () => {
  it.each<EchoServerMessage>([
    { type: 'hello', version: 1, session: 'abc' },
    { type: 'answer', sdp: 'v=0' },
    { type: 'answer', peer: 'relay-1', sdp: 'v=0' },
    { type: 'error', peer: 'relay-1', code: 'rate-limited', message: 'later' },
    { type: 'candidate', peer: 'relay-2', candidate: { candidate: 'candidate:1 …', sdpMid: '0' } },
    { type: 'candidate', candidate: { candidate: 'candidate:1 …', sdpMid: '0' } },
    { type: 'candidate', candidate: { candidate: 'candidate:1 …', sdpMid: null } },
    { type: 'peer-state', state: 'connected' },
    { type: 'error', code: 'rate-limited', message: 'later' },
  ])('$type is read as the schema reads it', (message) => {
    expect(echoServerMessageSchema.parse(message)).toEqual(message);
    expect(readServerMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    'not JSON',
    'null',
    '[]',
    '{}',
    '{"type":"hello","version":2,"session":"a"}',
    '{"type":"hello","version":1}',
    '{"type":"answer","sdp":7}',
    '{"type":"candidate","candidate":null}',
    '{"type":"candidate","candidate":{"candidate":"x","sdpMid":3}}',
    '{"type":"error","code":"x"}',
    '{"type":"shell"}',
  ])('%s is none, for page and schema alike', (text) => {
    expect(readServerMessage(text)).toBeNull();
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    expect(echoServerMessageSchema.safeParse(value).success).toBe(false);
  });

  it('takes text only', () => {
    expect(readServerMessage(new ArrayBuffer(4))).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { candidateErrorSchema } from '../../../contract/candidate.ts';
import {
  explainCandidateError,
  failureCodeOf,
  type RawCandidateError,
  tellingError,
} from '../../../dashboard/check/candidate-errors.ts';

function raw(errorCode: number, errorText: string): RawCandidateError {
  return {
    url: 'turn:turn.example:3478',
    errorCode,
    errorText,
    address: '192.0.2.1',
    port: 5000,
    atMs: 12.5,
  };
}

describe('candidate errors', () => {
  it.each([
    [300, '', 'stun-300'],
    [400, 'Bad Request', 'stun-400'],
    [401, 'Unauthorized', 'turn-401'],
    [403, 'Forbidden', 'turn-403'],
    [437, 'Mismatched allocation', 'turn-437'],
    [438, 'Wrong nonce', 'turn-438'],
    [486, 'Allocation Quota Reached', 'turn-486'],
    [508, 'Cannot create socket', 'turn-508'],
    [599, 'odd', 'stun-unexpected-error'],
    // Texts that Chromium and Firefox give with 701.
    [701, 'STUN binding request timed out.', 'timeout'],
    [701, 'TURN allocate request timed out.', 'timeout'],
    [701, 'STUN host lookup received error.', 'dns-not-found'],
    [701, 'TURN host lookup received error.', 'dns-not-found'],
    [701, 'Address not associated with the desired network interface.', 'local-no-route'],
    [701, 'Failed to establish connection', 'connection-closed'],
    [701, 'TLS handshake failed', 'tls-failed'],
    [701, '', 'browser-ice-701'],
  ])('%i “%s” is %s', (code, text, expected) => {
    expect(failureCodeOf(raw(code, text))).toBe(expected);
    const explained = explainCandidateError(raw(code, text), false);
    expect(candidateErrorSchema.parse(explained)).toEqual(explained);
    expect(explained.harmless).toBe(false);
    expect(explained.cause.length).toBeGreaterThan(10);
  });

  it('calls 701 harmless only where the same server worked, and never an answer of the server', () => {
    expect(explainCandidateError(raw(701, 'timed out'), true)).toMatchObject({ harmless: true });
    expect(explainCandidateError(raw(701, 'timed out'), false)).toMatchObject({ harmless: false });
    expect(explainCandidateError(raw(401, 'Unauthorized'), true)).toMatchObject({ harmless: false });
  });

  it('prefers what the server said to silence', () => {
    const silence = raw(701, 'timed out');
    const refusal = raw(486, 'quota');
    expect(tellingError([silence, refusal])).toBe(refusal);
    expect(tellingError([silence])).toBe(silence);
    expect(tellingError([])).toBeNull();
  });

  it('keeps to the limits of the schema whatever the browser says', () => {
    const long = { ...raw(701, 'x'.repeat(5000)), url: `turn:${'y'.repeat(5000)}` };
    expect(() => candidateErrorSchema.parse(explainCandidateError(long, false))).not.toThrow();
  });
});

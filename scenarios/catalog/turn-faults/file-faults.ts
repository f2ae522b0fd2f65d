/** Lines that coturn reads otherwise than their author, and the file itself. */
import type { TurnFault } from './turn-fault.ts';

export const fileFaults: readonly TurnFault[] = [
  {
    id: 'byte-order-mark',
    did: 'Saved the file with a byte order mark: its first option is lost.',
    drop: ['no-tcp-relay'],
    add: ['\ufeffno-tcp-relay'],
    check: { id: 'C01', status: 'warned' },
    lint: 'odd-characters',
    remedy: { by: 'lint', lintFix: true },
  },
  {
    id: 'invented-option',
    did: 'Copied no-tlsv1.1 from a hardening guide; coturn knows no such option.',
    drop: ['no-tlsv1_1'],
    add: ['no-tlsv1.1'],
    check: null,
    lint: 'unknown-option',
    remedy: { by: 'lint', lintFix: true },
  },
  {
    id: 'option-of-a-later-version',
    did: 'Copied an option of 4.14 to a server of 4.6.1, which ignores it.',
    add: ['unauthorized-ratelimit'],
    check: null,
    lint: 'option-not-in-version',
    remedy: { by: 'lint', drop: ['unauthorized-ratelimit'] },
  },
  {
    id: 'flag-with-text',
    did: 'Wrote fingerprint=always; the server ends at once.',
    drop: ['fingerprint'],
    add: ['fingerprint=always'],
    check: { id: 'S01' },
    lint: 'bad-boolean',
    remedy: { by: 'lint', set: ['fingerprint'] },
  },
  {
    id: 'value-twice',
    did: 'Changed the first of two realm lines; the last one counts.',
    add: ['realm=old.example.org'],
    check: null,
    lint: 'duplicate-option',
    remedy: { by: 'lint', lintFix: true },
  },
  {
    id: 'file-for-everybody',
    did: 'Left the file with the secret readable for everybody on the host.',
    place: { fileMode: 0o644 },
    check: null,
    lint: 'file-readable-by-all',
    remedy: { by: 'lint', outside: { words: ['chmod 0640'] } },
  },
];

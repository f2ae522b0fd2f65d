/** Group S: messages that a server must drop. */
import { writeUint16, writeUint32 } from '../../../stun/bytes.ts';
import { sealMessage } from '../../../stun/integrity.ts';
import { encodeMessage } from '../../../stun/message.ts';
import type { Check } from '../check.ts';
import { expectSilence, isSilent, listAnswered, noControl } from '../silence.ts';
import { failed, judged, passed, warned } from '../verdict.ts';
import { edited, encoded, extended, message, raw, told } from '../wire.ts';

const upgrade = { coturn: 'upgrade to 4.16 or later', other: 'Upgrade the server.' };

export const stunFraming: readonly Check[] = [
  {
    id: 'S04',
    title: 'A wrong FINGERPRINT is dropped',
    severity: 'medium',
    rfc: 'RFC 8489 §6.3, §14.7',
    sent: 'Binding with a wrong FINGERPRINT; Binding with an attribute behind FINGERPRINT',
    expected: 'silence',
    fix: upgrade,
    udpOnly: true,
    *run({ site, session }) {
      const sealed = () => sealMessage(message(site.random, 'binding'), { fingerprint: true });
      const wrong = edited(sealed(), (bytes) => {
        bytes[27] = (bytes[27] ?? 0) ^ 0xff;
      });
      const silence = yield* expectSilence(session, 'S04', [
        { name: 'wrong-crc', bytes: wrong },
        { name: 'attribute-behind', bytes: extended(sealed(), Uint8Array.of(0xff, 0xee, 0, 0)) },
      ]);
      if (silence === null) return noControl;
      // RFC 8489 s6.3 asks for the check where the usage asks for FINGERPRINT; Binding and TURN do not.
      return isSilent(silence) ? passed('silence') : warned(listAnswered(silence));
    },
  },
  {
    id: 'S07',
    title: 'Requests without the magic cookie are dropped',
    severity: 'medium',
    rfc: 'RFC 8489 §5',
    sent: 'Binding with zero in place of the magic cookie, as RFC 3489 clients send',
    expected: 'silence',
    fix: {
      coturn: [
        { before: '4.7', text: 'no-stun-backward-compatibility' },
        { before: '4.16', text: 'take stun-backward-compatibility out' },
        { text: 'take rfc3489-compatibility out' },
      ],
      other: 'Switch RFC 3489 compatibility off.',
    },
    udpOnly: true,
    *run({ site, session }) {
      const bytes = edited(encoded(site.random, 'binding'), (copy) => writeUint32(copy, 4, 0));
      const silence = yield* expectSilence(session, 'S07', [{ name: 'no-cookie', bytes }]);
      if (silence === null) return noControl;
      if (isSilent(silence)) return passed('silence');
      const size = silence.answered[0]?.reply.bytes?.length ?? 0;
      return warned(`answered with ${size} bytes, ${(size / 20).toFixed(1)} times the request`);
    },
  },
  {
    id: 'S08',
    title: 'Malformed messages are dropped',
    severity: 'medium',
    rfc: 'RFC 8489 §5, §6.3',
    sent: '19 bytes; a length beyond the datagram; bytes behind the message; a length that is no multiple of four; top bits 11',
    expected: 'silence',
    fix: upgrade,
    udpOnly: true,
    *run({ site, session }) {
      const good = () => encoded(site.random, 'binding');
      const silence = yield* expectSilence(session, 'S08', [
        { name: '19-bytes', bytes: good().slice(0, 19) },
        { name: 'length-beyond', bytes: edited(good(), (copy) => writeUint16(copy, 2, 4)) },
        { name: 'bytes-behind', bytes: Uint8Array.from([...good(), 1, 2, 3, 4]) },
        {
          name: 'length-odd',
          bytes: edited(Uint8Array.from([...good(), 0, 0]), (copy) => writeUint16(copy, 2, 2)),
        },
        {
          name: 'top-bits',
          bytes: edited(good(), (copy) => {
            copy[0] = 0xc0;
          }),
        },
      ]);
      if (silence === null) return noControl;
      if (isSilent(silence)) return passed('silence to all five');
      // A whole message with something behind it: RFC 8489 s5 does not say that a datagram ends with its message.
      const harmless = silence.answered.every(({ name }) => name === 'bytes-behind');
      return harmless ? warned(listAnswered(silence)) : failed(listAnswered(silence));
    },
  },
  {
    id: 'S09',
    title: 'An attribute longer than its message is not accepted',
    severity: 'medium',
    rfc: 'RFC 8489 §6.3',
    sent: 'Binding whose last attribute claims 64 bytes more than there are',
    expected: 'silence or 400',
    fix: {
      coturn: [
        { before: '4.8', text: 'upgrade to 4.8 or later and add drop-invalid-packets' },
        { text: 'drop-invalid-packets' },
      ],
      other: 'Upgrade the server.',
    },
    udpOnly: true,
    *run({ site, session }) {
      const bytes = edited(encoded(site.random, 'binding', [raw(0xffee, [0, 0, 0, 0])]), (copy) =>
        writeUint16(copy, 22, 68),
      );
      const silence = yield* expectSilence(session, 'S09', [{ name: 'overlong-attribute', bytes }]);
      if (silence === null) return noControl;
      const [answer] = silence.answered;
      if (answer === undefined) return passed('silence');
      return answer.reply.outcome === 'success' ? warned('success') : passed(told(answer.reply));
    },
  },
  {
    id: 'S10',
    title: 'Only requests are answered',
    severity: 'medium',
    rfc: 'RFC 8489 §6.3',
    sent: 'a Binding indication, success response and error response',
    expected: 'silence',
    fix: upgrade,
    udpOnly: true,
    *run({ site, session }) {
      const silence = yield* expectSilence(
        session,
        'S10',
        (['indication', 'success', 'error'] as const).map((name) => ({
          name,
          bytes: encoded(site.random, 'binding', [], name),
        })),
      );
      if (silence === null) return noControl;
      return judged(isSilent(silence), isSilent(silence) ? 'silence' : listAnswered(silence));
    },
  },
  {
    id: 'S11',
    title: 'Unknown methods are dropped',
    severity: 'low',
    rfc: 'RFC 8489 §6.3',
    sent: 'requests with method 0x0FE and the old SharedSecret method',
    expected: 'silence',
    fix: upgrade,
    udpOnly: true,
    *run({ site, session }) {
      const withMethod = (method: number) => encodeMessage({ ...message(site.random, 'binding'), method });
      const silence = yield* expectSilence(session, 'S11', [
        { name: 'method-0x0fe', bytes: withMethod(0x0fe) },
        { name: 'shared-secret', bytes: withMethod(0x002) },
      ]);
      if (silence === null) return noControl;
      return isSilent(silence) ? passed('silence') : warned(listAnswered(silence));
    },
  },
  {
    id: 'S12',
    title: 'What is no STUN is dropped',
    severity: 'low',
    rfc: 'RFC 8489 §6.3, RFC 8656 §12.6',
    sent: 'ChannelData on a number that is not bound, an HTTP request line, an empty datagram',
    expected: 'silence',
    fix: upgrade,
    udpOnly: true,
    *run({ session }) {
      const silence = yield* expectSilence(session, 'S12', [
        { name: 'channel-data', bytes: Uint8Array.of(0x40, 0x00, 0, 4, 1, 2, 3, 4) },
        { name: 'http', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n') },
        { name: 'empty', bytes: new Uint8Array(0) },
      ]);
      if (silence === null) return noControl;
      return isSilent(silence) ? passed('silence') : failed(listAnswered(silence));
    },
  },
];

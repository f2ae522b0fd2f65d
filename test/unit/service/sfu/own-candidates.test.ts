import { describe, expect, it } from 'vitest';
import {
  allCandidates,
  withCandidates,
  withoutCandidates,
} from '../../../../service/sfu/sdp/own-candidates.ts';

const host = (address: string, priority = 2_122_317_823) =>
  `a=candidate:1 1 UDP ${priority} ${address} 50000 typ host\r\n`;

/** As the library writes it: the candidates in every section. */
const gathered = (candidates: string) =>
  ['v=0\r\no=- 1 0 IN IP4 127.0.0.1\r\n', 'm=audio 9 X 111\r\na=mid:0\r\n', 'm=video 9 X 96\r\na=mid:1\r\n']
    .map((part, index) => (index === 0 ? part : `${part}${candidates}a=end-of-candidates\r\n`))
    .join('');

const complete = (sdp: string, also: readonly string[]) => withCandidates(sdp, allCandidates(sdp, also));

describe('our candidates in a description', () => {
  it('all stand once in the first section of an answer, and end there', () => {
    const answer = complete(gathered(host('192.0.2.1') + host('2001:db8::1')), []);
    const [session = '', audio = '', video = ''] = answer.split(/^(?=m=)/m);
    expect(session).not.toContain('candidate');
    expect(audio).toBe(
      `m=audio 9 X 111\r\na=mid:0\r\n${host('192.0.2.1')}${host('2001:db8::1')}a=end-of-candidates\r\n`,
    );
    expect(video).not.toContain('candidate');
  });

  it('also for the addresses that exist only outside, once each', () => {
    const answer = complete(gathered(host('10.0.0.2') + host('10.0.1.2')), ['198.51.100.7']);
    expect(answer.match(/198\.51\.100\.7 50000 typ host/g)).toHaveLength(1);
    expect(answer.match(/a=candidate:/g)).toHaveLength(3);
  });

  it('none stands in an offer', () => {
    expect(withoutCandidates(gathered(host('192.0.2.1')))).not.toContain('candidate');
  });
});

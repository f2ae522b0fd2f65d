import { describe, expect, it } from 'vitest';
import { usualMedia } from '../../../contract/participant.ts';
import { hostLine, readCandidate, relayLine, splitCandidates } from '../../../rooms/bot/candidate-line.ts';
import { offeredSections, ownSections, sentKinds } from '../../../rooms/bot/media-sections.ts';

describe('candidate lines of bots', () => {
  it.each([
    ['candidate:1 1 UDP 2122317823 127.0.0.1 45678 typ host', 'host', '127.0.0.1', 45678],
    ['a=candidate:7 1 udp 1 2001:db8::1 9 typ srflx raddr :: rport 0', 'srflx', '2001:db8::1', 9],
    ['candidate:7 1 udp 1 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0 generation 0', 'relay', '192.0.2.1', 9],
  ] as const)('%s', (line, type, address, port) => {
    expect(readCandidate(line)).toEqual({ type, address, port });
  });

  it.each([
    ['a name', 'candidate:1 1 udp 1 a1b2.local 5000 typ host'],
    ['TCP', 'candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active'],
    ['the second component', 'candidate:1 2 udp 1 192.0.2.1 5001 typ host'],
    ['no port', 'candidate:1 1 udp 1 192.0.2.1 65536 typ host'],
    ['the end', ''],
  ])('leaves out %s', (_what, line) => {
    expect(readCandidate(line)).toBeNull();
  });

  it('reads what it writes', () => {
    expect(readCandidate(hostLine('127.0.0.1', 5000))).toMatchObject({ type: 'host', port: 5000 });
    expect(readCandidate(relayLine('192.0.2.1', 6000))).toMatchObject({ type: 'relay', port: 6000 });
  });
});

describe('what a bot sends', () => {
  const offer = [
    'v=0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 63 109',
    'a=mid:0',
    'a=rtpmap:63 red/48000/2',
    'a=rtpmap:109 opus/48000/2',
    'm=video 9 UDP/TLS/RTP/SAVPF 45 120',
    'a=mid:1',
    'a=rtpmap:45 AV1/90000',
    'a=rtpmap:120 VP8/90000',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'a=mid:2',
    '',
  ].join('\r\n');

  it('goes into the sections of an offer, under the numbers that it gives', () => {
    expect(offeredSections(offer, ['audio', 'video'])).toEqual([
      { kind: 'audio', mid: '0', payloadType: 109 },
      { kind: 'video', mid: '1', payloadType: 120 },
    ]);
    expect(offeredSections(offer.replaceAll('VP8', 'H264'), ['video'])).toEqual([]);
  });

  it.each([
    [{ kind: 'mesh' }, true, ['audio', 'video']],
    [{ kind: 'mesh' }, false, ['video']],
    [{ kind: 'mcu', server: 'janus' }, true, ['audio']],
  ] as const)('over %j, with sound %s, is %j', (path, audio, kinds) => {
    const sent = sentKinds(path, { ...usualMedia, audio });
    expect(sent).toEqual(kinds);
    expect(ownSections(sent).map(({ kind }) => kind)).toEqual(kinds);
  });
});

it('a description is parted from the candidates that stand in it', () => {
  const line = 'candidate:1 1 udp 1 192.0.2.1 9 typ host';
  const lines = (...more: string[]): string => ['v=0', 'm=audio 9 x 0', ...more, 'a=mid:0', ''].join('\r\n');
  expect(splitCandidates(lines(`a=${line}`, 'a=end-of-candidates'))).toEqual({
    sdp: lines(),
    candidates: [line],
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { SignalServerMessage } from '../../../../contract/signalling.ts';
import { Conductor, type ConductorEffect } from '../../../../service/sfu/conductor.ts';
import type { LinkNews } from '../../../../service/sfu/room-messages.ts';
import { maxLinkCandidates } from '../../../../service/sfu/sfu-limits.ts';

const place = { bindAddress: null, clientIsLocal: false, announce: [] };
let conductor: Conductor;

beforeEach(() => {
  conductor = new Conductor(place, () => false);
});

function peer(id: string, kind: 'browser' | 'media-server' = 'browser', epoch = 0) {
  return { id, name: id, kind, order: 1, present: true, epoch };
}
function hear(message: SignalServerMessage): string[] {
  return conductor.handle({ kind: 'signal', message }).map(brief);
}
function join(id: string): string[] {
  return hear({ type: 'joined', seq: 1, peer: peer(id) });
}
function news(message: LinkNews): string[] {
  return conductor.handle({ kind: 'news', news: message }).map(brief);
}

/** One line per effect. */
function brief(effect: ConductorEffect): string {
  if (effect.kind === 'note') return `note ${effect.member} ${effect.link}: ${effect.what}`;
  if (effect.kind === 'say') {
    const { message } = effect;
    const link = message.type === 'renew' ? '' : ` ${message.link}`;
    return `${message.type} to ${message.to}${link} @${message.epoch}`;
  }
  const { order } = effect;
  if (order.type === 'retire') return `retire ${order.publication}`;
  if (order.type === 'report') return 'report';
  return `${order.type} ${order.link}${'publication' in order ? ` of ${order.publication}` : ''}`;
}

describe('the SFU as a member', () => {
  it('offers each member a link up, and every pair a link down', () => {
    expect(join('a')).toEqual(['publish link-1 of a']);
    expect(join('b')).toEqual(['publish link-2 of b', 'view link-3 of a', 'view link-4 of b']);
    expect(news({ type: 'offer', link: 'link-3', sdp: 'v=0' })).toEqual(['offer to b down.a @0']);
    expect(news({ type: 'offer', link: 'link-4', sdp: 'v=0' })).toEqual(['offer to a down.b @0']);
    expect(news({ type: 'candidate', link: 'link-1', candidate: 'c', mid: 'audio' })).toEqual([
      'candidate to a up @0',
    ]);
  });

  it('begins with those who are there, and leaves itself out', () => {
    const at = '2026-01-01T00:00:00Z';
    const path = { kind: 'sfu', server: 'embedded' } as const;
    const room = { id: 'r', name: '', path, size: 4, createdAt: at, expiresAt: at, members: [] };
    const peers = [peer('sfu', 'media-server'), peer('a', 'browser', 7)];
    const numbers = { resumed: false, lastSeq: 0, received: 0 };
    expect(hear({ type: 'welcome', version: 1, you: 'sfu', room, peers, ...numbers })).toEqual([
      'publish link-1 of a',
    ]);
    expect(news({ type: 'offer', link: 'link-1', sdp: 'v=0' })).toEqual(['offer to a up @7']);
  });

  it('passes answers and candidates of the right member, link and epoch only', () => {
    join('a');
    const answer = { type: 'answer', seq: 1, from: 'a', link: 'up', epoch: 0, sdp: 'v=0' } as const;
    expect(hear(answer)).toEqual(['answer link-1']);
    expect(hear({ ...answer, from: 'b' })).toEqual([]);
    expect(hear({ ...answer, link: 'down.a' })).toEqual([]);
    expect(hear({ ...answer, epoch: 1 })).toEqual([]);
  });

  it('takes candidates with numeric addresses, not of this host, and not too many', () => {
    join('a');
    const say = (address: string) =>
      hear({
        type: 'candidate',
        seq: 1,
        from: 'a',
        link: 'up',
        epoch: 0,
        candidate: { candidate: `candidate:1 1 udp 1 ${address} 9 typ host`, sdpMid: 'audio' },
      });
    expect(say('198.51.100.7')).toEqual(['candidate link-1']);
    expect([say('127.0.0.1'), say('name.local'), say('169.254.169.254')]).toEqual([[], [], []]);
    const taken = Array.from({ length: 100 }, () => say('198.51.100.7')).flat();
    expect(taken).toHaveLength(maxLinkCandidates - 1);
  });

  it('lets viewers go when a member leaves', () => {
    join('a');
    join('b');
    expect(hear({ type: 'left', seq: 1, member: 'a', reason: 'left' })).toEqual([
      'close link-1',
      'close link-3',
      'bye to b down.a @0',
      'close link-4',
      'retire a',
    ]);
    expect(hear({ type: 'left', seq: 1, member: 'a', reason: 'left' })).toEqual([]);
  });

  it('a member that begins anew gets new links; those who view it keep theirs', () => {
    join('a');
    join('b');
    expect(hear({ type: 'renewed', seq: 1, member: 'a', epoch: 1, reason: 'restarted' })).toEqual([
      'close link-1',
      'close link-4',
      'publish link-5 of a',
      'view link-6 of b',
    ]);
    expect(news({ type: 'offer', link: 'link-6', sdp: 'v=0' })).toEqual(['offer to a down.b @1']);
    // What the process still says about links that are gone goes nowhere.
    expect(news({ type: 'candidate', link: 'link-1', candidate: 'c', mid: '0' })).toEqual([]);
  });

  it('tries once more when a link fails, then says bye', () => {
    join('a');
    expect(news({ type: 'state', link: 'link-1', state: 'failed' })).toEqual([
      'note a up: failed',
      'renew to a @0',
    ]);
    hear({ type: 'renewed', seq: 1, member: 'a', epoch: 1, reason: 'asked' });
    expect(news({ type: 'refused', link: 'link-2', problem: 'no ice-ufrag' })).toEqual([
      'note a up: no ice-ufrag',
      'bye to a up @1',
    ]);
  });

  it('ignores an offer that meets its own; a later one it takes for the wish to begin anew', () => {
    join('a');
    const offer = { type: 'offer', seq: 1, from: 'a', link: 'up', epoch: 0, sdp: 'v=0' } as const;
    expect(hear(offer)).toEqual([]);
    expect(hear({ ...offer, type: 'answer' })).toEqual(['answer link-1']);
    expect(hear(offer)).toEqual(['renew to a @0']);
    expect(hear({ ...offer, from: 'nobody' })).toEqual([]);
  });
});

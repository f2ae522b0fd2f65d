import { describe, expect, it } from 'vitest';
import { compareMediaSchema } from '../../../contract/comparison.ts';
import {
  type ParticipantOrder,
  participantFragment,
  readRoomFragment,
  usualMedia,
} from '../../../contract/participant.ts';

const order: ParticipantOrder = {
  name: 'p1 & friends #2',
  others: 3,
  media: { widthPx: 640, heightPx: 360, framesPerSec: 30, maxVideoKbps: 900, audio: false },
  warmUpSec: 0.5,
  holdSec: 2.5,
  limitSec: 12,
};

describe('the fragment of a Room page', () => {
  it('carries an order from who writes it to the page', () => {
    const fragment = participantFragment('token-of-16-chars', order);
    expect(new URL(`http://x/room/r#${fragment}`).hash).toBe(`#${fragment}`);
    expect(readRoomFragment(fragment)).toEqual({ token: 'token-of-16-chars', order });
  });

  it.each(['', 'token-of-16-chars', 'token-of-16-chars&name=p1'])('%j is a person’s', (fragment) => {
    expect(readRoomFragment(fragment)).toEqual({ token: fragment.split('&')[0], order: null });
  });

  it('has usual values for what is missing or makes no sense', () => {
    const { order: read } = readRoomFragment(
      `token&auto&others=x&size=9999x1&fps=0&kbps=&hold=-1&limit=1e9&name=${'n'.repeat(70)}`,
    );
    expect(read).toEqual({
      name: 'n'.repeat(64),
      others: 1,
      media: usualMedia,
      warmUpSec: 1,
      holdSec: 2,
      limitSec: 15,
    });
    expect(compareMediaSchema.parse(usualMedia)).toEqual(usualMedia);
  });
});

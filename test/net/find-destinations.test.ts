import { describe, expect, it } from 'vitest';
import { failure } from '../../contract/failures.ts';
import { findDestinations } from '../../probe/io/find-destinations.ts';
import { type Resolved, resolveHost } from '../../probe/io/resolve.ts';
import { parseStunUri } from '../../stun/uri.ts';

function target(text: string) {
  const parsed = parseStunUri(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return { uri: parsed.uri };
}

const local: Resolved = { ok: true, addresses: ['127.0.0.1'] };

describe('names to addresses', () => {
  it('a slow name does not hold up the others, and is tried when it is there', async () => {
    let answer: (resolved: Resolved) => void = () => {};
    const slow = new Promise<Resolved>((done) => {
      answer = done;
    });
    const targets = ['stun:slow.test', 'stun:fast.test'].map(target);
    const { early, late } = await findDestinations({ targets }, async (host) =>
      host === 'slow.test' ? slow : local,
    );
    expect(early.destinations.map(({ target }) => target.uri.host)).toEqual(['fast.test']);
    answer(local);
    const { destinations, unusable } = await late;
    expect(destinations.map(({ target }) => target.uri.host)).toEqual(['slow.test']);
    expect(unusable).toEqual([]);
  });

  it('keep the order of the targets, whichever is there first', async () => {
    const targets = ['stun:a.test', 'stun:b.test', 'stun:127.0.0.1'].map(target);
    let first: (resolved: Resolved) => void = () => {};
    const { early, late } = await findDestinations({ targets }, (host) => {
      if (host === 'b.test') queueMicrotask(() => first(local));
      return host === 'a.test'
        ? new Promise((done) => {
            first = done;
          })
        : resolveHost('127.0.0.1');
    });
    expect(early.destinations.map(({ target }) => target.uri.host)).toEqual([
      'a.test',
      'b.test',
      '127.0.0.1',
    ]);
    expect((await late).destinations).toEqual([]);
  });

  it('where none resolves, each has its reason at once', async () => {
    const targets = ['stun:a.test', 'turn:b.test'].map(target);
    const problem = failure('dns-not-found', 'ENOTFOUND');
    const { early, late } = await findDestinations({ targets }, async () => ({
      ok: false,
      failure: problem,
    }));
    expect(early.destinations).toEqual([]);
    expect(early.unusable.map(({ url, failure: why }) => [url, why?.code])).toEqual([
      ['stun:a.test', 'dns-not-found'],
      ['turn:b.test', 'dns-not-found'],
    ]);
    expect(await late).toEqual({ destinations: [], unusable: [] });
  });

  it('a family that the local address does not have is no destination', async () => {
    const { early } = await findDestinations({
      targets: [target('stun:[::1]'), target('stun:127.0.0.1')],
      bindAddress: '127.0.0.1',
    });
    expect(early.destinations).toMatchObject([{ endpoint: { address: '127.0.0.1' }, source: '127.0.0.1' }]);
    expect(early.unusable).toMatchObject([{ failure: { code: 'local-no-route' } }]);
  });
});

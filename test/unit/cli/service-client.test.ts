import { afterEach, describe, expect, it, vi } from 'vitest';
import { callService } from '../../../cli/service-client.ts';
import { failure } from '../../../contract/failures.ts';

const service = new URL('http://127.0.0.1:1');
const links = () => callService(service, 'listLinks', { adminToken: 'secret' });
const refused = (retryAfter?: string, status = 429) =>
  Response.json(
    { error: failure(status === 429 ? 'rate-limited' : 'service-busy'), field: null },
    { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } },
  );

afterEach(() => vi.unstubAllGlobals());

describe('a service that is asked too often', () => {
  it.each([429, 503])('and says so with %i is asked again when it may be', async (status) => {
    const asked = vi
      .fn<typeof fetch>()
      .mockResolvedValueOnce(refused('0.01', status))
      .mockResolvedValueOnce(refused('0.01', status))
      .mockResolvedValueOnce(Response.json({ links: [] }));
    vi.stubGlobal('fetch', asked);
    expect(await links()).toEqual({ links: [] });
    expect(asked).toHaveBeenCalledTimes(3);
    expect(asked.mock.calls.map(([, init]) => init?.headers)).toEqual(
      Array.from({ length: 3 }, () => ({ authorization: 'Bearer secret' })),
    );
  });

  it('is not asked again when it does not say so', async () => {
    const asked = vi.fn<typeof fetch>().mockResolvedValue(refused(undefined, 503));
    vi.stubGlobal('fetch', asked);
    await expect(links()).rejects.toThrow(failure('service-busy').message);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('is not asked for ever', async () => {
    const asked = vi.fn<typeof fetch>().mockImplementation(async () => refused('0.001'));
    vi.stubGlobal('fetch', asked);
    await expect(links()).rejects.toThrow(failure('rate-limited').message);
    expect(asked).toHaveBeenCalledTimes(21);
  });
});

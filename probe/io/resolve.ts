import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Failure, failure } from '../../contract/failures.ts';

export type Resolved =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly failure: Failure };

/** Longer than a resolver's first retry, shorter than a person's patience. */
const dnsTimeoutMs = 4_000;

/** Name to addresses as the operating system sees them, IPv4 first; an IP literal resolves to itself. */
export async function resolveHost(host: string, signal?: AbortSignal): Promise<Resolved> {
  if (isIP(host) !== 0) return { ok: true, addresses: [host] };
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<'expired'>((done) => {
    timer = setTimeout(() => done('expired'), dnsTimeoutMs);
    signal?.addEventListener('abort', () => done('expired'), { once: true });
  });
  try {
    const found = await Promise.race([lookup(host, { all: true, order: 'ipv4first' }), expired]);
    if (found === 'expired') {
      const code = signal?.aborted ? 'cancelled' : 'dns-failed';
      return { ok: false, failure: failure(code, `${host}: no answer in ${dnsTimeoutMs / 1000} s`) };
    }
    return { ok: true, addresses: [...new Set(found.map((entry) => entry.address))] };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const known = code === 'ENOTFOUND' || code === 'ENODATA';
    return {
      ok: false,
      failure: failure(known ? 'dns-not-found' : 'dns-failed', `${host}: ${code || 'lookup failed'}`),
    };
  } finally {
    clearTimeout(timer);
  }
}

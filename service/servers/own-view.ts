/**
 * What this host itself finds at the servers that it hands to browsers. A browser that cannot reach a server does not
 * learn why; whether others reach it decides between “the server is down” and “your network blocks it”.
 */
import { isIP } from 'node:net';
import type { OwnView } from '../../contract/api.ts';
import type { IceServer } from '../../contract/servers.ts';
import { resolveHost } from '../../probe/io/resolve.ts';
import { parseStunUri } from '../../stun/uri.ts';
import type { RunProbe } from '../deps.ts';
import { settleWithin } from '../settle-within.ts';
import type { StoredServer } from '../store/store.ts';
import { probeTargets } from './probe-targets.ts';

/** Anybody may ask, so the servers are tried no more often than this. */
const freshMs = 60_000;
/** A check must not wait for a name server. */
const namesMs = 1_500;
const probeMs = 8_000;

/** Lists that are remembered: they differ only by the address under which a visitor reaches the embedded server. */
const remembered = 4;

type Kept<T> = Map<string, { readonly fromMs: number; readonly value: Promise<T> }>;

export interface OwnViewOptions {
  readonly runProbe: RunProbe;
  readonly now: () => Date;
  /** False: the operator does not want it. */
  readonly enabled: boolean;
}

type Addresses = Record<string, string[]>;

export class OwnViewDesk {
  readonly #options: OwnViewOptions;
  readonly #views: Kept<OwnView> = new Map();
  readonly #names: Kept<Addresses> = new Map();

  constructor(options: OwnViewOptions) {
    this.#options = options;
  }

  /** Every visitor within {@link freshMs} shares one run. */
  view(servers: readonly StoredServer[]): Promise<OwnView> {
    if (!this.#options.enabled) return Promise.resolve({ at: null, servers: [] });
    return this.#fresh(this.#views, keyOf(servers), () => this.#look(servers));
  }

  /** Addresses of all names in the URLs. Never rejects. */
  addresses(servers: readonly IceServer[]): Promise<Addresses> {
    const names = namesOf(servers);
    return this.#fresh(this.#names, names.join(' '), () => resolveNames(names));
  }

  #fresh<T>(kept: Kept<T>, key: string, make: () => Promise<T>): Promise<T> {
    const nowMs = this.#options.now().getTime();
    const known = kept.get(key);
    if (known !== undefined && nowMs - known.fromMs < freshMs) return known.value;
    const value = make();
    kept.delete(key);
    kept.set(key, { fromMs: nowMs, value });
    for (const oldest of [...kept.keys()].slice(0, -remembered)) kept.delete(oldest);
    return value;
  }

  async #look(servers: readonly StoredServer[]): Promise<OwnView> {
    const at = this.#options.now().toISOString();
    const targets = probeTargets(servers.filter(({ enabled }) => enabled));
    if (targets.length === 0) return { at, servers: [] };
    try {
      const report = await this.#options.runProbe({ targets, signal: AbortSignal.timeout(probeMs) });
      return { at, servers: report.body.servers };
    } catch {
      // Without a second view the page says less, and nothing wrong.
      return { at: null, servers: [] };
    }
  }
}

/** Another list, or other credentials in it, is tried anew. */
function keyOf(servers: readonly StoredServer[]): string {
  return JSON.stringify(
    servers.map(({ urls, username, auth, credential, enabled }) => [
      urls,
      username,
      auth,
      credential,
      enabled,
    ]),
  );
}

function namesOf(servers: readonly IceServer[]): string[] {
  const hosts = servers.flatMap(({ urls }) => [urls].flat().map(hostOf));
  return [...new Set(hosts)].filter((host) => host !== null).filter((host) => isIP(host) === 0);
}

function hostOf(url: string): string | null {
  const parsed = parseStunUri(url);
  return parsed.ok ? parsed.uri.host : null;
}

async function resolveNames(names: readonly string[]): Promise<Addresses> {
  const found: Addresses = {};
  const looks = names.map(async (name) => {
    const resolved = await resolveHost(name);
    if (resolved.ok) found[name] = resolved.addresses.slice(0, 16);
  });
  await settleWithin(looks, namesMs);
  return { ...found };
}

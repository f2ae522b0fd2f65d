/** The STUN and TURN servers of this service: the embedded one, those of the config file, those of the screen. */
import { createHash, randomBytes } from 'node:crypto';
import type { RunSummary } from '../../contract/runs.ts';
import type { ServerInput, ServerView } from '../../contract/servers.ts';
import type { EmbeddedStun } from '../deps.ts';
import { fault, isStoreAway } from '../fault.ts';
import { isWildcard, urlHost } from '../loopback.ts';
import { sees } from '../projects/scope.ts';
import type { Reads } from '../store/projects-read.ts';
import type { LastTest, Store, StoredServer } from '../store/store.ts';
import { checkServerInput } from './check-input.ts';
import { turnUris } from './probe-targets.ts';

export type KnownServer = StoredServer & { readonly origin: ServerView['origin'] };

/** {@link ServerList.all}. */
export type ServersOf = (reachedBy: string, reads: Reads) => Promise<readonly KnownServer[]>;

/** How far back the history of a URL is shown. */
const checksPerUri = 30;

/** Id of the embedded server, in every store. */
export const embeddedId = 'embedded';

export interface ServerListOptions {
  readonly store: Store;
  readonly configured: readonly ServerInput[];
  readonly embedded: EmbeddedStun | null;
  readonly now: () => Date;
  /** @param project whose server it is; null: it is everybody’s */
  readonly onChange: (project: string | null) => void;
}

/** `stun:HOST:PORT`; `reachedBy` stands in where the server listens on every address. */
export function embeddedUri(embedded: EmbeddedStun, reachedBy: string): string {
  const host = isWildcard(embedded.address) ? reachedBy : embedded.address;
  return `stun:${urlHost(host)}:${embedded.port}`;
}

export class ServerList {
  readonly #options: ServerListOptions;
  readonly #configured: readonly KnownServer[];
  /** Those of the screen, as they last were: without a store visitors are checked all the same. */
  #screen: readonly StoredServer[] = [];

  constructor(options: ServerListOptions) {
    this.#options = options;
    this.#configured = options.configured.map((input) => ({
      ...columnsOf(input, null),
      id: configId(input),
      project: null,
      origin: 'config',
    }));
  }

  /**
   * Those of the projects, and those that are everybody’s.
   * @param reachedBy address of this host that the caller can reach, for the embedded server’s URI
   */
  async all(reachedBy: string, reads: Reads): Promise<KnownServer[]> {
    const { embedded, store } = this.#options;
    const own: KnownServer[] =
      embedded === null
        ? []
        : [
            {
              id: embeddedId,
              label: 'Embedded STUN server',
              urls: [embeddedUri(embedded, reachedBy)],
              username: null,
              auth: 'none',
              credential: null,
              enabled: true,
              project: null,
              origin: 'embedded',
            },
          ];
    this.#screen = await this.#stored(store);
    return [
      ...own,
      ...this.#configured,
      ...this.#screen
        .filter(({ project }) => project !== null && sees(reads, project))
        .map((each) => ({ ...each, origin: 'screen' as const })),
    ];
  }

  async #stored(store: Store): Promise<readonly StoredServer[]> {
    try {
      return await store.listServers();
    } catch (error) {
      if (isStoreAway(error)) return this.#screen;
      throw error;
    }
  }

  async views(reachedBy: string, reads: Reads): Promise<ServerView[]> {
    const { store } = this.#options;
    const [servers, tests] = await Promise.all([this.all(reachedBy, reads), store.lastTests()]);
    const checks = await store.turnRuns([...new Set(servers.flatMap(turnUris))], 1, reads);
    const byUri = new Map(checks.map((run) => [run.turn?.uri, run]));
    return servers.map((server) => {
      const lastChecks = turnUris(server).flatMap((uri) => byUri.get(uri) ?? []);
      return viewOf(server, tests.get(server.id) ?? null, lastChecks);
    });
  }

  /** Stored turn-reports about the URLs of a server, newest first. */
  async checks(id: string, reachedBy: string, reads: Reads): Promise<RunSummary[]> {
    const uris = turnUris(await this.find(id, reachedBy, reads));
    return this.#options.store.turnRuns(uris, checksPerUri, reads);
  }

  async view(id: string, reachedBy: string, reads: Reads): Promise<ServerView> {
    const found = (await this.views(reachedBy, reads)).find((server) => server.id === id);
    if (found === undefined) throw fault('not-found', `server ${id}`);
    return found;
  }

  async find(id: string, reachedBy: string, reads: Reads): Promise<KnownServer> {
    const found = (await this.all(reachedBy, reads)).find((server) => server.id === id);
    if (found === undefined) throw fault('not-found', `server ${id}`);
    return found;
  }

  async add(input: ServerInput, project: string): Promise<string> {
    accept(input, false);
    const id = `s${randomBytes(9).toString('base64url')}`;
    await this.#options.store.addServer({ ...columnsOf(input, null), id, project }, this.#options.now());
    this.#options.onChange(project);
    return id;
  }

  /** A credential that is left out stays as it is, unless the way to authenticate changes. */
  async update(id: string, input: ServerInput, reads: Reads): Promise<void> {
    const old = await this.#editable(id, reads);
    const kept = old.auth === input.auth ? old.credential : null;
    accept(input, kept !== null);
    await this.#options.store.updateServer({ ...columnsOf(input, kept), id, project: old.project });
    this.#options.onChange(old.project);
  }

  async remove(id: string, reads: Reads): Promise<void> {
    const { project } = await this.#editable(id, reads);
    await this.#options.store.deleteServer(id);
    this.#options.onChange(project);
  }

  async saveTest({ id, project }: KnownServer, test: LastTest): Promise<void> {
    await this.#options.store.saveTest(id, test);
    this.#options.onChange(project);
  }

  async #editable(id: string, reads: Reads): Promise<KnownServer> {
    const server = await this.find(id, '127.0.0.1', reads);
    if (server.origin !== 'screen') throw fault('server-read-only', server.label);
    return server;
  }
}

function accept(input: ServerInput, hasCredential: boolean): void {
  const problem = checkServerInput(input, hasCredential);
  if (problem !== null) throw fault('request-invalid', `${problem.field}: ${problem.problem}`, problem.field);
}

function columnsOf(input: ServerInput, keptCredential: string | null): Omit<StoredServer, 'id' | 'project'> {
  const { label, urls, username, auth, enabled } = input;
  const credential = auth === 'none' ? null : (input.credential ?? keptCredential);
  return { label, urls, username: auth === 'none' ? null : username, auth, credential, enabled };
}

/** The same from start to start, so that test results stay with their server. */
function configId(input: ServerInput): string {
  const text = JSON.stringify([input.label, input.urls, input.username]);
  return `config-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

/** The one place where a server becomes visible; the credential stays behind. */
function viewOf(
  server: KnownServer,
  lastTest: LastTest | null,
  lastChecks: readonly RunSummary[],
): ServerView {
  const { id, label, urls, username, auth, enabled, origin } = server;
  return {
    id,
    label,
    urls: [...urls],
    username,
    auth,
    enabled,
    hasCredential: server.credential !== null,
    origin,
    lastTest,
    lastChecks: [...lastChecks],
  };
}

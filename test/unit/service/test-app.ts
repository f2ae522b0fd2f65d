/** The whole app on an in-memory store with a fake probe; `inject` it, then close it in the test’s own teardown. */
import type { FastifyInstance } from 'fastify';
import { type ServeConfig, serveConfigSchema } from '../../../contract/config.ts';
import { Access } from '../../../service/access.ts';
import type { PostWebhook } from '../../../service/agents/notices/post-webhook.ts';
import { type Pace, usualPace } from '../../../service/agents/pace.ts';
import { buildApp } from '../../../service/app.ts';
import type { AppDeps, EmbeddedStun, LogOptions, RunProbe, RunTurnCheck } from '../../../service/deps.ts';
import { Metrics } from '../../../service/metrics.ts';
import { openSqliteStore } from '../../../service/store/sqlite.ts';
import type { Store } from '../../../service/store/store.ts';
import { WitnessDesk } from '../../../service/witness/witness-desk.ts';
import { sampleNat, sampleTurn } from './sample-reports.ts';

export interface TestApp {
  readonly app: FastifyInstance;
  readonly store: Store;
  readonly config: ServeConfig;
  close(): Promise<void>;
}

export interface TestAppOptions extends Pick<AppDeps, 'addEcho' | 'addTabNat' | 'addWhip'> {
  config?: Partial<Parameters<typeof serveConfigSchema.parse>[0] & object>;
  token?: string | null;
  runProbe?: RunProbe;
  runTurnCheck?: RunTurnCheck;
  post?: PostWebhook;
  agentPace?: Partial<Pace>;
  embeddedStun?: EmbeddedStun | null;
  webRoot?: string | null;
  log?: LogOptions;
  now?: () => Date;
}

export const testToken = 'correct-horse-battery-staple';
export const bearer = { authorization: `Bearer ${testToken}` };

/** Everything is logged, although nobody reads it here: the run of all tests searches it for secrets. */
const unreadLog: LogOptions = { level: 'debug', stream: { write: () => {} } };

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const config = serveConfigSchema.parse(options.config ?? {});
  const store = await openSqliteStore(':memory:');
  const { addEcho, addTabNat, addWhip } = options;
  const app = await buildApp({
    config,
    version: '9.9.9',
    store,
    access: new Access(options.token ?? null, store.access),
    embeddedStun:
      options.embeddedStun === undefined
        ? {
            address: '127.0.0.1',
            port: 3478,
            rfc5780: true,
            link: null,
            peerWitness: null,
            endpoints: [{ address: '127.0.0.1', port: 3478 }],
          }
        : options.embeddedStun,
    witness: new WitnessDesk({ now: () => new Date(), nowMs: () => performance.now() }),
    runProbe: options.runProbe ?? (async () => sampleNat({ at: new Date().toISOString() })),
    agents: {
      refuses: () => false,
      post: options.post ?? (async () => ({ ok: true, reason: '' })),
      pace: { ...usualPace, ...options.agentPace },
    },
    runTurnCheck:
      options.runTurnCheck ?? (async ({ target }) => ({ report: sampleTurn({ uri: target.uri.text }) })),
    ...(addEcho !== undefined && { addEcho }),
    ...(addTabNat !== undefined && { addTabNat }),
    ...(addWhip !== undefined && { addWhip }),
    metrics: new Metrics(),
    webRoot: options.webRoot ?? null,
    now: options.now ?? (() => new Date()),
    log: options.log ?? unreadLog,
  });
  await app.ready();
  return {
    app,
    store,
    config,
    close: async () => {
      await app.close();
      await store.close();
    },
  };
}

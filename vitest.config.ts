import { defineConfig } from 'vitest/config';

/** What is waited for comes at once on a quiet machine; a busy one must not make it a failure. */
const patience = { poll: { timeout: 15_000 } };

/** Of one browser each, in which little moves: two of them share the machine. */
const pages = [
  'dashboard',
  'dashboard-screens',
  'lab',
  'links',
  'load-page',
  'monitors',
  'settings',
  'share-run',
  'sign-in',
  'simulate-page',
  'statistics',
  'stored-markup',
].map((name) => `test/web/${name}.test.ts`);

const nodeOnly = {
  // As package.json exports it, without a build.
  alias: {
    'polynya/turn': new URL('./turn/io/faulty-turn.ts', import.meta.url).pathname,
    'polynya/rooms': new URL('./rooms/io/index.ts', import.meta.url).pathname,
  },
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: patience,
  // By default one core is left idle, which on two halves the speed.
  maxWorkers: '100%',
};

/**
 * Five projects, by what they need:
 *  logic – nothing but Node (functions, simulations, the repository itself), file after file in one process: importing
 *         everything anew for each takes half of the time;
 *  unit – loopback sockets, child processes, PostgreSQL, NATS, file after file in one process;
 *  lab  – root, nftables, coturn: network namespaces with kernel NATs;
 *  web  – Debian's Chromium and Firefox with media and NATs, one file at a time;
 *  page – Debian's Chromium for the pages of the dashboard.
 * `npm test` (test/run.mjs) runs them all, and says which ones it could not and which ones needed a second try: real
 * browsers and kernels on a busy machine get one, and more than three of them fail the run.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'logic',
          include: ['test/{unit,property,sim,meta}/**/*.test.ts'],
          isolate: false,
          sequence: { groupOrder: 0 },
          ...nodeOnly,
        },
      },
      {
        test: {
          name: 'unit',
          include: ['test/net/**/*.test.ts'],
          isolate: false,
          sequence: { groupOrder: 1 },
          ...nodeOnly,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          expect: patience,
          hookTimeout: 60_000,
          retry: 1,
          // Labs have names of their own, and much of their time is waiting.
          maxWorkers: 2,
          maxConcurrency: 10,
        },
      },
      {
        test: {
          name: 'web',
          include: ['test/web/**/*.test.ts'],
          exclude: pages,
          sequence: { groupOrder: 3 },
          testTimeout: 120_000,
          expect: patience,
          hookTimeout: 120_000,
          retry: 1,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'page',
          include: pages,
          sequence: { groupOrder: 4 },
          testTimeout: 120_000,
          expect: patience,
          hookTimeout: 120_000,
          retry: 1,
          maxWorkers: 2,
        },
      },
    ],
  },
});

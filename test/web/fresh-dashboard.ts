/** A browser for all tests of a `describe`; for each of them a service with nothing in it and a page. */
import type { Browser, Response } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { RunningService } from '../../service/server.ts';
import { launchBrowser, openPage, startQuietService, type WatchedPage } from './dashboard-stage.ts';

export interface FreshDashboard {
  /** Of the present test. */
  readonly service: RunningService;
  readonly watched: WatchedPage;
  /** Another service takes the place of one that the test has closed. */
  serve(...how: Parameters<typeof startQuietService>): Promise<void>;
  /** Goes to a path of the service. */
  open(path: string): Promise<Response | null>;
}

/** To be called in the `describe`. */
export function freshDashboard(): FreshDashboard {
  let browser: Browser | undefined;
  let current: { service: RunningService; readonly watched: WatchedPage } | undefined;
  const now = () => {
    if (current === undefined) throw new Error('no test runs');
    return current;
  };
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    if (browser === undefined) throw new Error('no browser');
    const service = await startQuietService();
    try {
      const watched = await openPage(browser, { viewport: { width: 1280, height: 900 } });
      current = { service, watched };
    } catch (error) {
      await service.close();
      throw error;
    }
  });
  afterEach(async () => {
    await current?.watched.close();
    await current?.service.close();
    current = undefined;
  });
  return {
    get service() {
      return now().service;
    },
    get watched() {
      return now().watched;
    },
    serve: async (...how) => {
      now().service = await startQuietService(...how);
    },
    open: (path) => now().watched.page.goto(new URL(path, now().service.url).href),
  };
}

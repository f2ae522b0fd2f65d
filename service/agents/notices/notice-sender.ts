/** Delivers notices to webhooks, again and again until they are taken or too old to be of use. */
import type { FastifyBaseLogger } from 'fastify';
import type { MonitorStore, NoticeStore } from '../../store/fleet/fleet-store.ts';
import type { Notice } from '../../store/fleet/notice-queries.ts';
import { retryAfterMs } from '../judge/retry.ts';
import type { PostWebhook } from './post-webhook.ts';

/** 10 s, 20 s, 40 s … half an hour: about a day in all. */
const growth = { firstMs: 10_000, longestMs: 1_800_000 };
const mostTries = 55;
/** A node that takes a notice and dies loses it to others after this. */
const takenMs = 60_000;

export interface NoticeSenderOptions {
  readonly notices: NoticeStore;
  readonly monitors: Pick<MonitorStore, 'find'>;
  readonly post: PostWebhook;
  readonly now: () => Date;
  readonly onSent: (outcome: 'delivered' | 'failed' | 'given-up') => void;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
}

export class NoticeSender {
  readonly #options: NoticeSenderOptions;
  #sending: Promise<void> | null = null;
  #closed = false;

  constructor(options: NoticeSenderOptions) {
    this.#options = options;
  }

  /** Sends what is due, one after the other. To be called now and then, and when there is a new one. */
  send(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    const { notices, now } = this.#options;
    while (!this.#closed) {
      const at = now();
      const notice = await notices.take(at, new Date(at.getTime() + takenMs));
      if (notice === null) return;
      await this.#sendOne(notice);
    }
  }

  async #sendOne({ id, monitor: monitorId, body, tries }: Notice): Promise<void> {
    const { notices, monitors, post, now, onSent, log } = this.#options;
    const monitor = await monitors.find(monitorId);
    const url = monitor?.spec.webhook?.url ?? null;
    const secret = monitor?.webhookSecret ?? null;
    // Nobody wants it any more.
    if (url === null || secret === null) return notices.drop(id);
    const { ok, reason } = await post({ url, secret, body, now: now() });
    if (ok) {
      onSent('delivered');
      return notices.drop(id);
    }
    // Never the URL: some services write their secret into it.
    log.warn({ monitor: monitorId, notice: id, tries, reason }, 'a webhook did not take its notice');
    if (tries >= mostTries) {
      onSent('given-up');
      return notices.drop(id);
    }
    onSent('failed');
    await notices.retry(id, new Date(now().getTime() + retryAfterMs(tries, growth, Math.random())));
  }
}

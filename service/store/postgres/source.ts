import pg from 'pg';
import type { StoreSource } from '../store-source.ts';
import { openWatchable } from './open.ts';
import { awayFailure } from './open-failure.ts';

/** SQLSTATE too_many_connections: somebody is there to say it. */
const full = '53300';

export function postgresSource(url: string, answerMs: number): StoreSource {
  return {
    open: () => openWatchable(url),
    answers: async () => {
      const client = new pg.Client({
        connectionString: url,
        application_name: 'polynya watch',
        connectionTimeoutMillis: answerMs,
        query_timeout: answerMs,
      });
      // It may break again once it is of no use any more.
      client.on('error', () => {});
      try {
        await client.connect();
        await client.query('select 1');
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === full)) throw error;
      } finally {
        void client.end().catch(() => {});
      }
    },
    awayFailure: (error) => awayFailure(error, url),
  };
}

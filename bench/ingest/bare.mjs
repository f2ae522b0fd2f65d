/**
 * The least that can take a JSON report over HTTP and keep it: Fastify as it is shipped, and one insert of the body in a
 * transaction over a pool of pg. Checks nothing, counts nothing, and stores a report that comes twice twice.
 * Usage: bare.mjs POSTGRES-URL
 */
import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.argv[2], max: 10 });
await pool.query('create table if not exists bare (id bigserial primary key, body text not null)');
const app = Fastify({ bodyLimit: 2_097_152 });

app.post('/api/reports', async (request) => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const text = 'insert into bare (body) values ($1) returning id';
    const { rows } = await client.query(text, [JSON.stringify(request.body)]);
    await client.query('commit');
    return { id: rows[0].id };
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
});

console.log(await app.listen({ host: '127.0.0.1', port: 0 }));

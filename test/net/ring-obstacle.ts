/** Why tests of io_uring(7) cannot run here, as in containers that forbid it; null: they can. */
import { loadLibc } from '../../turn/load/io/libc.ts';
import { openRingSockets } from '../../turn/load/io/ring-sockets.ts';

export async function ringObstacle(): Promise<string | null> {
  if (process.platform !== 'linux') return `no io_uring on ${process.platform}`;
  const loaded = await loadLibc();
  if (!loaded.ok) return loaded.problem;
  const opened = openRingSockets(loaded.libc, () => undefined);
  if (!opened.ok) return opened.problem;
  opened.sockets.close();
  return null;
}

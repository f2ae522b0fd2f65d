/** Runs the tests of the path that were asked for, side by side on real sockets. */
import { randomBytes } from 'node:crypto';
import type { Evidence } from '../../contract/evidence.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { mtuControl } from '../path/mtu-plan.ts';
import { MtuTest } from '../path/mtu-test.ts';
import type { PathPlan } from '../path/path-plan.ts';
import { TcpTest } from '../path/tcp-test.ts';
import { routeMtu } from './route-mtu.ts';
import { runTest, type TestRunOptions } from './run-test.ts';

export async function runPathTests({ tcp, mtu }: PathPlan, options: TestRunOptions): Promise<Evidence[]> {
  const runs = [
    ...(tcp === null ? [] : [runTest(new TcpTest(tcp, randomBytes), options)]),
    ...(mtu === null ? [] : [runMtu(mtu, options)]),
  ];
  return (await Promise.all(runs)).flat();
}

/** What the kernel knew beforehand decides how large packets left; what it knows afterwards came from the path. */
async function runMtu(server: Endpoint, options: TestRunOptions): Promise<Evidence[]> {
  const before = await routeMtu(server.address);
  const evidence = await runTest(new MtuTest(server, randomBytes), options);
  const after = await routeMtu(server.address);
  return evidence.map((e) => (e.purpose === mtuControl ? { ...e, routeMtu: { before, after } } : e));
}

/** Starts the media server of the path `sfu` on the server's host, and what speaks with it. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../../../contract/scenario.ts';
import type { Running } from '../exec.ts';
import { type JanusPlace, startJanus } from '../janus.ts';
import type { Lab } from '../lab.ts';
import type { LabAgent } from './lab-agent.ts';
import { LabSfu, type SfuLine } from './lab-sfu.ts';
import type { LabPrograms } from './run-means.ts';
import { forEachOf } from './schedule.ts';

export interface SfuOptions {
  readonly kind: Scenario['sfu']['kind'];
  readonly programs: LabPrograms;
  /** Those that will be in its rooms. */
  readonly agents: readonly LabAgent[];
}

const readyMs = 20_000;
const servicePort = 7478;
const startsAtOnce = 6;

/** @throws Error with the output of what does not come up */
export function startSfu(lab: Lab, { kind, programs, agents }: SfuOptions): Promise<LabSfu> {
  switch (kind) {
    case 'embedded':
      return mediaServer(lab, 'SFU of polynya serve', programs.sfu, {});
    case 'janus':
      return janusServer(lab, programs);
    case 'service':
      return serviceRooms(lab, programs, agents);
  }
}

/** One program has all rooms. */
async function mediaServer(
  lab: Lab,
  name: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  ...more: readonly string[]
): Promise<LabSfu> {
  const [, address] = lab.serverAddresses;
  const sfu: LabSfu = new LabSfu(name, () => order);
  const running = lab.spawn(lab.server, [...command, address, ...more], {
    env,
    onLine: (line) => sfu.onLine(line),
  });
  const order = lineTo(running);
  await running.waitFor(/"ready"/, readyMs);
  return sfu;
}

/** Its media go over the address of the host's link: it takes none of those that stand on loopback. */
async function janusServer(lab: Lab, programs: LabPrograms): Promise<LabSfu> {
  const start: JanusPlace['start'] = (argv, options) => lab.spawn(lab.server, argv, options);
  const janus = await startJanus({ place: { folder: lab.folder('janus'), start } });
  const env = { POLYNYA_JANUS_SECRET: janus.apiSecret };
  return mediaServer(lab, 'Janus', programs.sfu, env, '--janus', janus.url);
}

/** A program at each host is a member of the service's rooms for the client there. */
async function serviceRooms(lab: Lab, programs: LabPrograms, agents: readonly LabAgent[]): Promise<LabSfu> {
  const [, host] = lab.serverAddresses;
  const adminToken = randomBytes(18).toString('base64url');
  const config = join(lab.folder('service'), 'service.yaml');
  // JSON is YAML. Attempts of a whole matrix are no abuse.
  const limits = { requestsPerMinute: 100_000 };
  const settings = { host, port: servicePort, store: ':memory:', adminToken, stun: { enabled: false } };
  writeFileSync(config, JSON.stringify({ ...settings, sfu: { rooms: 64 }, limits }), { mode: 0o600 });
  await lab.spawn(lab.server, [...programs.serve, '--config', config]).waitFor(/^Stop /m, readyMs);

  const lines = new Map<LabAgent, SfuLine>();
  const sfu = new LabSfu('polynya serve', (agent) => {
    const line = lines.get(agent);
    if (line === undefined) throw new Error(`nobody signals for ${agent.name}`);
    return line;
  });
  await forEachOf(agents, startsAtOnce, async (agent) => {
    const running = lab.spawn(agent.namespace, [...programs.member, `http://${host}:${servicePort}`], {
      env: { POLYNYA_ADMIN_TOKEN: adminToken },
      onLine: (line) => sfu.onLine(line),
    });
    lines.set(agent, lineTo(running));
    await running.waitFor(/"ready"/, readyMs);
  });
  return sfu;
}

function lineTo(running: Running): SfuLine {
  return (order) => running.write(`${JSON.stringify(order)}\n`);
}

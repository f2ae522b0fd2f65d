/** Monitors as operators make, change and see them. */
import { randomBytes } from 'node:crypto';
import type { MonitorInput, MonitorView } from '../../../contract/fleet/monitor.ts';
import { fault } from '../../fault.ts';
import type { ProjectDesk } from '../../projects/project-desk.ts';
import { sees } from '../../projects/scope.ts';
import { probeTargets, turnTargets } from '../../servers/probe-targets.ts';
import type { KnownServer, ServersOf } from '../../servers/server-list.ts';
import type { AgentStore, MonitorStore, ResultStore } from '../../store/fleet/fleet-store.ts';
import type { StoredMonitor } from '../../store/fleet/monitor-queries.ts';
import type { Reads } from '../../store/projects-read.ts';
import { isOnline } from '../agent-desk.ts';
import { cellName, cellsOf } from '../judge/cell-key.ts';
import { urlFor } from '../judge/judge-result.ts';
import { dayAgo, monitorView } from './monitor-view.ts';

/** Each costs jobs around the clock. */
const mostMonitors = 200;

export interface MonitorDeskOptions {
  readonly monitors: MonitorStore;
  readonly results: ResultStore;
  readonly agents: AgentStore;
  /** By this address the service itself reaches an embedded server that listens everywhere. */
  readonly servers: ServersOf;
  readonly projects: Pick<ProjectDesk, 'demand'>;
  readonly now: () => Date;
  readonly onChange: (id: string, project: string) => void;
}

const here = '127.0.0.1';

export class MonitorDesk {
  readonly #options: MonitorDeskOptions;

  constructor(options: MonitorDeskOptions) {
    this.#options = options;
  }

  async list(reads: Reads): Promise<MonitorView[]> {
    const all = await this.#options.monitors.list();
    return Promise.all(
      all.filter(({ project }) => sees(reads, project)).map((monitor) => this.#view(monitor)),
    );
  }

  async view(id: string, reads: Reads): Promise<MonitorView> {
    return this.#view(await this.find(id, reads));
  }

  /** Throws `not-found`. */
  async find(id: string, reads: Reads): Promise<StoredMonitor> {
    const monitor = await this.#options.monitors.find(id);
    if (monitor === null || !sees(reads, monitor.project)) throw fault('not-found', `monitor ${id}`);
    return monitor;
  }

  async create(input: MonitorInput, project: string): Promise<MonitorView> {
    const { monitors, projects, now } = this.#options;
    await projects.demand(project, 'monitors');
    if ((await monitors.list()).length >= mostMonitors)
      throw fault('rate-limited', `${mostMonitors} monitors`);
    const id = `m${randomBytes(9).toString('base64url')}`;
    return this.#save({ id, createdAt: now().toISOString(), webhookSecret: null, project }, input);
  }

  /** The history of what it measures no more stays until its time is over. */
  async update(id: string, input: MonitorInput, reads: Reads): Promise<MonitorView> {
    return this.#save(await this.find(id, reads), input);
  }

  async remove(id: string, reads: Reads): Promise<void> {
    const { project } = await this.find(id, reads);
    if (!(await this.#options.monitors.delete(id))) throw fault('not-found', `monitor ${id}`);
    this.#options.onChange(id, project);
  }

  async #save(was: Omit<StoredMonitor, 'spec'>, input: MonitorInput): Promise<MonitorView> {
    const { monitors, servers, onChange } = this.#options;
    const known = await servers(here, [was.project]);
    accept(input, known);
    const { webhook, ...rest } = input;
    const spec = { ...rest, webhook: webhook === null ? null : { url: webhook.url } };
    const webhookSecret = webhook === null ? null : (webhook.secret ?? was.webhookSecret);
    if (webhook !== null && webhookSecret === null) {
      throw fault('request-invalid', 'webhook.secret: notices are signed with it', 'webhook.secret');
    }
    await monitors.save({ ...was, spec, webhookSecret });
    await monitors.dropCells(was.id, cellsOf(spec).map(cellName));
    onChange(was.id, was.project);
    return this.view(was.id, [was.project]);
  }

  async #view(monitor: StoredMonitor): Promise<MonitorView> {
    const { monitors, results, agents, servers, now } = this.#options;
    const at = now();
    const [cells, counts, known, all] = await Promise.all([
      monitors.cells(monitor.id),
      results.counts(monitor.id, dayAgo(at), 'hour'),
      servers(here, [monitor.project]),
      agents.list(),
    ]);
    const peopled = new Set(all.filter((agent) => isOnline(agent, at.getTime())).map(({ region }) => region));
    return monitorView({ monitor, cells, counts, servers: known, peopled, now: at });
  }
}

/** What the schema cannot say: the server is known, and has a URL for each transport. */
function accept({ kind, server: id, transports }: MonitorInput, servers: readonly KnownServer[]): void {
  if (id === null) return;
  const server = servers.find((each) => each.id === id);
  if (server === undefined) throw fault('not-found', `server ${id}`, 'server');
  if (kind === 'mesh') return;
  const targets = kind === 'probe' ? probeTargets([server]) : turnTargets(server);
  transports.forEach((transport, index) => {
    if (urlFor(targets, transport) !== null) return;
    const what = kind === 'probe' ? 'URL' : 'TURN URL';
    const field = `transports.${index}`;
    throw fault('request-invalid', `${field}: ${server.label} has no ${what} over ${transport}`, field);
  });
}

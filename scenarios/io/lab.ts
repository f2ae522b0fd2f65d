import { mkdtempSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  failedStepMark,
  inside,
  type Plan,
  type PlanStep,
  planCommands,
  stageScript,
} from '../plan/commands.ts';
import type { FirewallSpec } from '../plan/firewall-rules.ts';
import { lineSteps } from '../plan/line-steps.ts';
import type { NatSpec } from '../plan/nat-spec.ts';
import { defaultPublicNet, type LabTopology, planTopology, type SiteSpec } from '../plan/topology.ts';
import {
  type BackgroundOptions,
  type ExecLog,
  type ExecOptions,
  type ExecResult,
  type Running,
  run,
  runInBackground,
} from './exec.ts';
import { defaultLabPrefix, newLabName } from './lab-name.ts';
import { delayHelper, delayMeans } from './line-delay.ts';
import { removeFolder } from './remove-folder.ts';
import { requireLab } from './require-lab.ts';
import { removeNamespaces, sweep } from './sweep.ts';
import { UndoStack } from './undo-stack.ts';

export interface LabOptions {
  /** One client behind this NAT; null: on the public network. Ignored when `sites` is given. */
  readonly nat?: NatSpec | null;
  /** In the same router as the NAT, or in a router of its own without one. */
  readonly firewall?: FirewallSpec | null;
  /** For more than one client: several sites, hosts, and NATs in a row. */
  readonly sites?: readonly SiteSpec[];
  /** Share of UDP packets lost in the core, 0–1, each direction by itself. Default 0. */
  readonly lossRate?: number;
  /** First two octets of the network that plays the Internet; see `defaultPublicNet`. */
  readonly publicNet?: string;
  /** The server has an IPv6 address too, where a site has IPv6. Default false. */
  readonly serverIpv6?: boolean;
  /** Start of all names. Default `pnlab`. */
  readonly prefix?: string;
  readonly log?: ExecLog;
}

/** A running lab. `close()` leaves nothing behind; so does the end of the process, unless it is SIGKILLed. */
export interface Lab {
  readonly name: string;
  readonly topology: LabTopology;
  /** Namespace of the server and its two public addresses. */
  readonly server: string;
  readonly serverAddresses: readonly [string, string];
  /** Namespace and address of the first host of the first site. */
  readonly client: string;
  readonly clientAddress: string;
  /** What the server sees of the client when there is a NAT: the first address of the outermost one. */
  readonly natAddress: string | null;
  readonly natAddresses: readonly string[];
  /** What could not be built as asked for, or not in the best way. */
  readonly notices: readonly string[];
  /** Runs a command in a namespace to its end. */
  run(namespace: string, argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Starts a command in a namespace; it is stopped with the lab. */
  spawn(namespace: string, argv: readonly string[], options?: BackgroundOptions): Running;
  /**
   * Changes the lab while it stands, one step after the other.
   * @throws Error naming the step that failed
   */
  apply(steps: readonly PlanStep[]): Promise<void>;
  /** A fresh temporary folder that goes with the lab. */
  folder(purpose: string): string;
  /**
   * Rules with what they have learned, conntrack and interface counters: what to look at when a verdict is wrong.
   * @param namespaces default: all routers of the lab
   */
  evidence(namespaces?: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** For one stage of the largest lab on a busy machine. */
const buildTimeoutMs = 60_000;

/** Leftovers of others are looked for once, before the first lab of this process. */
const swept = new Set<string>();

/**
 * Builds namespaces, links, NATs and firewalls and waits for nothing: when it returns, packets flow.
 * @throws Error when this machine cannot run labs (see `labObstacle`) or a command fails; nothing is left then
 */
export async function buildLab(options: LabOptions = {}): Promise<Lab> {
  requireLab();
  const prefix = options.prefix ?? defaultLabPrefix;
  if (!swept.has(prefix)) {
    swept.add(prefix);
    sweep(prefix);
  }
  const name = newLabName(prefix);
  const topology = planTopology({
    prefix: name,
    sites: options.sites ?? [oneClient(options)],
    lossRate: options.lossRate ?? 0,
    publicNet: options.publicNet ?? defaultPublicNet,
    serverIpv6: options.serverIpv6 ?? false,
  });
  const undo = new UndoStack();
  try {
    await applyPlan(planCommands(topology), topology, undo, options.log);
    const lab = handleOf(name, topology, undo, options.log);
    return { ...lab, notices: await slowLines(lab) };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

/** Lines with delay, jitter or a rate. */
async function slowLines(lab: Lab): Promise<string[]> {
  const slow = lab.topology.sites.flatMap(({ line }) => line ?? []);
  if (slow.length === 0) return [];
  const delayed = slow.some(({ delayMs, jitterMs }) => delayMs + jitterMs > 0);
  const { means, notice } = delayed ? await delayMeans() : { means: 'none' as const, notice: null };
  if (means === 'queue') {
    // Before the rules that send packets to it: what nobody takes out of a queue is lost.
    await lab.spawn(lab.topology.core, delayHelper(lab.topology)).waitFor(/^ready$/m, 10_000);
  }
  await lab.apply(lineSteps(lab.topology, means));
  return notice === null ? [] : [notice];
}

function oneClient(options: LabOptions): SiteSpec {
  const nat = options.nat ?? null;
  const firewall = options.firewall ?? null;
  return { name: 'home', hosts: 1, boxes: nat === null && firewall === null ? [] : [{ nat, firewall }] };
}

async function applyPlan(plan: Plan, topology: LabTopology, undo: UndoStack, log?: ExecLog): Promise<void> {
  const names = topology.namespaces.map((namespace) => namespace.name);
  // Registered before the first command: half a lab is removed as well.
  undo.add({ now: () => void removeNamespaces(names) });
  for (const stage of plan) await applyStage(stage, log);
}

/**
 * One shell for each processor takes its share of the steps: starting a process costs this one far more than a shell,
 * and most steps are short.
 */
async function applyStage(stage: readonly PlanStep[], log?: ExecLog): Promise<void> {
  const width = Math.min(availableParallelism(), stage.length);
  const shares = Array.from({ length: width }, (_, lane) =>
    stage.filter((_step, index) => index % width === lane),
  );
  const results = await Promise.allSettled(shares.map((steps) => runSteps(steps, log)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** @throws Error naming the first step that failed */
async function runSteps(steps: readonly PlanStep[], log?: ExecLog): Promise<void> {
  if (steps.length === 0) return;
  const options = { stdin: stageScript(steps), timeoutMs: buildTimeoutMs };
  const result = await run(['sh', '-s'], options, log);
  if (result.code === 0) return;
  const [said = '', index = ''] = result.stderr.split(failedStepMark);
  const step = steps[Number.parseInt(index, 10)];
  const what = step === undefined ? 'sh' : `${step.title}: ${step.argv.join(' ')}`;
  throw new Error(`${what} ended with ${result.signal ?? result.code}\n${said}`.trim());
}

function handleOf(name: string, topology: LabTopology, undo: UndoStack, log?: ExecLog): Lab {
  const [site] = topology.sites;
  const [host] = site?.hosts ?? [];
  if (site === undefined || host === undefined) throw new Error('a lab needs a site with a host');
  return {
    name,
    topology,
    server: topology.server.namespace,
    serverAddresses: topology.server.addresses,
    client: host.namespace,
    clientAddress: host.address,
    natAddress: site.natAddresses[0] ?? null,
    natAddresses: site.natAddresses,
    notices: [],
    run: (namespace, argv, options) => run(inside(namespace, argv), options, log),
    spawn: (namespace, argv, options) => {
      const running = runInBackground(inside(namespace, argv), options);
      undo.add({
        now: () => {
          if (running.pid !== undefined) killNow(running.pid);
        },
        gently: () => running.stop(),
      });
      return running;
    },
    apply: (steps) => runSteps(steps, log),
    folder: (purpose) => {
      const path = mkdtempSync(join(tmpdir(), `${name}-${purpose}-`));
      undo.add({ now: () => removeFolder(path) });
      return path;
    },
    evidence: (namespaces) => evidenceOf(namespaces ?? routersOf(topology), log),
    close: () => undo.run(),
  };
}

function routersOf(topology: LabTopology): string[] {
  return [topology.core, ...topology.sites.flatMap(({ boxes }) => boxes.map(({ namespace }) => namespace))];
}

async function evidenceOf(routers: readonly string[], log?: ExecLog): Promise<string> {
  const looks = [
    // Dynamic sets and maps hold the mappings and permissions; constant maps are left out by their length.
    ['nft', '-n', 'list', 'ruleset'],
    ['cat', '/proc/net/nf_conntrack'],
    ['ip', '-s', '-br', 'link'],
  ];
  const parts = await Promise.all(
    routers.flatMap((router) =>
      looks.map(async (argv) => {
        const { stdout, code } = await run(inside(router, argv), {}, log);
        const text = stdout.split('\n').map((line) => (line.length > 400 ? `${line.slice(0, 400)} …` : line));
        return code === 0 ? `--- ${router}: ${argv.join(' ')}\n${text.join('\n')}` : '';
      }),
    ),
  );
  return parts.filter(Boolean).join('\n');
}

function killNow(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

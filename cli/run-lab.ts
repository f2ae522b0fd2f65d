/** `polynya lab run`: loads, builds, tries, prints. */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import yoctoSpinner from 'yocto-spinner';
import type { LabReport } from '../contract/lab-report.ts';
import type { Scenario } from '../contract/scenario.ts';
import type { ScenarioAgent } from '../contract/scenario-agent.ts';
import type { Lab } from '../scenarios/io/lab.ts';
import { labObstacle } from '../scenarios/io/require-lab.ts';
import type { LabProgress } from '../scenarios/io/run/run-means.ts';
import { runScenario } from '../scenarios/io/run/run-scenario.ts';
import { SiteMismatch } from '../scenarios/io/run/verify-sites.ts';
import type { CompiledScenario } from '../scenarios/scenario/compile.ts';
import { type NamedServer, namedServers } from '../scenarios/scenario/named-servers.ts';
import { runSimulated } from '../scenarios/scenario/run-simulated.ts';
import { ScenarioProblem } from '../scenarios/scenario/scenario-problem.ts';
import { builtCommand, scenarioClients } from '../service/release.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { fitLabReport } from './fit-lab-report.ts';
import { labJunit } from './lab-junit.ts';
import { labReportText } from './lab-text.ts';
import { loadScenario, scenarioFile } from './load-scenario.ts';
import { packetTimeline } from './packets/packet-timeline.ts';
import { readIceServers } from './read-ice-servers.ts';
import { sendReport } from './send-report.ts';
import { painter } from './style.ts';
import { writeFile } from './write-file.ts';

export interface LabRunFlags {
  readonly simulate?: boolean;
  readonly jobs?: number;
  readonly repeat?: number;
  readonly iceServers?: string;
  readonly agent?: string;
  readonly assert?: boolean;
  readonly json?: boolean;
  readonly junit?: string;
  readonly send?: string;
  readonly keep?: boolean;
  readonly pcap?: string;
  readonly verbose?: boolean;
}

const own = (...args: readonly string[]) => [process.execPath, builtCommand, ...args];

export async function runLab(names: readonly string[], flags: LabRunFlags): Promise<number> {
  if (flags.json && names.length > 1) {
    throw new CommandError('--json prints one report: name one scenario.');
  }
  // All files are judged before the first one is run.
  const named = flags.iceServers === undefined ? null : readNamedServers(flags.iceServers);
  const scenarios = names.map((name) => ({
    file: scenarioFile(name),
    compiled: { ...loadScenario(name, withAgent(flags.agent)), ...(named !== null && { named }) },
  }));
  const reports: LabReport[] = [];
  for (const { file, compiled } of scenarios) {
    const report = await runOne(compiled, file, flags);
    reports.push(report);
    if (flags.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    else {
      const options = { width: columns(), verbose: flags.verbose === true };
      process.stdout.write(labReportText(report, options, painter(process.stdout)));
    }
  }
  if (flags.junit !== undefined) writeFile(flags.junit, labJunit(reports));
  for (const report of flags.send === undefined ? [] : reports) {
    const link = await sendReport(fitLabReport(report), flags.send ?? '', '--json > FILE');
    process.stderr.write(`Report stored: ${link}\n`);
  }
  const isUnexpected = ({ body: { counts } }: LabReport) => counts.unexpected + counts.undecided > 0;
  return flags.assert && reports.some(isUnexpected) ? exitCode.fellShort : exitCode.ok;
}

async function runOne(compiled: CompiledScenario, file: string, flags: LabRunFlags): Promise<LabReport> {
  const obstacle = labObstacle();
  if (flags.simulate || obstacle !== null) {
    const at = new Date();
    const why = flags.simulate ? null : obstacle;
    if (why !== null) process.stderr.write(`polynya: simulated, because ${why}\n`);
    return runSimulated(compiled, { at, why, elapsedMs: () => Date.now() - at.getTime() });
  }
  const spinner = process.stderr.isTTY ? yoctoSpinner({ stream: process.stderr }).start() : null;
  try {
    return await runScenario(compiled, {
      jobs: flags.jobs,
      repeat: flags.repeat,
      recording: flags.pcap === undefined ? undefined : { folder: flags.pcap, read: packetTimeline },
      programs: {
        client: (agent) => clientCommand(agent, dirname(file)),
        turnServe: own('turn', 'serve'),
        sfu: own('lab', 'sfu'),
        serve: own('serve'),
        member: own('lab', 'member'),
      },
      onProgress: (progress) => {
        if (spinner) spinner.text = progressText(compiled, progress);
      },
      beforeClose: flags.keep ? keepUntilInterrupted : undefined,
    });
  } catch (error) {
    if (error instanceof SiteMismatch) {
      throw new CommandError(
        `${error.message}. Nothing is reported, because it would not mean what the scenario says.`,
        'Run it again on a quiet machine; if it persists, look at the rules with: polynya lab plan',
        exitCode.couldNotRun,
      );
    }
    const text = error instanceof Error ? error.message : String(error);
    throw new CommandError(`the lab could not run: ${text}`, null, exitCode.couldNotRun);
  } finally {
    spinner?.stop();
  }
}

/** What the application names, in place of what the scenario does. */
function readNamedServers(file: string): NamedServer[] {
  try {
    return namedServers(readIceServers(file), []);
  } catch (error) {
    if (!(error instanceof ScenarioProblem)) throw error;
    throw new CommandError(`${file}: ${error.path.map(String).join('.')}: ${error.message}`);
  }
}

/** A command line for the shell, relative to the folder that it is given in: the client of every host. */
function withAgent(command: string | undefined): (scenario: Scenario) => Scenario {
  return (scenario) => {
    if (command === undefined) return scenario;
    const sites = Object.entries(scenario.sites).map(([name, site]) => [name, { ...site, agent: undefined }]);
    const agent = { command: ['sh', '-c', `exec ${command}`] };
    return { ...scenario, agent, sites: Object.fromEntries(sites) };
  };
}

/** @param folder of the scenario */
function clientCommand(agent: ScenarioAgent, folder: string): string[] {
  if ('command' in agent) return relativeTo(folder, agent.command);
  switch (agent.kind) {
    case 'polynya':
      return own('lab', 'agent');
    case 'chromium':
    case 'firefox':
      return own('lab', 'browser', agent.kind);
    case 'aiortc':
      // Debian's, which has its packages.
      return ['/usr/bin/python3', join(scenarioClients, 'aiortc-client.py')];
  }
}

/** Parts that look like relative paths; a program of the PATH has no slash. */
function relativeTo(folder: string, command: readonly string[]): string[] {
  return command.map((part) =>
    (part.startsWith('./') || part.startsWith('../')) && !isAbsolute(part) ? resolve(folder, part) : part,
  );
}

function progressText({ scenario }: CompiledScenario, { phase, done, of }: LabProgress): string {
  const words = {
    build: `building ${of} sites`,
    agents: `starting agents, ${done} of ${of}`,
    verify: `checking ${of} sites`,
    cells: `${done} of ${of} attempts`,
  };
  return `${scenario.name}: ${words[phase]}`;
}

function keepUntilInterrupted(lab: Lab): Promise<void> {
  const hosts = lab.topology.sites.flatMap(({ hosts: here }) => here.map(({ namespace }) => namespace));
  process.stderr.write(
    [
      'The lab stands until Ctrl-C. Enter a host, or the server, with:',
      ...[...hosts.slice(0, 8), lab.server].map((name) => `  ip netns exec ${name} sh`),
      '',
    ].join('\n'),
  );
  return new Promise((resolve) => process.once('SIGINT', () => resolve()));
}

import { ListenError } from '../turn/io/listen-error.ts';
import { TurnMetrics } from '../turn/io/turn-metrics.ts';
import { startTurnServer, type TurnServerHandle } from '../turn/io/turn-server.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { type LoadedTurnConfig, loadTurnConfig, parseTurnConfig } from './load-turn-config.ts';
import { type FaultFlags, faultsOf, openFaultControl, withSecondSocket } from './turn-faults.ts';
import { TurnLog } from './turn-log.ts';
import { certificateOf, parseEndpoint, planTurnServe, settingsOf } from './turn-serve-plan.ts';

export interface TurnServeFlags extends FaultFlags {
  readonly config?: string;
  readonly checkConfig?: boolean;
}

/** 128 + SIGINT, as shells report a program that a signal ended. */
const exitInterrupted = 130;

export async function runTurnServe(flags: TurnServeFlags): Promise<void> {
  const { config: file, checkConfig } = flags;
  const loaded = file === undefined ? parseTurnConfig('', 'defaults') : loadTurnConfig(file);
  const secret = process.env['POLYNYA_TURN_SECRET'];
  const plan = planTurnServe(loaded, file ?? null, secret);
  const metricsAt = loaded.config.metrics === null ? null : parseEndpoint(loaded.config.metrics);
  if (loaded.config.metrics !== null && metricsAt === null) {
    throw loaded.complaint(['metrics'], `${loaded.config.metrics} is no ADDRESS:PORT`);
  }
  const faults = faultsOf(flags);
  if (checkConfig === true) {
    process.stdout.write(`${file ?? 'The default configuration'} is right.\n`);
    return;
  }

  const log = new TurnLog(loaded.config.log, (line) => process.stderr.write(line));
  const metrics = new TurnMetrics();
  const running: { close(): Promise<void> }[] = [];
  try {
    const server = await startTurnServer({
      ...(faults === null ? plan : { ...withSecondSocket(plan), machine: faults.machine }),
      onEvent: (event) => {
        faults?.observe(event);
        metrics.observe(event);
        log.event(event);
      },
    });
    running.push(server);
    metrics.watch(server);
    const page = metricsAt === null ? null : await metrics.listen(metricsAt);
    if (page !== null) running.push(page);
    faults?.attach(server);
    const faultPage = faults === null ? null : await openFaultControl(faults, flags.faultControl);
    if (faultPage !== null) running.push(faultPage);
    const canLogIn =
      plan.settings.accounts.secrets.length > 0 || Object.keys(plan.settings.accounts.users).length > 0;
    // Before the first line: whoever reads that may send a signal at once.
    const stopped = untilStopped(server, loaded.config.drainSeconds, () => reload(server, file, secret, log));
    const lines = startLines(server, page?.url ?? null, canLogIn);
    const more = faultPage?.lines ?? [];
    process.stdout.write(`${[...lines.slice(0, -1), ...more, ...lines.slice(-1)].join('\n')}\n`);
    await stopped;
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    const usage = error.failure.code === 'config-invalid';
    throw CommandError.from(error.failure, usage ? exitCode.usage : exitCode.couldNotRun);
  } finally {
    await Promise.all(running.map((part) => part.close()));
  }
}

/** One fact a line, name first: people read it, and scripts can cut it at the first blanks. */
export function startLines(server: TurnServerHandle, metricsUrl: string | null, canLogIn: boolean): string[] {
  const stun = server.uris.filter((uri) => uri.startsWith('turn:') && uri.endsWith('=udp'));
  const lines = [
    ...server.uris.map((uri) => `TURN server  ${uri}`),
    ...stun.map((uri) => `STUN server  ${uri.replace(/^turn:/, 'stun:').replace(/\?.*$/, '')}`),
  ];
  if (metricsUrl !== null) lines.push(`Metrics      ${metricsUrl}`);
  if (!canLogIn) lines.push('Note         No users and no secret: only STUN is served, nobody can allocate.');
  if (server.note !== null) lines.push(`Note         ${server.note}`);
  lines.push('Stop         Ctrl+C; SIGTERM waits for allocations to end');
  return lines;
}

/** A file with a mistake changes nothing: the server goes on as it was. */
function reload(
  server: TurnServerHandle,
  file: string | undefined,
  secret: string | undefined,
  log: TurnLog,
): void {
  if (file === undefined) return;
  try {
    const loaded: LoadedTurnConfig = loadTurnConfig(file);
    const settings = settingsOf(loaded, secret);
    const certificate = certificateOf(loaded, file);
    server.reconfigure(settings);
    if (certificate !== null) server.renewCertificate(certificate);
    log.note('info', 'configuration read again');
  } catch (error) {
    log.note(
      'warn',
      `configuration not taken over: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Resolves when the server shall be closed. SIGTERM drains first; a second signal ends the process at once. */
function untilStopped(server: TurnServerHandle, drainSeconds: number, onHangup: () => void): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (drains: boolean): void => {
      if (asked) process.exit(exitInterrupted);
      asked = true;
      process.stdout.write('Stopping …\n');
      if (!drains) {
        resolve();
        return;
      }
      const limit = setTimeout(resolve, drainSeconds * 1000);
      void server.drain().then(() => {
        clearTimeout(limit);
        resolve();
      });
    };
    process.on('SIGINT', () => onSignal(false));
    process.on('SIGTERM', () => onSignal(true));
    process.on('SIGHUP', onHangup);
  });
}

/** `polynya turn config`: plans, writes, and lints what it wrote. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type ConfPlan, type Purpose, planProblems } from '../turn/config/conf-plan.ts';
import { clientUris, listeningPort } from '../turn/config/conf-rows.ts';
import { writeConf } from '../turn/config/write-conf.ts';
import { lintEnvironment } from '../turn/io/lint-environment.ts';
import { judge, toFindings } from '../turn/lint/lint.ts';
import { CommandError } from './command-error.ts';
import { coturnVersion } from './coturn-version.ts';
import { exitCode } from './exit-code.ts';

export interface TurnConfigFlags {
  readonly purpose: Purpose;
  readonly address: readonly string[];
  readonly realm: string;
  readonly cert: string;
  readonly key: string;
  readonly external?: string;
  readonly sfu?: readonly string[];
  readonly for?: string;
  readonly secretFile?: string;
  readonly out?: string;
}

export async function runTurnConfig(flags: TurnConfigFlags): Promise<number> {
  const { version } = await coturnVersion(flags.for);
  const plan: ConfPlan = {
    purpose: flags.purpose,
    version,
    addresses: flags.address,
    external: flags.external ?? null,
    realm: flags.realm,
    secret: null,
    certificate: flags.cert,
    key: flags.key,
    sfu: flags.sfu ?? [],
  };
  const [problem] = planProblems(plan);
  if (problem !== undefined) throw new CommandError(problem);
  if (flags.out === undefined) {
    process.stdout.write(writeConf(plan));
    process.stderr.write('The line static-auth-secret is left out: --out FILE writes it, with one.\n');
    return exitCode.ok;
  }
  const text = writeConf({ ...plan, secret: secretFor(flags.secretFile) });
  writePrivate(flags.out, text);
  process.stderr.write(`${nextSteps(flags.out, plan).join('\n')}\n`);
  return report(flags.out, text, plan);
}

function secretFor(file: string | undefined): string {
  if (file === undefined) return randomBytes(32).toString('hex');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const secret = text.split(/\r?\n/, 1)[0] ?? '';
  // What coturn would read otherwise than it stands there.
  if (/^[\x21-\x7e]{20,}$/.test(secret) && !/[#;"]/.test(secret)) return secret;
  throw new CommandError(
    `${file}: the first line is no secret of 20 or more plain characters without blanks, quotes, # and ;.`,
    'Make one: openssl rand -hex 32',
  );
}

/** A new file that only its owner may read, before the secret is in it. */
function writePrivate(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be written: ${message}`, null, exitCode.couldNotRun);
  }
}

function nextSteps(file: string, plan: ConfPlan): string[] {
  const ports = [...new Set([`${listeningPort(plan)}/udp and tcp`, '443/tcp'])];
  return [
    `${file}: written, readable by you only.`,
    '',
    `Let coturn read it:   chown root:turnserver ${file} && chmod 0640 ${file}`,
    'Let it use port 443:  systemctl edit coturn   →  [Service] AmbientCapabilities=CAP_NET_BIND_SERVICE',
    `Open in the firewall: ${ports.join(', ')}, 49152–65535/udp`,
    'Application:          the secret is the line static-auth-secret; URIs',
    ...clientUris(plan).map((uri) => `                      ${uri}`),
    `Check it from outside: POLYNYA_TURN_SECRET=… polynya turn check ${clientUris(plan)[0] ?? ''}`,
  ];
}

/** Certificate and key are judged as they are on this host; elsewhere they may be absent. */
function report(file: string, text: string, { version }: ConfPlan): number {
  const findings = toFindings(judge(text, version, lintEnvironment(file, text)));
  for (const { rule, message } of findings) process.stderr.write(`turn lint: ${rule}: ${message}\n`);
  return findings.length === 0 ? exitCode.ok : exitCode.fellShort;
}

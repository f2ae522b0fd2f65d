/** Builds one broken server, asks both tools, follows the fix, starts the server again and asks once more. */
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { explainText, lintReportText } from '../../cli/lint-text.ts';
import { turnReportText } from '../../cli/turn-check-text.ts';
import type { LintReport } from '../../contract/lint-report.ts';
import type { TurnReport } from '../../contract/turn-report.ts';
import {
  changeConfig,
  labConfig,
  secret,
  soundConfig,
  soundUris,
} from '../../scenarios/catalog/turn-faults/sound-server.ts';
import type { Application, Place, TurnFault } from '../../scenarios/catalog/turn-faults/turn-fault.ts';
import { run } from '../../scenarios/io/exec.ts';
import { type FaultServer, startFaultServer } from '../../scenarios/io/fault-server.ts';
import type { LabCertificates } from '../../scenarios/io/lab-certificates.ts';
import { turnHtml } from '../../turn/check/output/html-page.ts';
import { turnJunit } from '../../turn/check/output/junit.ts';
import { turnSarif } from '../../turn/check/output/sarif.ts';
import { ruleTable } from '../../turn/lint/rule-table.ts';
import { sarifLog } from '../../turn/lint/sarif.ts';
import { followRemedy, foundByCheck, foundByLint, leftOver, type Said, strays, unnamed } from './judge.ts';
import type { Outcome } from './outcome.ts';

/** From `bench/turn-60` as well as from `dist/bench/turn-60`. */
const cli = fileURLToPath(
  new URL(
    import.meta.url.includes('/dist/') ? '../../cli/main.js' : '../../dist/cli/main.js',
    import.meta.url,
  ),
);
const tool = (...words: readonly string[]) => [process.execPath, cli, 'turn', ...words];

/** As an application hands them out; `POLYNYA_TURN_*`, because arguments are visible to everybody. */
function credentialsOf({ secret: signedWith = secret, username, credential, signs }: Application) {
  if (username !== undefined && credential !== undefined) {
    return { POLYNYA_TURN_USERNAME: username, POLYNYA_TURN_CREDENTIAL: credential };
  }
  if (signs === undefined) return { POLYNYA_TURN_SECRET: signedWith };
  const inAnHourSec = Math.floor(Date.now() / 1000) + 3600;
  const name = `${signs === 'milliseconds' ? inAnHourSec * 1000 : inAnHourSec}:caller`;
  const signature = createHmac('sha1', signedWith)
    .update(name)
    .digest(signs === 'hex' ? 'hex' : 'base64');
  return { POLYNYA_TURN_SECRET: signedWith, POLYNYA_TURN_USERNAME: name, POLYNYA_TURN_CREDENTIAL: signature };
}

const urisOf = ({ uris }: TurnFault) => uris ?? soundUris.slice(0, 1);

async function ask(fault: TurnFault, server: FaultServer): Promise<Said> {
  const { code, stdout, stderr } = await run(tool('lint', server.configFile, '--json'), {
    timeoutMs: 30_000,
  });
  if (stdout === '') throw new Error(`turn lint ended with ${code}: ${stderr}`);
  const lint: LintReport = JSON.parse(stdout);
  if (fault.check === null) return { check: null, lint };
  const argv = tool('check', ...urisOf(fault), '--json', ...(fault.check.flags ?? []));
  const asked = await server.onClient(argv, credentialsOf(fault.application ?? {}));
  if (asked.stdout === '') throw new Error(`turn check ended with ${asked.code}: ${asked.stderr}`);
  const check: TurnReport = JSON.parse(asked.stdout);
  return { check, lint };
}

/** Everything that either tool prints or writes about the server. */
function printedOf({ check, lint }: Said): string {
  const plain = (_style: unknown, text: string) => text;
  const ofCheck =
    check === null
      ? []
      : [
          turnReportText(check, { width: 100, verbose: true }, plain),
          turnJunit(check),
          turnSarif(check),
          turnHtml(check),
        ];
  const rules = ruleTable.map((rule) => explainText(rule, 100, plain));
  const all = [
    check,
    lint,
    ...ofCheck,
    lintReportText(lint, 100, plain),
    sarifLog(lint, ruleTable),
    ...rules,
  ];
  return all.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('\n');
}

function secretsOf({ application, add = [] }: TurnFault): string[] {
  const passwords = add.flatMap((line) => /^(?:user=[^:]+:|cli-password=)(.{8,})$/.exec(line)?.[1] ?? []);
  const { secret: own = '', credential = '' } = application ?? {};
  // What stands in every manual is no secret, and stands in the rules as well.
  return [secret, ...passwords, own, credential].filter((text) => text.length >= 8);
}

/** The file that the operator has after following the fix. */
async function mend({ remedy }: TurnFault, server: FaultServer): Promise<string[]> {
  if (remedy.lintFix === true) await run(tool('lint', server.configFile, '--fix'), { timeoutMs: 30_000 });
  const text = followRemedy(readFileSync(server.configFile, 'utf8'), remedy);
  writeFileSync(server.configFile, text);
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => !labConfig.includes(line));
}

async function withServer<T>(
  lines: readonly string[],
  place: Place,
  certificates: LabCertificates,
  use: (server: FaultServer) => Promise<T>,
): Promise<T> {
  const server = await startFaultServer(lines, place, certificates);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

export async function runFault(fault: TurnFault, certificates: LabCertificates): Promise<Outcome> {
  const place = fault.place ?? {};
  const broken = changeConfig(soundConfig, fault.drop, fault.add);
  const [said, lines] = await withServer(broken, place, certificates, async (server) => {
    const first = await ask(fault, server);
    return [first, await mend(fault, server)] as const;
  });
  const { remedy } = fault;
  const placeAfter = remedy.outside === undefined ? place : (remedy.outside.place ?? {});
  const { application = fault.application ?? {}, uris = urisOf(fault) } = remedy;
  const mendedFault: TurnFault = { ...fault, application, uris };
  const [after, isUp, log] = await withServer(lines, placeAfter, certificates, async (server) => [
    await ask(mendedFault, server),
    server.isUp,
    server.log(),
  ]);
  const left = [
    ...leftOver(fault, after),
    ...(isUp ? [] : [`the server does not start: ${log.slice(-300)}`]),
  ];
  const missing = unnamed(fault, said);
  const printed = `${printedOf(said)}\n${printedOf(after)}`;
  const leaks = secretsOf(fault).filter((text) => printed.includes(text));
  const others = strays(fault, said);
  const byCheck = foundByCheck(fault, said);
  const byLint = foundByLint(fault, said);
  return {
    id: fault.id,
    byCheck,
    byLint,
    strays: others,
    named: missing.length === 0,
    mended: left.length === 0,
    masked: leaks.length === 0,
    remarks: [
      ...(byCheck === false ? [`not found by check; failed: ${others.join(', ') || 'nothing'}`] : []),
      ...(byLint === false ? ['not found by lint'] : []),
      ...others.map(
        (id) => `${id} fails as well: ${said.check?.body.checks.find((row) => row.id === id)?.observed}`,
      ),
      ...missing.map((word) => `the fix does not name ${word}`),
      ...left.map((text) => `after the fix: ${text}`),
      ...(leaks.length === 0 ? [] : [`${leaks.length} secrets in the output`]),
    ],
  };
}

import { Command, Option } from 'commander';
import yoctoSpinner from 'yocto-spinner';
import type { NatReport } from '../contract/envelope.ts';
import { failure } from '../contract/failures.ts';
import { canBind } from '../probe/io/local-address.ts';
import { runProbe } from '../probe/io/run-probe.ts';
import { defaultLongestIdleSec } from '../probe/nat/lifetime-plan.ts';
import type { Language } from '../probe/report/words/languages.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { languageOption } from './language.ts';
import { openWitness, splitServices } from './open-witness.ts';
import { printExplanation } from './print-explanation.ts';
import { probePlanText } from './probe-plan-text.ts';
import { natReportText } from './probe-text.ts';
import { readBehaviours } from './read-behaviours.ts';
import { type PathFlags, readPathTests, withAll } from './read-path-tests.ts';
import { readTargets } from './read-targets.ts';
import { painter } from './style.ts';
import { writeFile } from './write-file.ts';

interface ProbeFlags extends PathFlags {
  readonly username?: string;
  readonly credential?: string;
  readonly secret?: string;
  readonly iceServers?: string;
  readonly bind?: string;
  readonly json?: boolean;
  readonly explain?: boolean;
  readonly out?: string;
  readonly plan?: boolean;
  readonly send?: string;
  readonly witness?: string;
  readonly language: Language;
  readonly hairpin?: boolean;
  readonly pairs?: boolean;
  readonly gateway?: boolean;
  readonly lifetime?: string | true;
}

const examples = `
Examples:
  polynya probe stun:stun.example.org
  polynya probe turn:turn.example.org turns:turn.example.org:443?transport=tcp --username u --credential p
  POLYNYA_TURN_SECRET=… polynya probe turn:turn.example.org
  polynya probe --ice-servers ice.json --json
  polynya probe stun:stun.example.org --hairpin --lifetime 300
  polynya probe stun:stun.example.org --gateway
  polynya probe https://nat.example.org          the STUN server of a Polynya service, watched by it

Exit codes: 0 nothing failed · 1 a server failed, or a verdict stayed open · 2 wrong usage · 3 could not run`;

export function probeCommand(): Command {
  return new Command('probe')
    .description('What NAT is this, which candidates come from which server, who can connect, and why not.')
    .argument(
      '[uri...]',
      'stun:, stuns:, turn: or turns: URIs (RFC 7064, RFC 7065), or the http(s): address of a Polynya service',
    )
    .option('--username <name>', 'TURN username (or POLYNYA_TURN_USERNAME)')
    .option('--credential <password>', 'TURN password (better: POLYNYA_TURN_CREDENTIAL)')
    .option('--secret <secret>', 'shared secret for ephemeral credentials (better: POLYNYA_TURN_SECRET)')
    .option('--ice-servers <file>', 'JSON file with an RTCIceServer array')
    .option('--bind <address>', 'local address to send from')
    .option('--hairpin', 'also test whether hosts behind this NAT reach each other at their public endpoints')
    .option(
      '--pairs',
      'also test what decides besides mapping and filtering whether two hosts connect directly (report pair)',
    )
    .option(
      '--gateway',
      'also ask the nearest router (PCP, NAT-PMP, UPnP; nothing is mapped) and count the NATs; takes up to 5 s',
    )
    .option(
      '--lifetime [seconds]',
      `also measure how long an idle mapping lives, up to ${defaultLongestIdleSec} s or the seconds given (a list sets every idle time: 20,40,60); takes that long`,
    )
    .option(
      '--tcp',
      'also test how TCP is mapped and filtered (filtering needs polynya serve on the far side)',
    )
    .option('--mtu', 'also measure which packet sizes cross the path, and whether fragments do')
    .option('--ipv6', 'also test the IPv6 firewall beside IPv4, and whether the network has NAT64 or 464XLAT')
    .option('--network', 'also look for a VPN, an HTTP proxy (HTTPS_PROXY …) and a captive portal')
    .option(
      '--portal <url>',
      'page that answers 204, to find a captive portal by (default with --network: that of the service named as server or witness)',
    )
    .option(
      '--all',
      'every test that takes seconds: --hairpin --pairs --gateway --tcp --mtu --ipv6 --network',
    )
    .option('--json', 'print one report as JSON and nothing else')
    .addOption(
      new Option(
        '--explain',
        'print the packets in order of time, and which verdict follows from them',
      ).conflicts('json'),
    )
    .option('--out <file>', 'write the report as JSON to a file as well')
    .addOption(languageOption())
    .option('--plan', 'print what would be sent, and send nothing')
    .option(
      '--witness <url>',
      'Polynya service that runs the first server: it tells which packets arrived there',
    )
    .option('--send <url>', 'send the report to a Polynya service')
    .addHelpText('after', examples)
    .action(async (uris: string[], flags: ProbeFlags) => {
      process.exitCode = await probe(uris, flags);
    });
}

async function probe(given: readonly string[], written: ProbeFlags): Promise<number> {
  const flags = withAll(written);
  const { uris: named, behaviours } = readBehaviours(given, flags);
  const servers = splitServices(named, flags.witness);
  const requests = { ...behaviours, ...readPathTests(flags, servers.service) };
  if (flags.plan) {
    if (servers.isTarget) {
      throw new CommandError(
        '--plan sends nothing, so it cannot ask the service for its STUN server.',
        'Name the server as well as the service: polynya probe stun:HOST --witness URL --plan',
      );
    }
    const targets = await readTargets(servers.uris, flags);
    process.stdout.write(probePlanText(targets, requests, painter(process.stdout), servers.service));
    return exitCode.ok;
  }
  if (flags.bind !== undefined && !(await canBind(flags.bind))) {
    throw CommandError.from(failure('local-bind-failed', flags.bind));
  }
  const { uris, witness } = await openWitness(servers);
  const targets = await readTargets(uris, flags);
  const spinner = process.stderr.isTTY
    ? yoctoSpinner({ text: 'Probing …', stream: process.stderr }).start()
    : null;
  const abort = new AbortController();
  const onSignal = () => abort.abort();
  process.once('SIGINT', onSignal);
  /** Said as soon as it stands; the report follows when the last server has answered or failed. */
  let headline: string | null = null;
  let report: NatReport;
  try {
    report = await runProbe({
      targets,
      ...requests,
      signal: abort.signal,
      ...(witness !== null && { witness }),
      ...(flags.bind !== undefined && { bindAddress: flags.bind }),
      onStep: ({ step, message }) => {
        if (spinner === null) return;
        if (step === 'headline') headline = message;
        spinner.text = headline === null ? message : `${headline} Waiting for the last answers …`;
      },
    });
  } finally {
    spinner?.stop();
    process.removeListener('SIGINT', onSignal);
  }
  if (abort.signal.aborted)
    process.stderr.write('Stopped early: the report holds what was found until then.\n');
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (flags.json) process.stdout.write(json);
  else {
    process.stdout.write(natReportText(report, columns(), painter(process.stdout), flags.language));
    if (flags.explain) await printExplanation(report, flags.language);
  }
  if (flags.out !== undefined) writeFile(flags.out, json);
  if (flags.send !== undefined) {
    const { sendReport } = await import('./send-report.ts');
    const link = await sendReport(report, flags.send);
    process.stderr.write(`Report stored: ${link}\n`);
  }
  return fellShort(report) ? exitCode.fellShort : exitCode.ok;
}

/** A failed server or an open verdict is a result, but not a success. */
function fellShort({ body }: NatReport): boolean {
  const open =
    body.nat.udp !== 'open' || body.nat.mapping === 'inconclusive' || body.nat.filtering === 'inconclusive';
  return open || body.servers.some((server) => server.status === 'failed');
}

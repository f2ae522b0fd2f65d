/** `polynya turn check` on real sockets. */
import { randomBytes } from 'node:crypto';
import { toolName, toolVersion } from '../../contract/release.ts';
import type { TurnReport } from '../../contract/turn-report.ts';
import { mintRestCredential } from '../../stun/credential.ts';
import { familyOf } from '../../stun/endpoint.ts';
import { drive } from '../../stun/io/drive.ts';
import type { StunUri } from '../../stun/uri.ts';
import { buildBody } from '../check/build-report.ts';
import { type Selection, selectedPhases } from '../check/catalog.ts';
import { risks } from '../check/check.ts';
import { type CheckEvent, CheckRun } from '../check/check-run.ts';
import { Knowledge } from '../check/knowledge.ts';
import type { Finding } from '../check/lane.ts';
import type { Site, Target } from '../check/site.ts';
import { seeCertificate } from './see-certificate.ts';

export interface CheckOptions {
  readonly uri: StunUri;
  /** Of the host, preferred first; at least one. */
  readonly addresses: readonly string[];
  /** Further URIs of the same server, each with the address to use. */
  readonly others?: readonly { readonly uri: StunUri; readonly address: string }[];
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
  /** Shared secret of time-limited credentials; wins over `credential`. */
  readonly secret?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly quality?: boolean | undefined;
  readonly active?: boolean | undefined;
  readonly destructive?: boolean | undefined;
  readonly mustDeny?: readonly string[] | undefined;
  readonly mustAllow?: readonly string[] | undefined;
  /** SHA-256 fingerprint of the certificate file that the server should serve. */
  readonly certificateOnDisk?: string | undefined;
  /** PEM; replaces the system's authorities when certificates are judged. */
  readonly ca?: string | undefined;
  readonly bindAddress?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: CheckEvent) => void) | undefined;
}

export interface CheckOutcome {
  readonly report: TurnReport;
  /** Checks that broke by themselves: a fault of this tool. */
  readonly broke: readonly string[];
}

/** Long enough for the run and its refreshes, short enough to be worthless tomorrow. */
const ephemeralSec = 600;

function givenCredentials({ username, credential }: CheckOptions): Site['given'] {
  return username === undefined || credential === undefined ? null : { username, password: credential };
}

/** With a secret they are made afresh: what was given may be the very thing that is wrong. */
function credentialsOf(options: CheckOptions, nowEpochSec: number): Site['credentials'] {
  const { secret, username, credential } = options;
  if (secret === undefined) return givenCredentials(options);
  const user = credential === undefined ? (username ?? 'polynya') : 'polynya';
  const minted = mintRestCredential(secret, user, nowEpochSec + ephemeralSec);
  return { username: minted.username, password: minted.credential };
}

export function selectionOf(
  options: Pick<CheckOptions, 'uri' | 'only' | 'quality' | 'active' | 'destructive'>,
): Selection {
  const chosen = risks.filter((risk) => risk === 'basic' || options[risk] === true);
  return {
    only: options.only ?? null,
    risks: new Set(chosen),
    overStream: options.uri.transport !== 'udp',
  };
}

function targetOf(uri: StunUri, address: string): Target {
  return { uri: uri.text, host: uri.host, server: { address, port: uri.port }, transport: uri.transport };
}

/** Never rejects for reasons of the network; an abort ends it early with what was found until then. */
export async function runCheck(options: CheckOptions): Promise<CheckOutcome> {
  const { uri, addresses, signal } = options;
  const [address] = addresses;
  if (address === undefined) throw new TypeError('a host has at least one address');
  const at = new Date();
  const startEpochSec = Math.floor(at.getTime() / 1000);
  const target = targetOf(uri, address);
  const others = (options.others ?? []).map((other) => targetOf(other.uri, other.address));
  const site: Site = {
    ...target,
    family: familyOf(address),
    addresses,
    credentials: credentialsOf(options, startEpochSec),
    given: givenCredentials(options),
    secret: options.secret ?? null,
    random: (size) => randomBytes(size),
    startEpochSec,
    knowledge: new Knowledge(),
    others,
    certificates: await Promise.all(
      [target, ...others]
        .filter(({ transport }) => transport === 'tls')
        .map((one) => seeCertificate(one, { bindAddress: options.bindAddress, ca: options.ca })),
    ),
    certificateOnDisk: options.certificateOnDisk ?? null,
    mustDeny: options.mustDeny ?? [],
    mustAllow: options.mustAllow ?? [],
  };
  const selection = selectionOf(options);
  const run = new CheckRun(site, selectedPhases(selection));
  const findings: Finding[] = [];
  const startedMs = performance.now();
  try {
    await drive(run, {
      signal,
      bindAddress: options.bindAddress,
      // Certificates are judged by checks of their own; a bad one must not hide everything else.
      tls: { rejectUnauthorized: false },
      onEvent: (event) => {
        if (event.kind === 'found') findings.push(event.finding);
        options.onEvent?.(event);
      },
    });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
  const body = buildBody({
    site,
    selection,
    findings,
    evidence: run.evidence,
    packets: { ...run.packets },
    durationMs: performance.now() - startedMs,
    stopped: signal?.aborted === true,
  });
  return {
    report: {
      kind: 'turn-report',
      version: 1,
      tool: { name: toolName, version: toolVersion },
      at: at.toISOString(),
      body,
    },
    broke: findings.filter(({ broke }) => broke).map(({ check }) => check.id),
  };
}

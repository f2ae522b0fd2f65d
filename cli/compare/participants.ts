/** Who takes part: browsers without windows, each with a profile of its own, and bots. */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { CompareParticipant } from '../../contract/comparison.ts';
import { type ParticipantOrder, participantFragment } from '../../contract/participant.ts';
import type { RoomTicket } from '../../contract/room.ts';
import { publicKeyHash } from '../../scenarios/io/certificate.ts';
import { type BackgroundOptions, runInBackground } from '../../scenarios/io/exec.ts';
import { chromiumCommand, chromiumPath } from '../../scenarios/io/participants/chromium.ts';
import {
  canTrust,
  firefoxCommand,
  firefoxPath,
  trustAuthority,
  writeFirefoxProfile,
} from '../../scenarios/io/participants/firefox.ts';
import { CommandError } from '../command-error.ts';
import { exitCode } from '../exit-code.ts';
import type { BotOrders } from './run-bots.ts';

export interface LaunchedParticipant {
  readonly name: string;
  readonly kind: CompareParticipant['kind'];
  readonly pid: number;
  /** So many participants are in that process. */
  readonly sharedBy: number;
}

export interface Crowd {
  readonly chromium: number;
  readonly firefox: number;
  readonly bots: number;
}

/** The programs that are needed. Throws where one is missing. */
export function browsersFor({ firefox }: Crowd): { chromium: string; firefox: string | null } {
  const found = { chromium: chromiumPath(), firefox: firefoxPath() };
  if (found.chromium === null) throw missing('Chromium', 'chromium');
  if (firefox > 0 && found.firefox === null) throw missing('Firefox', 'firefox-esr');
  return { chromium: found.chromium, firefox: found.firefox };
}

export interface LaunchOptions {
  readonly crowd: Crowd;
  readonly service: URL;
  readonly ticket: RoomTicket;
  /** What all of them have in common. */
  readonly order: Omit<ParticipantOrder, 'name'>;
  /** PEM: an authority that they shall trust; null: none besides the usual ones. */
  readonly authorityFile: string | null;
  /** For profiles. */
  readonly folder: string;
}

/** Starts the browsers; they join by themselves. */
export function launchBrowsers(options: LaunchOptions): Promise<LaunchedParticipant[]> {
  const { crowd, service, ticket, order, authorityFile, folder } = options;
  const programs = browsersFor(crowd);
  const isRoot = userInfo().uid === 0;
  const trustedKey = authorityFile === null ? null : publicKeyHash(authorityFile);
  const launch = async (index: number): Promise<LaunchedParticipant> => {
    const name = `p${index + 1}`;
    const fragment = participantFragment(ticket.joinToken, { ...order, name });
    const url = new URL(`/room/${ticket.room.id}#${fragment}`, service).href;
    const profile = join(folder, name);
    if (index < crowd.chromium || programs.firefox === null) {
      const command = chromiumCommand({ program: programs.chromium, profile, url, trustedKey, isRoot });
      return { name, kind: 'chromium', pid: start(command), sharedBy: 1 };
    }
    writeFirefoxProfile(profile);
    if (authorityFile !== null && canTrust()) await trustAuthority(profile, authorityFile);
    return {
      name,
      kind: 'firefox',
      pid: start(firefoxCommand(programs.firefox, profile, url), firefoxEnvironment(profile)),
      sharedBy: 1,
    };
  };
  return Promise.all(Array.from({ length: crowd.chromium + crowd.firefox }, (_, index) => launch(index)));
}

/** All in one process; they join by themselves. */
export function launchBots(options: LaunchOptions, command: readonly string[]): LaunchedParticipant[] {
  const { crowd, service, ticket, order, authorityFile } = options;
  if (crowd.bots === 0) return [];
  const before = crowd.chromium + crowd.firefox;
  const names = Array.from({ length: crowd.bots }, (_, index) => `p${before + index + 1}`);
  const orders: BotOrders = {
    service: service.href,
    room: ticket.room.id,
    token: ticket.joinToken,
    names,
    order,
  };
  const pid = start([...command, 'compare', 'bots'], {
    stdin: JSON.stringify(orders),
    // Beside the system’s authorities.
    ...(authorityFile === null ? {} : { env: { NODE_EXTRA_CA_CERTS: authorityFile } }),
  });
  return names.map((name) => ({ name, kind: 'bot', pid, sharedBy: crowd.bots }));
}

/** Settings and crash reports of no other Firefox are touched. */
function firefoxEnvironment(profile: string): BackgroundOptions {
  return { env: { HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' } };
}

function start(command: readonly string[], options: BackgroundOptions = {}): number {
  const running = runInBackground(command, options);
  if (running.pid === undefined) {
    throw new CommandError(`${command[0]} did not start`, null, exitCode.couldNotRun);
  }
  return running.pid;
}

function missing(name: string, debianPackage: string): CommandError {
  return new CommandError(
    `${name} is not installed.`,
    `Install it, on Debian with: apt install ${debianPackage}`,
    exitCode.couldNotRun,
  );
}

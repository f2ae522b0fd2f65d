/** Everything that needs the service’s sockets, at once, and what it shows. */
import type { CheckConfig } from '../../contract/api.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import { gatherStun } from './gather-servers.ts';
import { type ServerUrl, serverUrls } from './ice-server-urls.ts';
import { findNat } from './nat/find-nat.ts';
import { bestRelay } from './relay/judge-tries.ts';
import { planTries } from './relay/plan-tries.ts';
import { stepRelays } from './relay/step-relays.ts';
import { fetchOwnView } from './service-api.ts';
import type { SignalClient } from './signal/signal-client.ts';
import type { StepLog } from './step-log.ts';
import { tryDirect } from './try-path.ts';
import type { CheckFacts } from './verdict/check-facts.ts';
import { udpOf } from './verdict/udp-facts.ts';

/** Where nothing answers over UDP, a direct connection is worth a try, but not a long wait. */
const hopelessMs = 5_000;
/** What the service sees is asked at the start; where it takes longer than the rest, the rest does not wait long. */
const ownViewMs = 6_000;
/** A connection with data takes a dozen round trips; more is only waited for where they are long. */
const deadlines = { relayMs: 4_300, directMs: 6_500, roundTrips: 8, mostMs: 9_000 };

/** The person waits for the slowest one only, and none uses another’s sockets. */
export async function tryAll(
  config: CheckConfig,
  signal: SignalClient,
  roundTripMs: number,
  log: StepLog,
  service: string,
): Promise<Partial<CheckFacts>> {
  const urls = serverUrls(config.iceServers);
  const stunUrls = urls.filter(({ kind }) => kind === 'stun');
  const tries = planTries(urls, config.addresses);
  const { relayMs, directMs, roundTrips, mostMs } = deadlines;
  const within = (ms: number): number => Math.min(mostMs, ms + roundTrips * roundTripMs);

  const ownView = fetchOwnView(service, ownViewMs);
  const gathering = gatherStun(stunUrls, log);
  const natTest = findNat(config.natPath, service, log);
  const relaying = stepRelays(tries, signal, within(relayMs), log);
  const udp = Promise.all([gathering, natTest, relaying]).then(([{ servers: stun }, nat, { rows: relays }]) =>
    udpOf({ stun, relays, nat, direct: null, ownView: [] }),
  );
  const patience = new Promise<void>((resolve) => setTimeout(resolve, hopelessMs));
  const hopeless = Promise.all([udp, patience]).then(([state]) => {
    if (state === 'open') return new Promise<never>(() => undefined);
    return state;
  });
  const direct = await tryDirect(stunUrls, signal, hopeless, within(directMs), log);
  const [gathered, nat, relayed] = await Promise.all([gathering, natTest, relaying]);
  const relay = bestRelay(relayed.tried);
  if (relay !== null) log.dispatch({ type: 'attempted', attempt: { ...relay, id: 'relay-1' } });
  return {
    hostCandidates: gathered.hostCandidates,
    stun: gathered.servers,
    relays: relayed.rows,
    direct,
    relay,
    nat,
    ownView: ((await ownView)?.servers ?? []).filter(({ url }) => urls.some((server) => server.url === url)),
    credentialExpiry: expiries(urls),
    signalFailure: direct.succeeded || relay?.succeeded === true ? null : brokenSignal(signal),
  };
}

function brokenSignal({ broken }: SignalClient): Failure | null {
  return broken === null ? null : failure(broken.code, broken.message);
}

/** `EXPIRY:USER` is what usernames made from a shared secret look like (draft-uberti-behave-turn-rest-00 §2.2). */
function expiries(urls: readonly ServerUrl[]): Record<string, number> {
  const found = urls.flatMap(({ url, username }) => {
    const expiry = /^(\d{9,11})(:|$)/.exec(username ?? '')?.[1];
    return expiry === undefined ? [] : [[url, Number(expiry)] as const];
  });
  return Object.fromEntries(found);
}

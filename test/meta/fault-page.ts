/** `docs/faults.md`, made from the catalogue, the profiles, the example that runs, and what our own clients do. */
import { allFaults, catalog } from '../../turn/faults/catalog.ts';
import { type CatalogFault, type FaultGroup, faultGroups } from '../../turn/faults/catalog-fault.ts';
import { profiles } from '../../turn/faults/profiles.ts';
import { readText } from './source-tree.ts';

export interface JudgedFault {
  readonly fault: CatalogFault;
  readonly turn: string;
  readonly stun: string;
}

export function renderFaultPage(judged: readonly JudgedFault[]): string {
  return `${[
    ...introduction(),
    ...fromATest(),
    ...rules(),
    ...http(),
    ...profileTable(),
    ...catalogue(judged),
  ].join('\n')}\n`;
}

function introduction(): string[] {
  return [
    '# Faults on demand',
    '',
    'A client is only as good as the worst server that it has met. `polynya turn serve --faults` and `faultyTurn()` are that',
    `server: correct until a rule strikes, and then wrong in exactly one way. ${allFaults.length} faults are ready by name; rules of your own`,
    'take a few lines. The same rules with the same seed do the same to the same packets, on a virtual clock as on real',
    'sockets, and each fault that is done is logged with its rule.',
    '',
    '```sh',
    'polynya turn serve --config turn.yaml --faults stale-nonce-storm      # a profile',
    'polynya turn serve --config turn.yaml --faults faults.yaml            # rules of your own',
    'polynya turn serve --config turn.yaml --faults faults.yaml --check-config',
    '```',
    '',
    'What Chromium, Firefox, node-datachannel, aioice and libnice make of them: [fault-clients.md](fault-clients.md).',
    '',
    'Faults of certificates need no rule: give the server one that has expired or is for another host. There are no faults of',
    'the TLS handshake itself, and none of DTLS.',
    '',
    'A server that misbehaves belongs on loopback or in a lab. It keeps the safe defaults of',
    '[`polynya turn serve`](turn-serve.md) (peers, quotas, limits); a fault can make an answer larger or send it twice.',
    '',
  ];
}

/** The example is the text of a test of our own, so it works. */
function fromATest(): string[] {
  const text = readText('test/net/faulty-turn.test.ts');
  const example = /\/\/ #region example\n(.*?)\/\/ #endregion example/s.exec(text)?.[1] ?? '';
  return [
    '## From a test',
    '',
    '`faultyTurn()` starts a server on free ports of loopback, with a user of its own:',
    '',
    '```ts',
    example.trimEnd(),
    '```',
    '',
    '| | |',
    '|---|---|',
    '| `faultyTurn(options)` | `faults`: a profile, a list of faults, or a plan · `address` (default 127.0.0.1), `relayAddress` · `certificate` `{cert, key}` turns TLS on · `users`, `secret`, `realm` · `allowPeers` (default loopback) · `onEvent` |',
    '| `uris`, `iceServers`, `username`, `credential` | where it is and how to log in; `iceServers` is what `RTCPeerConnection` takes |',
    '| `faults.set(faults)`, `faults.clear()` | other faults, from now on; their clock and counters begin anew. Throws `FaultPlanError` with the path of the mistake, and changes nothing then |',
    '| `faults.tallies`, `faults.log(after)` | how often each rule struck; every fault that was done, with rule, client, method, time |',
    '| `next(fits)` | the next event of the server that fits: `allocated`, `released`, `refused`, `fault` … |',
    '| `census`, `close()` | allocations and streams now; the end |',
    '',
  ];
}

function rules(): string[] {
  return [
    '## Rules',
    '',
    'YAML or JSON. A mistake is named with line and column.',
    '',
    '```yaml',
    'seed: 7                       # decides whatever is left to chance',
    'profiles: [flaky-mobile]',
    'faults:',
    '  - quota-reached             # by name',
    '  - fault: stale-nonce-on-refresh',
    '    match: { user: alice }    # narrows the fault’s own rules',
    '  - name: lose-second-bind    # a rule of your own',
    '    on: outgoing',
    '    match: { method: channel-bind, class: success, nth: 2 }',
    '    do: drop',
    '```',
    '',
    'Every rule sees every message; those that fit act one after the other, in the order of the plan. `on` is `incoming`',
    '(from a client), `outgoing` (to a client; what peers sent is among it), `connect` (a stream was accepted) or `time`.',
    '',
    '| `match` | fits |',
    '|---|---|',
    '| `method` | `binding`, `allocate`, `refresh`, `send`, `data`, `create-permission`, `channel-bind`, `connect`, `connection-bind`, `connection-attempt`, `channel-data`; one or a list |',
    '| `class`, `code` | `request`, `indication`, `success`, `error`; the error code of an answer |',
    '| `user` | who has logged in, or whose allocation it is |',
    '| `client`, `server`, `transport` | the five-tuple, as far as it matters: `ADDRESS` or `ADDRESS:PORT`; `udp`, `tcp`, `tls` |',
    '| `peer`, `channel` | the peer (`ADDRESS`, `ADDRESS:PORT`, or `own-relay`: a relayed address of this server), the channel number |',
    '| `has`, `lacks` | attributes by name |',
    '| `longerThan` | bytes |',
    '| `nth` | which of those that fit so far: `3`, or `{from: 2, to: 9, every: 2}`; counted `per` `client` (default), `user` or `server` |',
    '| `chance` | share, drawn with the seed: the same message of the same client has the same fate in every run |',
    '| `window` | `{fromSec, untilSec, since: start \\| client \\| allocation, everySec, forSec}` |',
    '',
    '| `do` | on | |',
    '|---|---|---|',
    '| `drop` | in, out | |',
    '| `delay` | in, out | `ms`, `jitterMs` |',
    '| `overtaken` | in, out | waits until `by` others have passed, at most `atMostMs` |',
    '| `duplicate` | in, out | `copies`, `gapMs` |',
    '| `corrupt` | in, out | one bit of the `message` or of the `payload` (`where`) |',
    '| `truncate` | in, out | `toBytes` |',
    '| `throttle` | in, out | `bytesPerSecond`; with `queueMs` a queue, else a limit with a second’s worth at once |',
    '| `silence` | in, out, connect | from now on nothing of this five-tuple passes: `sec`, `direction` |',
    '| `close` | in, out, connect | ends the stream; `reset: true` with a reset (plain TCP) |',
    '| `raw` | in, out, connect | sends these bytes to the client: `text` or `hex` |',
    '| `answer` | in | an error in place of an answer: `code`, `reason`, `attributes` |',
    '| `challenge` | in | 401 or 438 (`code`) with `nonce` `fresh`, `same`, `long`, `none` and another `realm`, or none (null) |',
    '| `pretend` | in | success without doing anything; `attributes` |',
    '| `icmp` | in | the packet is lost, and an ICMP attribute says so: `type`, `code` |',
    '| `edit` | out | `set`, `add`, `remove`, `rename`, `addRaw`, `afterIntegrity`, `class`, `transactionId: other`, `cookie: wrong`, `integrity: wrong \\| missing`, `fingerprint: wrong \\| missing`, `paddingByte`; the message is sealed again, so that nothing else is wrong |',
    '| `precede` | out | an edited copy goes out before the true message |',
    '| `elsewhere` | out | from another UDP socket of the server |',
    '| `split`, `coalesce`, `cut` | out | pieces of `bytes`; gathered for `ms`; `afterBytes` and then the end of the stream (`reset`) |',
    '| `rechannel`, `as-indication`, `unpadded`, `overlong` | out | ChannelData with another number, as a Data indication, without padding, with a length that is too large |',
    '| `restart`, `drain`, `clock` | time | a new process (`streams: closed \\| forgotten`); no new allocations; the clock jumps by `skewSec` |',
    '',
    'Values of attributes: addresses as `"192.0.2.1:3478"`, bytes in hexadecimal, ERROR-CODE as `{code, reason}`,',
    'PASSWORD-ALGORITHMS as a list of ids, the rest as numbers, texts and lists.',
    '',
  ];
}

function http(): string[] {
  return [
    '## Over HTTP',
    '',
    '`--fault-control 127.0.0.1:3480` serves the control there. The token comes from `POLYNYA_FAULT_TOKEN`; without it one is',
    'made and shown at the start. Every request carries `Authorization: Bearer TOKEN`.',
    '',
    '| request | |',
    '|---|---|',
    '| `GET /faults` | the plan, and how often each rule struck |',
    '| `PUT /faults` | a new plan, a list of faults, or the name of a profile, as JSON; 400 names the mistake, and nothing changes |',
    '| `DELETE /faults` | behave |',
    '| `GET /log?after=N` | the faults that were done since number N |',
    '| `GET /catalogue` | all faults and profiles, with their rules |',
    '',
    '```sh',
    'curl -H "Authorization: Bearer $POLYNYA_FAULT_TOKEN" -X PUT -d \'["stale-nonce-always"]\' http://127.0.0.1:3480/faults',
    '```',
    '',
  ];
}

function profileTable(): string[] {
  return [
    '## Profiles',
    '',
    '| profile | | faults |',
    '|---|---|---|',
    ...profiles.map(
      ({ name, title, faults }) =>
        `| \`${name}\` | ${title} | ${faults.map((fault) => `\`${typeof fault === 'string' ? fault : (fault.fault ?? fault.name)}\``).join(', ')} |`,
    ),
    '',
  ];
}

function catalogue(judged: readonly JudgedFault[]): string[] {
  const sections = (Object.keys(faultGroups) as FaultGroup[]).flatMap((group) => [
    `### ${faultGroups[group]}`,
    '',
    '| fault | what happens | RFC | our TURN client | our STUN client |',
    '|---|---|---|---|---|',
    ...catalog[group].map((fault) => {
      const { turn = '', stun = '' } = judged.find((each) => each.fault === fault) ?? {};
      const over = fault.over === 'tcp' ? ' (over TCP)' : '';
      return `| \`${fault.id}\` | ${fault.title}${over} | ${fault.rfc ?? ''} | ${turn} | ${stun} |`;
    }),
    '',
  ]);
  return [
    '## The catalogue',
    '',
    'The last two columns are measured: our own clients at this server for a quarter of an hour on the virtual clock (10 ms',
    'each way), talking to one peer over a channel and to one by indications, a message every five seconds. *recovers in*:',
    'the set-up took so much longer, or no peer was heard for so long. *–*: the fault does not strike what this client does.',
    '',
    ...sections.slice(0, -1),
  ];
}

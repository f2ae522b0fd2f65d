/** Counts in the server's namespace what goes from one relayed address to another, whichever server relays it. */
import type { LabAttempt, LabCandidate } from '../../../contract/lab-report.ts';
import { inNetwork, lines } from '../../plan/commands.ts';
import type { Lab } from '../lab.ts';

type Traffic = NonNullable<LabAttempt['relayTraffic']>;
type Counted = Traffic['sent'];

const table = 'table ip polynya_relays';
/** An entry outlives its last packet for so long: an attempt is read at once, and then its ports may be used anew. */
const rules = lines([
  `${table} {`,
  '  set traffic { type ipv4_addr . inet_service . ipv4_addr . inet_service; size 65535; flags dynamic,timeout; timeout 1m; }',
  '  chain output {',
  '    type filter hook output priority 0;',
  // The ports that RFC 8656 §7.2 has relayed addresses taken from.
  '    udp sport 49152-65535 update @traffic { ip saddr . udp sport . ip daddr . udp dport counter }',
  '  }',
  '}',
]);

export class RelayMeter {
  readonly #lab: Lab;

  private constructor(lab: Lab) {
    this.#lab = lab;
  }

  static async start(lab: Lab): Promise<RelayMeter> {
    const argv = inNetwork(lab.server, ['nft', '-f', '-']);
    await lab.apply([{ title: 'counters of what is relayed', argv, stdin: rules, undo: null }]);
    return new RelayMeter(lab);
  }

  /** Null: there was no relayed address at one of the ends. */
  async read([own, other]: NonNullable<LabAttempt['candidates']>): Promise<Traffic | null> {
    const [ours, theirs] = [own, other].map((told) => told.filter(({ type }) => type === 'relay'));
    if (!ours?.length || !theirs?.length) return null;
    const [sent, received] = await Promise.all([this.#sum(ours, theirs), this.#sum(theirs, ours)]);
    return { sent, received };
  }

  async #sum(from: readonly LabCandidate[], to: readonly LabCandidate[]): Promise<Counted> {
    const ways = from.flatMap((a) => to.map((b) => `${a.address} . ${a.port} . ${b.address} . ${b.port}`));
    const found = await Promise.all(ways.map((way) => this.#count(way)));
    return found.reduce((sum, { packets, bytes }) => ({
      packets: sum.packets + packets,
      bytes: sum.bytes + bytes,
    }));
  }

  async #count(way: string): Promise<Counted> {
    const argv = ['nft', 'get', 'element', 'ip', 'polynya_relays', 'traffic', `{ ${way} }`];
    const { stdout } = await this.#lab.run(this.#lab.server, argv);
    // Without an entry nothing went that way, and nft ends with an error.
    const [, packets = '0', bytes = '0'] = /counter packets (\d+) bytes (\d+)/.exec(stdout) ?? [];
    return { packets: Number(packets), bytes: Number(bytes) };
  }
}

/** The commands that do to a lab what a step of a timeline says, and those that undo it for the next call. */
import type { TimelineStep } from '../../contract/scenario-call.ts';
import { inNetwork, lines, type PlanStep } from './commands.ts';
import { firewallRules } from './firewall-rules.ts';
import { ipv6Firewalls } from './ipv6.ts';
import { siteLossRules } from './loss-rules.ts';
import { natRules } from './nat-rules.ts';
import { learnedIn } from './nft-text.ts';
import type { LabTopology, SitePlan, SiteSpec } from './topology.ts';

/** A site as it was asked for and as it was laid out. */
export interface BuiltSite {
  readonly spec: SiteSpec;
  readonly plan: SitePlan;
}

export interface EventSteps {
  readonly apply: readonly PlanStep[];
  readonly restore: readonly PlanStep[];
}

/**
 * @param serial number of the step within the lab, so that no two of the last twelve use the same addresses
 * @returns nothing to run for steps that concern the server or the call itself
 */
export function eventSteps(
  { core }: LabTopology,
  step: TimelineStep,
  { site, to, serial: number }: { site: BuiltSite | null; to: BuiltSite | null; serial: number },
): EventSteps {
  const serial = number % addressSlots;
  if (site === null) return nothing;
  switch (step.do) {
    case 'block-udp':
      return line(core, site, { up: 1, down: 1 });
    case 'unblock-udp':
      return line(core, site, { up: 0, down: 0 });
    case 'loss':
      return line(core, site, step);
    case 'flush-conntrack':
      return { apply: site.spec.boxes.flatMap((_, index) => forget(site, index)), restore: [] };
    case 'change-wan-address':
      return { apply: renumber(site, serial), restore: [] };
    case 'move':
      return to === null ? nothing : move(site, to, serial);
    default:
      return nothing;
  }
}

/** Spare addresses of a site's block, four for each step. */
const addressSlots = 12;

/** @param index null or out of range: null */
export function builtSite(
  sites: readonly { readonly spec: SiteSpec }[],
  topology: LabTopology,
  index: number | null,
): BuiltSite | null {
  const [site, plan] = [sites[index ?? -1], topology.sites[index ?? -1]];
  return site === undefined || plan === undefined ? null : { spec: site.spec, plan };
}

const nothing: EventSteps = { apply: [], restore: [] };

function nft(namespace: string, title: string, text: string): PlanStep {
  return { title, argv: inNetwork(namespace, ['nft', '-f', '-']), stdin: text, undo: null };
}

function ip(namespace: string | null, title: string, batch: readonly string[]): PlanStep {
  const where = namespace === null ? [] : ['-n', namespace];
  return { title, argv: ['ip', ...where, '-batch', '-'], stdin: lines(batch), undo: null };
}

/** Loss on the line of a site, in place of an earlier step's. */
function line(core: string, { plan }: BuiltSite, loss: { up: number; down: number }): EventSteps {
  const name = `event_${plan.name}`;
  const table = `table inet polynya_loss_${name}`;
  // Deleting what is not there is an error, so it is made first.
  const gone = `${table}\ndelete ${table}\n`;
  const rules = loss.up + loss.down > 0 ? siteLossRules(name, plan.coreDevices, loss) : '';
  const percent = (share: number) => `${Math.round(share * 1e4) / 100} %`;
  return {
    apply: [
      nft(
        core,
        `line of ${plan.name}: ${percent(loss.up)} lost up, ${percent(loss.down)} down`,
        gone + rules,
      ),
    ],
    restore: [nft(core, `line of ${plan.name} as it was`, gone)],
  };
}

/**
 * Rules change nothing for flows that live, and a flow that lives teaches the emptied maps its old port again: so no
 * UDP passes while both are emptied.
 */
function whileNothingPasses(namespace: string, title: string, text: string): PlanStep[] {
  const pause = 'table inet polynya_pause';
  const hook = 'type filter hook prerouting priority raw - 10; meta l4proto udp drop;';
  return [
    nft(namespace, title, `${pause} { chain prerouting { ${hook} }; }\n${text}`),
    {
      title: `${namespace} forgets its flows`,
      argv: inNetwork(namespace, ['conntrack', '-F']),
      stdin: null,
      undo: null,
    },
    nft(namespace, `${namespace} lets UDP pass again`, `delete ${pause}\n`),
  ];
}

/** A router that was switched off and on: counters go on, so what chose its own ports chooses others now. */
function forget({ spec, plan }: BuiltSite, index: number): PlanStep[] {
  const [box, built] = [spec.boxes[index], plan.boxes[index]];
  if (box === undefined || built === undefined) return [];
  const tables = [
    ...(box.nat === null ? [] : [natRules(box.nat, built.addresses, box.portMapping !== undefined)]),
    ...(box.firewall === null ? [] : [firewallRules(box.firewall)]),
    ...ipv6Firewalls(spec, index),
  ];
  const flushes = tables.flatMap((rules) =>
    learnedIn(rules).map(({ kind, table, name }) => `flush ${kind} ${table} ${name}`),
  );
  return whileNothingPasses(built.namespace, `${built.namespace} forgets its mappings`, lines(flushes));
}

/** The last octets of a site's public block that the address plan leaves free. */
const spareOctet = 200;

/** The outermost NAT speaks from other addresses, as after a new lease; the old ones lead nowhere. */
function renumber({ spec, plan }: BuiltSite, serial: number): PlanStep[] {
  const index = spec.boxes.findLastIndex(({ nat }) => nat !== null);
  const [box, built] = [spec.boxes[index], plan.boxes[index]];
  if (!box?.nat || built === undefined) return [];
  const block = built.addresses[0]?.replace(/\.\d+$/, '') ?? '';
  const count = built.addresses.length;
  const fresh = built.addresses.map(
    (_, position) => `${block}.${spareOctet + ((serial * count + position) % 50)}`,
  );
  return [
    ip(
      built.namespace,
      `${built.namespace} has ${fresh.join(', ')}`,
      fresh.map((address) => `address replace ${address}/32 dev wan`),
    ),
    ...whileNothingPasses(
      built.namespace,
      `${built.namespace} translates to ${fresh.join(', ')}`,
      `delete table ip polynya_nat\n${natRules(box.nat, fresh, box.portMapping !== undefined)}`,
    ),
  ];
}

/** First /30 for a host that moves in, behind the sixteen that a site can have of its own. */
const firstMoved = 80;

/** The host's own link goes down, as when a phone leaves the Wi-Fi; its address and route go with it. */
function move({ plan }: BuiltSite, to: BuiltSite, serial: number): EventSteps {
  const [router] = to.plan.boxes;
  const [neighbour] = to.plan.hosts;
  const [host] = plan.hosts;
  if (router === undefined || neighbour === undefined || host === undefined) return nothing;
  const device = `lan-moved${serial}`;
  // The inner end of a /30 is its second address.
  const inner = shifted(neighbour.address, firstMoved + 4 * serial);
  const outer = shifted(inner, -1);
  return {
    apply: [
      ip(null, `a link from ${host.namespace} to ${router.namespace}`, [
        `link add name ${device} netns ${router.namespace} type veth peer name eth1 netns ${host.namespace}`,
      ]),
      ip(router.namespace, `${router.namespace} takes ${inner} in`, [
        `address add ${outer}/30 dev ${device}`,
        `link set ${device} up`,
      ]),
      ip(host.namespace, `${host.namespace} leaves ${plan.name} for ${to.plan.name}`, [
        `address add ${inner}/30 dev eth1`,
        'link set eth0 down',
        'link set eth1 up',
        `route add default via ${outer}`,
      ]),
    ],
    restore: [
      ip(router.namespace, `${inner} is gone`, [`link delete ${device}`]),
      ip(host.namespace, `${host.namespace} is in ${plan.name} again`, [
        'link set eth0 up',
        `route replace default via ${shifted(host.address, -1)}`,
      ]),
    ],
  };
}

function shifted(address: string, by: number): string {
  return address.replace(/\d+$/, (octet) => String(Number(octet) + by));
}

/** The range of relayed ports. */
import type { LintConfig } from '../config.ts';
import type { ConfEntry } from '../parse-conf.ts';
import { atValue, missing, type Rule, replaceLine } from '../rule.ts';

const defaults = { min: 49152, max: 65535 };
const rangeFix = 'min-port=49152\nmax-port=65535';

interface PortRange {
  readonly min: number;
  readonly max: number;
  readonly minEntry: ConfEntry | undefined;
  readonly maxEntry: ConfEntry | undefined;
}

function relayRange(config: LintConfig): PortRange {
  return {
    min: config.number('min-port') ?? defaults.min,
    max: config.number('max-port') ?? defaults.max,
    minEntry: config.last('min-port'),
    maxEntry: config.last('max-port'),
  };
}

function broken({ min, max }: PortRange): boolean {
  return min > max || min < 1 || max > 65535;
}

/** What else listens on this host, by default or by the file. */
function otherPorts(config: LintConfig): { option: string; port: number }[] {
  const listening = config.number('listening-port') ?? 3478;
  const tls = config.number('tls-listening-port') ?? 5349;
  const all = [
    { option: 'listening-port', port: listening },
    { option: 'alt-listening-port', port: config.number('alt-listening-port') ?? listening + 1 },
    { option: 'tls-listening-port', port: tls },
    { option: 'alt-tls-listening-port', port: config.number('alt-tls-listening-port') ?? tls + 1 },
    { option: 'cli-port', port: config.number('cli-port') ?? 5766 },
    ...(config.isOn('prometheus')
      ? [{ option: 'prometheus-port', port: config.number('prometheus-port') ?? 9641 }]
      : []),
    ...(config.isOn('web-admin')
      ? [{ option: 'web-admin-port', port: config.number('web-admin-port') ?? 8080 }]
      : []),
  ];
  return all;
}

export const portRules: readonly Rule[] = [
  {
    number: 39,
    name: 'relay-range-invalid',
    severity: 'critical',
    title: 'The relay range is empty or leaves the port space',
    why: 'coturn 4.6.1 crashes (SIGSEGV) on the first authenticated Allocate when min-port is above max-port or max-port above 65535.',
    fix: rangeFix,
    check(config) {
      const range = relayRange(config);
      const entry = range.maxEntry ?? range.minEntry;
      if (!broken(range) || entry === undefined) return [];
      const { min, max, minEntry, maxEntry } = range;
      const message = `Relay ports ${min} to ${max} are no range: the first Allocate crashes or fails.`;
      const swapped =
        min > max && min <= 65535 && max >= 1 && minEntry !== undefined && maxEntry !== undefined;
      if (!swapped) return [atValue(entry, message, rangeFix)];
      const edit = {
        kind: 'several',
        edits: [replaceLine(minEntry, `min-port=${max}`), replaceLine(maxEntry, `max-port=${min}`)],
      } as const;
      return [atValue(entry, message, `min-port=${max}\nmax-port=${min}`, { edit })];
    },
  },
  {
    number: 40,
    name: 'relay-range-overlaps',
    severity: 'medium',
    title: 'The relay range overlaps other ports',
    why: 'A relayed port below 1024 or on a port of the server itself lets a client speak from a well-known port, or takes the port away from the server.',
    fix: rangeFix,
    check(config) {
      const range = relayRange(config);
      if (broken(range) || config.isOn('stun-only')) return [];
      const entry = range.minEntry ?? range.maxEntry;
      const inside = otherPorts(config).filter(({ port }) => port >= range.min && port <= range.max);
      const names = inside.map(({ option, port }) => `${option} ${port}`).join(', ');
      const what = [range.min < 1024 ? 'well-known ports' : '', names]
        .filter((text) => text !== '')
        .join(', ');
      if (what === '') return [];
      const message = `Relay ports ${range.min} to ${range.max} hold ${what}.`;
      return [
        entry === undefined ? missing('min-port', message, rangeFix) : atValue(entry, message, rangeFix),
      ];
    },
  },
  {
    number: 41,
    name: 'relay-range-small',
    severity: 'high',
    title: 'The relay range is small',
    why: 'Every allocation takes a port, and a browser opens two to six. When none is left, clients get 508.',
    fix: rangeFix,
    check(config) {
      const range = relayRange(config);
      const entry = range.maxEntry ?? range.minEntry;
      if (broken(range) || entry === undefined) return [];
      const size = range.max - range.min + 1;
      const quota = config.number('total-quota') ?? 0;
      if (quota > size) {
        const message = `total-quota allows ${quota} allocations, but there are only ${size} relay ports.`;
        return [atValue(entry, message, rangeFix)];
      }
      if (size >= 100) return [];
      return [
        atValue(entry, `Only ${size} relay ports: enough for some ${Math.floor(size / 4)} users.`, rangeFix),
      ];
    },
  },
];

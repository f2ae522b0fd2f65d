import type { LabTopology, LinkEnd, NamespacePlan } from './topology.ts';

/** One command of a plan. What it makes is registered for undoing before it runs. */
export interface PlanStep {
  readonly title: string;
  readonly argv: readonly string[];
  readonly stdin: string | null;
  /** Null: it goes with the namespace that it was made in. */
  readonly undo: { readonly argv: readonly string[]; readonly stdin: string | null } | null;
}

/** Steps of one stage do not depend on each other; stages run one after the other. */
export type Plan = readonly (readonly PlanStep[])[];

/** The commands that build a lab, all of them for root. Every device lives in a namespace, none on the host. */
export function planCommands(topology: LabTopology): Plan {
  const names = topology.namespaces.map(({ name }) => name);
  return [
    [
      {
        title: `make ${names.length} network namespaces`,
        argv: ['ip', '-batch', '-'],
        stdin: lines(names.map((name) => `netns add ${name}`)),
        undo: {
          argv: ['ip', '-force', '-batch', '-'],
          stdin: lines([...names].reverse().map((name) => `netns delete ${name}`)),
        },
      },
    ],
    [
      {
        title: `join them by ${topology.links.length} links`,
        argv: ['ip', '-batch', '-'],
        stdin: lines(
          topology.links.map(
            ({ a, b, mtu }) => `link add ${linkEnd(a, mtu)} type veth peer ${linkEnd(b, mtu)}`,
          ),
        ),
        undo: null,
      },
    ],
    topology.namespaces.map(addressStep),
    topology.namespaces.flatMap(ruleSteps),
    topology.namespaces.flatMap(sysctlSteps),
  ];
}

function linkEnd({ device, namespace }: LinkEnd, mtu: number | undefined): string {
  return `name ${device} ${mtu === undefined ? '' : `mtu ${mtu} `}netns ${namespace}`;
}

function addressStep(plan: NamespacePlan): PlanStep {
  const devices = new Set(['lo', ...plan.addresses.map(({ device }) => device)]);
  return {
    title: `addresses and routes of ${plan.name}`,
    argv: ['ip', '-n', plan.name, '-batch', '-'],
    stdin: lines([
      ...plan.addresses.map(({ device, cidr }) => `address add ${cidr} dev ${device}`),
      ...[...devices].map((device) => `link set ${device} up`),
      ...plan.routes.map((route) => `route add ${route}`),
    ]),
    undo: null,
  };
}

/** One transaction a namespace: either all rules are in force or none. */
function ruleSteps(plan: NamespacePlan): PlanStep[] {
  if (plan.rules.length === 0) return [];
  return [
    {
      title: `packet rules of ${plan.name}`,
      argv: inNetwork(plan.name, ['nft', '-f', '-']),
      stdin: plan.rules.join('\n'),
      undo: null,
    },
  ];
}

/** After the rules: conntrack's settings exist in a namespace from its first conntrack rule on. */
function sysctlSteps(plan: NamespacePlan): PlanStep[] {
  const settings = Object.entries(plan.sysctls).map(([key, value]) => `${key}=${value}`);
  if (settings.length === 0) return [];
  return [
    {
      title: `kernel settings of ${plan.name}`,
      argv: inNetwork(plan.name, ['sysctl', '-q', '-w', ...settings]),
      stdin: null,
      undo: null,
    },
  ];
}

/** The command line that runs `argv` in a namespace. */
export function inside(namespace: string, argv: readonly string[]): string[] {
  return ['ip', 'netns', 'exec', namespace, ...argv];
}

/** As `inside`, without the mounts that `ip netns exec` makes, which cost more than what is run. */
export function inNetwork(namespace: string, argv: readonly string[]): string[] {
  return ['nsenter', `--net=/run/netns/${namespace}`, ...argv];
}

/** A plan as a shell script that a person can read, and run. */
export function formatPlan(plan: Plan): string {
  return plan
    .flat()
    .map((step) => `# ${step.title}\n${shellText(step, '')}`)
    .join('\n');
}

/** Before the number of the step that failed, in what `stageScript` writes to stderr. */
export const failedStepMark = 'failed step ';

/** Steps as one shell script that ends with the first that fails, and names it. */
export function stageScript(steps: readonly PlanStep[]): string {
  return steps
    .map((step, index) =>
      shellText(step, ` || { echo ${shellWord(`${failedStepMark}${index}`)} >&2; exit 1; }`),
    )
    .join('');
}

function shellText({ argv, stdin }: PlanStep, after: string): string {
  const command = argv.map(shellWord).join(' ');
  return stdin === null ? `${command}${after}\n` : `${command} <<'END'${after}\n${stdin.trimEnd()}\nEND\n`;
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

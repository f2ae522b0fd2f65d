/** A plan as people write it → rules that can be carried out. */
import type {
  FaultAction,
  FaultEntry,
  FaultMatch,
  FaultPlan,
  MessageEdit,
} from '../../contract/fault-rules.ts';
import type { Attribute, AttributeName } from '../../stun/attributes.ts';
import { attributeNameOf, fromHex, readAttributeValue } from './attribute-value.ts';
import { catalogFault } from './catalog.ts';
import { sameKind } from './edit-message.ts';
import { type EndpointPattern, parseEndpointPattern } from './endpoint-pattern.ts';
import { profileEntries } from './profiles.ts';
import type { Action, Match, ReadEdit, Rule, RuleSet } from './rule.ts';

export type Path = readonly (string | number)[];

export type Compiled =
  | { readonly ok: true; readonly rules: RuleSet }
  /** `path` leads to what is wrong, in the plan. */
  | { readonly ok: false; readonly path: Path; readonly problem: string };

/** Thrown and caught within this file. */
class Wrong extends Error {
  readonly path: Path;
  constructor(path: Path, problem: string) {
    super(problem);
    this.path = path;
  }
}

export function compilePlan(plan: FaultPlan): Compiled {
  try {
    const entries = [...profilesOf(plan), ...plan.faults.map((entry, i) => ({ entry, path: ['faults', i] }))];
    const rules = entries.flatMap(({ entry, path }) => rulesOf(entry, path));
    return { ok: true, rules: { seed: plan.seed, rules: distinctNames(rules) } };
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, path: error.path, problem: error.message };
    throw error;
  }
}

function profilesOf({ profiles }: FaultPlan): { entry: FaultEntry; path: Path }[] {
  return profiles.flatMap((name, i) => {
    const path = ['profiles', i];
    const entries = profileEntries(name);
    if (entries === null) throw new Wrong(path, `there is no profile ${name}`);
    return entries.map((entry) => ({ entry, path }));
  });
}

function rulesOf(entry: FaultEntry, path: Path): Rule[] {
  const { fault, on, match = {}, do: actions } = entry;
  if (fault === undefined) {
    if (on === undefined || actions === undefined) throw new Wrong(path, 'neither a fault nor a rule');
    return [compileRule({ name: entry.name ?? 'rule', on, match, actions }, path)];
  }
  const known = catalogFault(fault);
  if (known === null) throw new Wrong([...path, 'fault'], `the catalogue has no fault ${fault}`);
  return known.rules.flatMap((rule) => {
    const { on: place, match: own = {}, do: does } = rule;
    if (place === undefined || does === undefined) return [];
    const spec = { name: entry.name ?? fault, on: place, match: { ...own, ...match }, actions: does };
    return [compileRule(spec, path)];
  });
}

/** Rules of one fault share its name, with a number. */
function distinctNames(rules: readonly Rule[]): Rule[] {
  const seen = new Map<string, number>();
  return rules.map((rule) => {
    const count = (seen.get(rule.name) ?? 0) + 1;
    seen.set(rule.name, count);
    return count === 1 ? rule : { ...rule, name: `${rule.name}.${count}` };
  });
}

interface RuleSpec {
  readonly name: string;
  readonly on: Rule['on'];
  readonly match: FaultMatch;
  readonly actions: readonly FaultAction[];
}

const travelling: readonly FaultAction['kind'][] = [
  'drop',
  'delay',
  'overtaken',
  'duplicate',
  'corrupt',
  'truncate',
  'throttle',
  'silence',
  'close',
  'raw',
];
const places: Readonly<Record<Rule['on'], readonly FaultAction['kind'][]>> = {
  incoming: [...travelling, 'answer', 'challenge', 'pretend', 'icmp'],
  outgoing: [
    ...travelling,
    'edit',
    'precede',
    'elsewhere',
    'split',
    'coalesce',
    'cut',
    'rechannel',
    'as-indication',
    'unpadded',
    'overlong',
  ],
  connect: ['close', 'raw', 'silence'],
  time: ['restart', 'drain', 'clock'],
};

function compileRule({ name, on, match, actions }: RuleSpec, path: Path): Rule {
  const read = actions.map((action, i) => {
    const at = [...path, 'do', i];
    if (!places[on].includes(action.kind)) throw new Wrong(at, `${action.kind} does not go with on: ${on}`);
    return compileAction(action, at);
  });
  return { name, on, match: compileMatch(match, [...path, 'match']), actions: read };
}

function compileMatch({ client, server, peer, ...rest }: FaultMatch, path: Path): Match {
  for (const key of ['has', 'lacks'] as const) {
    const unknown = [rest[key] ?? []].flat().find((name) => attributeNameOf(name) === null);
    if (unknown !== undefined) throw new Wrong([...path, key], `there is no attribute ${unknown}`);
  }
  return {
    ...rest,
    ...(client === undefined ? {} : { client: pattern(client, [...path, 'client']) }),
    ...(server === undefined ? {} : { server: pattern(server, [...path, 'server']) }),
    ...(peer === undefined ? {} : { peer: peer === 'own-relay' ? peer : pattern(peer, [...path, 'peer']) }),
  };
}

function pattern(text: string, path: Path): EndpointPattern {
  const read = parseEndpointPattern(text);
  if (read === null) throw new Wrong(path, `${text} is no ADDRESS or ADDRESS:PORT`);
  return read;
}

function compileAction(action: FaultAction, path: Path): Action {
  switch (action.kind) {
    case 'edit':
    case 'precede': {
      const { kind, ...edit } = action;
      return { kind, edit: readEdit(edit, path) };
    }
    case 'answer': {
      const { kind, code, reason = '' } = action;
      return { kind, code, reason, attributes: attributes(action.attributes, [...path, 'attributes']) };
    }
    case 'pretend':
      return { kind: 'pretend', attributes: attributes(action.attributes, [...path, 'attributes']) };
    case 'raw': {
      const { kind, text, hex } = action;
      const bytes = hex === undefined ? new TextEncoder().encode(text ?? '') : bytesOf(hex, [...path, 'hex']);
      return { kind, bytes };
    }
    default:
      return action;
  }
}

function readEdit(edit: MessageEdit, path: Path): ReadEdit {
  const { set, add, addRaw = [], remove = [], rename = {}, afterIntegrity, ...rest } = edit;
  const raw = addRaw.map(({ type, hex }, i): Attribute => {
    return { name: 'unknown', type, bytes: bytesOf(hex, [...path, 'addRaw', i, 'hex']) };
  });
  const unknown = remove.findIndex((name) => attributeNameOf(name) === null);
  if (unknown >= 0) throw new Wrong([...path, 'remove', unknown], `there is no attribute ${remove[unknown]}`);
  return {
    ...rest,
    set: attributes(set, [...path, 'set']),
    add: [...attributes(add, [...path, 'add']), ...raw],
    remove,
    rename: new Map(
      Object.entries(rename).map(([from, to]) => [from, newName(from, to, [...path, 'rename', from])]),
    ),
    afterIntegrity: attributes(afterIntegrity, [...path, 'afterIntegrity']),
  };
}

function newName(from: string, to: string, path: Path): AttributeName {
  const name = attributeNameOf(to);
  if (name === null || !sameKind(from, to)) throw new Wrong(path, `a value of ${from} is none of ${to}`);
  return name;
}

function attributes(values: Readonly<Record<string, unknown>> | undefined, path: Path): Attribute[] {
  return Object.entries(values ?? {}).map(([name, value]) => {
    const read = readAttributeValue(name, value);
    if (!read.ok) throw new Wrong([...path, name], read.problem);
    return read.attribute;
  });
}

function bytesOf(hex: string, path: Path): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === null) throw new Wrong(path, 'not hexadecimal');
  return bytes;
}

/** Compares what the tools say of a server with what the catalogue says. Pure. */
import type { LintFinding, LintReport } from '../../contract/lint-report.ts';
import type { TurnCheck, TurnReport } from '../../contract/turn-report.ts';
import type { Remedy, TurnFault } from '../../scenarios/catalog/turn-faults/turn-fault.ts';

/** Fixed in later releases only; nothing in a configuration of 4.6.1 mends it. */
export const inherent: readonly string[] = ['A10'];

/** Null: the tool was not asked. */
export interface Said {
  readonly check: TurnReport | null;
  readonly lint: LintReport;
}

export function failedIds(report: TurnReport | null): string[] {
  const checks = report?.body.checks ?? [];
  return checks.filter(({ status, id }) => status === 'failed' && !inherent.includes(id)).map(({ id }) => id);
}

function checkOf({ check }: TurnFault, said: Said): TurnCheck | null {
  const { id, status = 'failed' } = check ?? { id: '' };
  return said.check?.body.checks.find((row) => row.id === id && row.status === status) ?? null;
}

function findingsOf({ lint }: TurnFault, said: Said): LintFinding[] {
  return said.lint.body.findings.filter(({ rule }) => rule === lint);
}

export function foundByCheck(fault: TurnFault, said: Said): boolean | null {
  return fault.check === null ? null : checkOf(fault, said) !== null;
}

export function foundByLint(fault: TurnFault, said: Said): boolean | null {
  return fault.lint === null ? null : findingsOf(fault, said).length > 0;
}

/** Failures that are neither the finding nor the same fault seen from another side. */
export function strays({ check }: TurnFault, said: Said): string[] {
  const belongs = [check?.id, ...(check?.beside ?? [])];
  return failedIds(said.check).filter((id) => !belongs.includes(id));
}

/** What the remedy needs and the printed fix does not name. */
export function unnamed(fault: TurnFault, said: Said): string[] {
  const { remedy } = fault;
  const findings = findingsOf(fault, said);
  const printed =
    remedy.by === 'check'
      ? (checkOf(fault, said)?.fix ?? '')
      : findings.map(({ option, fix }) => `${option ?? ''} ${fix}`).join('\n');
  const wanted = [...(remedy.drop ?? []), ...(remedy.set ?? [])].map((line) => line.split('=', 1)[0] ?? line);
  const missing = [...wanted, ...(remedy.outside?.words ?? [])].filter((word) => !printed.includes(word));
  // Beside lines from the check's fix, `--fix` does what else there is.
  const canRepair =
    remedy.lintFix !== true || remedy.by === 'check' || findings.some(({ fixable }) => fixable);
  return canRepair ? missing : [...missing, '--fix'];
}

/** What is still wrong after the remedy. */
export function leftOver(fault: TurnFault, after: Said): string[] {
  const stays = checkOf(fault, after);
  return [
    ...(stays === null ? [] : [`${stays.id} still ${stays.status}: ${stays.observed}`]),
    ...failedIds(after.check)
      .filter((id) => id !== stays?.id && fault.remedy.leaves?.includes(id) !== true)
      .map((id) => `${id} fails: ${after.check?.body.checks.find((row) => row.id === id)?.observed}`),
    ...findingsOf(fault, after).map(({ rule, message }) => `${rule}: ${message}`),
  ];
}

/** Options that may stand several times; of all others a new line takes the place of the old one. */
const repeatable = ['denied-peer-ip', 'allowed-peer-ip', 'user'];

/** The file after the operator has followed the printed fix by hand. */
export function followRemedy(text: string, { drop = [], set = [] }: Remedy): string {
  const optionOf = (line: string) => line.trim().split('=', 1)[0] ?? '';
  const replaced = set.map(optionOf).filter((option) => !repeatable.includes(option));
  const kept = text
    .split('\n')
    .filter(
      (line) => !drop.includes(line) && !drop.includes(optionOf(line)) && !replaced.includes(optionOf(line)),
    );
  return `${kept.join('\n').trimEnd()}\n${set.map((line) => `${line}\n`).join('')}`;
}

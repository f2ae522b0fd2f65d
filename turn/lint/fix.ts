/**
 * Applies the edits of findings. A repaired line may show another fault (a comment moved away uncovers a CIDR
 * range), so the file is judged again until nothing is left to repair; no edit touches a line twice in a round.
 */
import type { LintEnvironment } from './environment.ts';
import { judge } from './lint.ts';
import { parseConf } from './parse-conf.ts';
import type { Edit, LineEdit } from './rule.ts';
import type { CoturnVersion } from './version.ts';

export interface FixResult {
  readonly text: string;
  readonly fixed: readonly { readonly rule: string; readonly message: string }[];
}

/** Every round repairs at least one finding, and none brings back an earlier one; this bounds a fault of a rule. */
const maxRounds = 20;

export function fixText(text: string, version: CoturnVersion, environment: LintEnvironment): FixResult {
  const fixed: { rule: string; message: string }[] = [];
  let current = text;
  for (let round = 0; round < maxRounds; round += 1) {
    const changes: LineEdit[] = [];
    const touched = new Set<number>();
    for (const { rule, finding } of judge(current, version, environment)) {
      if (finding.edit === undefined) continue;
      // What is missing is judged once the lines that stand there are whole.
      const edits = flat(finding.edit);
      if (edits.some((edit) => edit.kind === 'append') && touched.size > 0) continue;
      if (edits.some((edit) => edit.kind !== 'append' && touched.has(edit.line))) continue;
      for (const edit of edits) if (edit.kind !== 'append') touched.add(edit.line);
      changes.push(...edits);
      fixed.push({ rule: rule.name, message: finding.message.slice(0, 1000) });
    }
    if (changes.length === 0) break;
    current = applyEdits(current, changes);
  }
  return { text: current, fixed };
}

function flat(edit: Edit): readonly LineEdit[] {
  return edit.kind === 'several' ? edit.edits : [edit];
}

/** Line ends stay as they are; new lines get the end that the file uses. */
export function applyEdits(text: string, edits: readonly LineEdit[]): string {
  const { lines } = parseConf(text);
  const end = lines.find((line) => line.end !== '')?.end ?? '\n';
  const byLine = new Map(
    edits.flatMap((edit) => (edit.kind === 'append' ? [] : [[edit.line, edit] as const])),
  );
  let result = lines
    .map((line) => {
      const edit = byLine.get(line.number);
      if (edit === undefined) return line.text + line.end;
      if (edit.kind === 'comment-out') return `#${line.text}${line.end}`;
      return edit.text.map((part, i) => part + (i === edit.text.length - 1 ? line.end : end)).join('');
    })
    .join('');
  const added = [...new Set(edits.flatMap((edit) => (edit.kind === 'append' ? edit.text : [])))];
  if (added.length > 0 && result !== '' && !result.endsWith('\n')) result += end;
  return result + added.map((line) => line + end).join('');
}

import type { LintFinding, LintReportBody } from '../../../contract/lint-report.ts';
import { Panel } from '../panels/panel.tsx';
import type { Tone } from '../panels/tone.ts';
import { Finding, FindingList } from '../turn/finding.tsx';
import { words } from '../words.ts';
import classes from './run.module.css';

const tones: Readonly<Record<LintFinding['severity'], Tone>> = {
  critical: 'bad',
  high: 'bad',
  medium: 'limited',
  low: 'unknown',
};

export function LintRun({ body }: { body: LintReportBody }) {
  const { file, app, coturn, findings, fixed } = body;
  const judged = `${words.lint.judgedFor(coturn.version)}, ${words.lint.sources[coturn.source]}`;
  const compared = app === undefined ? '' : ` ${words.lint.comparedWith(app)}`;
  return (
    <>
      <Panel title={words.turn.findings} hint={`${judged}${compared}`}>
        {findings.length === 0 ? (
          <p>{words.lint.noFindings}</p>
        ) : (
          <FindingList>
            {findings.map((finding, index) => (
              <Finding
                // biome-ignore lint/suspicious/noArrayIndexKey: findings of a stored report never move
                key={index}
                name={finding.rule}
                title={finding.message}
                tone={tones[finding.severity]}
                word={words.turn.severities[finding.severity]}
                severity={null}
                fix={finding.fix}
                facts={[{ term: words.turn.seen, text: placeOf(finding, file) }]}
              />
            ))}
          </FindingList>
        )}
      </Panel>
      {fixed.length > 0 && (
        <Panel title={words.lint.fixed}>
          <ul className={classes['notes']}>
            {fixed.map(({ rule, message }) => (
              <li key={`${rule} ${message}`}>
                <span className="mono">{rule}</span> {message}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function placeOf({ file, line, column }: LintFinding, linted: string): string {
  const name = file ?? linted;
  return line === null ? `${name}: ${words.lint.missing}` : words.lint.line(name, line, column ?? 1);
}

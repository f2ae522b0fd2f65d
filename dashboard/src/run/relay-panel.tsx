import { useMemo } from 'react';
import type { RelayTry } from '../../../contract/visit-report.ts';
import matrix from '../panels/matrix.module.css';
import { Panel } from '../panels/panel.tsx';
import { ScrollBox } from '../panels/scroll-box.tsx';
import { type Tone, toneIcons } from '../panels/tone.ts';
import { words } from '../words.ts';
import classes from './attempt.module.css';
import { relayGrid } from './relay-grid.ts';

const tones: Readonly<Record<RelayTry['outcome'], Tone>> = {
  ok: 'good',
  note: 'info',
  failed: 'bad',
  skipped: 'unknown',
};
const text = words.relayGrid;

/** Every TURN server over every transport and family: icon, word, time or cause. */
export function RelayPanel({ relays }: { relays: readonly RelayTry[] }) {
  const { columns, rows } = useMemo(() => relayGrid(relays), [relays]);
  return (
    <Panel title={text.title} hint={text.hint}>
      <ScrollBox label={text.title}>
        <table className={`${matrix['matrix']} ${classes['ends']}`}>
          <caption className="visually-hidden">{text.title}</caption>
          <thead>
            <tr>
              <th scope="col" className={matrix['corner']}>
                {text.server}
              </th>
              {columns.map(({ key, transport, family }) => (
                <th key={key} scope="col">
                  {text.column(words.transports[transport], family)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ host, cells }) => (
              <tr key={host}>
                <th scope="row">
                  <span className="mono">{host}</span>
                </th>
                {cells.map((tries, index) => (
                  <td key={columns[index]?.key}>
                    {tries.length === 0 ? (
                      <span className={matrix['untried']}>{text.none}</span>
                    ) : (
                      tries.map((each) => <Cell key={each.url} tried={each} />)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </Panel>
  );
}

function Cell({ tried }: { tried: RelayTry }) {
  const tone = tones[tried.outcome];
  const Icon = toneIcons[tone];
  return (
    <div className={matrix['cell']} data-tone={tone} title={tried.url}>
      <Icon size={16} aria-hidden />
      <span>{text.outcomes[tried.outcome]}</span>
      <small className="number">{text.detail(tried)}</small>
    </div>
  );
}

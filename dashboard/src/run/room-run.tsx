import type { RoomReportBody } from '../../../contract/room-report.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { AttemptPanel } from './attempt-panel.tsx';
import classes from './run.module.css';

/** What one member of a room saw of each of the others. */
export function RoomRun({ body }: { body: RoomReportBody }) {
  return (
    <>
      {body.attempts.map((attempt) => (
        <AttemptPanel key={attempt.id} attempt={attempt} />
      ))}
      <Panel title={words.visit.aboutTitle}>
        <div className={classes['stack']}>
          <ul className={classes['notes']}>
            {body.attempts.map(({ id, from, why }) => (
              <li key={id}>
                {from}: {why}
              </li>
            ))}
            {body.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
          <p className={classes['note']}>{words.visit.browser(body.run.userAgent)}</p>
        </div>
      </Panel>
    </>
  );
}

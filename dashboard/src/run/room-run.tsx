import type { RoomReportBody } from '../../../contract/room-report.ts';
import { Lines } from '../panels/lines.tsx';
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
          <Lines lines={[...body.attempts.map(({ from, why }) => `${from}: ${why}`), ...body.notes]} />
          <p className={classes['note']}>{words.visit.browser(body.run.userAgent)}</p>
        </div>
      </Panel>
    </>
  );
}

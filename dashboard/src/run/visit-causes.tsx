import type { VisitReportBody } from '../../../contract/visit-report.ts';
import { enCauses } from '../../check/words/en-causes.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import classes from './run.module.css';

type Causes = NonNullable<VisitReportBody['causes']>;
const text = words.visitCauses;

/** What the page told the visitor, with the part that is for the administrators of the network. */
export function VisitCauses({ causes }: { causes: Causes }) {
  if (causes.length === 0) return null;
  return (
    <Panel title={text.title} hint={text.hint}>
      <ul className={classes['causes']}>
        {causes.map(({ id, urls }) => {
          const { what, it } = enCauses[id];
          return (
            <li key={id}>
              <strong>{what}</strong>
              {it !== undefined && <p className={classes['note']}>{text.it(it)}</p>}
              <p className={classes['note']}>
                <span className="mono">{id}</span>
                {urls.length > 0 && ` · ${urls.join(', ')}`}
              </p>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

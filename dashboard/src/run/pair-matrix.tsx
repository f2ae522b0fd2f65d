import {
  type Icon,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconLoader,
  IconPlayerStop,
  IconStarFilled,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { CandidatePair } from '../../../contract/candidate.ts';
import matrix from '../panels/matrix.module.css';
import { ScrollBox } from '../panels/scroll-box.tsx';
import type { Tone } from '../panels/tone.ts';
import { words } from '../words.ts';
import classes from './attempt.module.css';
import { EndpointText } from './endpoint-text.tsx';
import { type PairEnd, pairGrid } from './pair-grid.ts';
import runClasses from './run.module.css';
import { TypeTag } from './type-tag.tsx';

type State = CandidatePair['state'];
const looks: Readonly<Record<State, { readonly tone: Tone; readonly icon: Icon }>> = {
  succeeded: { tone: 'good', icon: IconCircleCheck },
  failed: { tone: 'bad', icon: IconCircleX },
  'in-progress': { tone: 'info', icon: IconLoader },
  waiting: { tone: 'unknown', icon: IconCircleDashed },
  frozen: { tone: 'unknown', icon: IconCircleDashed },
  cancelled: { tone: 'unknown', icon: IconPlayerStop },
};

interface PairMatrixProps {
  readonly pairs: readonly CandidatePair[];
  readonly selectedPairId: string | null;
}

/** Local × remote candidates; each cell says in icon, word and milliseconds how its checks went. */
export function PairMatrix({ pairs, selectedPairId }: PairMatrixProps) {
  const grid = useMemo(() => pairGrid(pairs), [pairs]);
  return (
    <div>
      <h3>{words.pairs.title(pairs.length)}</h3>
      {pairs.length === 0 ? (
        <p className={runClasses['note']}>{words.pairs.none}</p>
      ) : (
        <>
          <ScrollBox label={words.pairs.caption}>
            <table className={`${matrix['matrix']} ${classes['ends']}`}>
              <caption className="visually-hidden">{words.pairs.caption}</caption>
              <thead>
                <tr>
                  <th scope="col" className={matrix['corner']}>
                    {words.pairs.corner}
                  </th>
                  {grid.remotes.map(({ key, end }) => (
                    <th key={key} scope="col">
                      <End end={end} />
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {grid.locals.map((local) => (
                  <tr key={local.key}>
                    <th scope="row">
                      <End end={local.end} />
                    </th>
                    {grid.remotes.map((remote) => (
                      <td key={remote.key}>
                        <Cell pair={grid.cell(local, remote)} selectedPairId={selectedPairId} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollBox>
          <Legend />
        </>
      )}
    </div>
  );
}

function End({ end }: { end: PairEnd }) {
  return (
    <>
      <TypeTag type={end.type} />
      <br />
      <EndpointText endpoint={end} />
      <br />
      <span className={runClasses['note']}>{words.candidates.protocol(end)}</span>
    </>
  );
}

interface CellProps {
  readonly pair: CandidatePair | undefined;
  readonly selectedPairId: string | null;
}

function Cell({ pair, selectedPairId }: CellProps) {
  if (pair === undefined) return <span className={matrix['untried']}>{words.pairs.untried}</span>;
  const { tone, icon: StateIcon } = looks[pair.state];
  const selected = pair.selected || pair.id === selectedPairId;
  return (
    <div className={matrix['cell']} data-tone={tone} data-selected={selected}>
      <StateIcon size={16} aria-hidden />
      <strong>{words.pairs.states[pair.state]}</strong>
      <small className="number">{words.pairs.detail(pair)}</small>
      {selected && (
        <>
          <IconStarFilled size={13} aria-hidden />
          <strong>{words.pairs.selected}</strong>
        </>
      )}
    </div>
  );
}

function Legend() {
  return (
    <ul className={matrix['legend']} aria-label={words.pairs.legend}>
      {(['succeeded', 'failed', 'in-progress', 'waiting', 'cancelled'] as const).map((state) => {
        const StateIcon = looks[state].icon;
        return (
          <li key={state}>
            <StateIcon size={15} aria-hidden />
            {words.pairs.means[state]}
          </li>
        );
      })}
      <li>
        <IconStarFilled size={13} aria-hidden />
        {words.pairs.means.selected}
      </li>
    </ul>
  );
}

import type { LabCell } from '../../../contract/lab-report.ts';
import { words } from '../words.ts';
import classes from './lab.module.css';

interface CellLinkProps {
  readonly cell: LabCell;
  readonly open: (cell: LabCell) => void;
}

/** A cell by its name; a press shows its evidence. */
export function CellLink({ cell, open }: CellLinkProps) {
  return (
    <button type="button" className={classes['link']} onClick={() => open(cell)}>
      {words.lab.evidence.title(cell)}
    </button>
  );
}

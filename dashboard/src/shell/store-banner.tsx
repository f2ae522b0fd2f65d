import { failureCatalogue } from '../../../contract/failures.ts';
import { useInfo } from '../api/use-info.ts';
import { formatMoment } from '../format/moment.ts';
import { Notice } from '../panels/notice.tsx';
import { words } from '../words.ts';

/** Says on every page that the store is away, since when, why, and what waits for it. */
export function StoreBanner() {
  const store = useInfo().data?.store;
  if (store === undefined || store.away === null) return null;
  const { since, reason } = store.away;
  const { meaning, next } = failureCatalogue[reason];
  return (
    <Notice tone="limited" role="status" title={words.store.away(formatMoment(since))}>
      <p>{words.store.waiting(store.waiting)}</p>
      <p>
        {meaning} {next}
      </p>
    </Notice>
  );
}

import { type FailureCode, failureCatalogue } from '../../../contract/failures.ts';
import type { StepMeter } from './step-meter.ts';

/** What this host could not do is the generator’s limit, and no failure of the server. */
export function countFailure(meter: StepMeter, code: FailureCode): void {
  if (failureCatalogue[code].blame === 'local') meter.sendFailed(code);
  else meter.failed(code);
}

/** What an RFC 5780 server lacks: said in the words of the failure catalogue. */
import { failureCatalogue } from '../../../../contract/failures.ts';
import type { ServerFault } from '../../../nat/server-fault.ts';
import { koreanFailures } from '../failures-ko.ts';
import { type Sentences, valueTopic } from './topic.ts';

function catalogued(code: ServerFault): Sentences {
  return {
    user: { en: failureCatalogue[code].meaning, ko: koreanFailures[code].meaning },
    admin: { en: failureCatalogue[code].next, ko: koreanFailures[code].next },
  };
}

export const serverFaultTopic = valueTopic<ServerFault>({
  id: 'server-fault',
  verdict: 'serverFault',
  states: {
    'server-no-other-address': catalogued('server-no-other-address'),
    'server-alternate-same-address': catalogued('server-alternate-same-address'),
    'server-alternate-silent': catalogued('server-alternate-silent'),
    'server-ignores-change-request': catalogued('server-ignores-change-request'),
    'server-mapped-address-false': catalogued('server-mapped-address-false'),
    'server-mute': catalogued('server-mute'),
    'stun-wrong-source': catalogued('stun-wrong-source'),
  },
});

/** RFC 4787 §4.2. */
import type { NatSummary } from '../../../../contract/nat-report.ts';
import { valueTopic } from './topic.ts';

export const portAllocationTopic = valueTopic<NatSummary['portAllocation']>({
  id: 'port-allocation',
  verdict: 'portAllocation',
  states: {
    preserving: {
      user: {
        en: 'The NAT keeps the local port number where it can.',
        ko: 'NAT가 가능한 경우 내부 포트 번호를 그대로 사용합니다.',
      },
      admin: null,
    },
    sequential: {
      user: {
        en: 'The NAT hands out ports one after the other, so that the next one can be guessed.',
        ko: 'NAT가 포트를 순서대로 할당하므로 다음 포트를 예측할 수 있습니다.',
      },
      admin: null,
    },
    random: {
      user: {
        en: 'The NAT picks ports at random, so that nobody can guess the next one.',
        ko: 'NAT가 포트를 무작위로 선택하므로 다음 포트를 예측할 수 없습니다.',
      },
      admin: null,
    },
    'parity-preserving': {
      user: {
        en: 'The NAT changes the port but keeps it even or odd.',
        ko: 'NAT가 포트 번호를 바꾸지만 짝수와 홀수의 구분은 유지합니다.',
      },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known how the NAT chooses ports.',
        ko: 'NAT의 포트 선택 방식을 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});

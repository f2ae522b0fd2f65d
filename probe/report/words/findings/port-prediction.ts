/** The value is the chance, 0 to 1, that a peer guesses the next public port within ten tries. */
import { rangeTopic } from './topic.ts';

export const portPredictionTopic = rangeTopic({
  id: 'port-prediction',
  verdict: 'portPrediction',
  stateOf: ({ value }) => {
    if (value === null) return 'unknown';
    if (typeof value !== 'number') return null;
    return value >= 0.8 ? 'easy' : value >= 0.1 ? 'possible' : 'hopeless';
  },
  states: {
    easy: {
      user: {
        en: 'A peer can foresee the public port that comes next, which helps direct connections.',
        ko: '상대가 다음 공인 포트를 예상할 수 있어 직접 연결에 도움이 됩니다.',
      },
      admin: null,
    },
    possible: {
      user: {
        en: 'A peer guesses the public port that comes next now and then, so that direct connections succeed by luck.',
        ko: '상대가 다음 공인 포트를 가끔만 맞힐 수 있어 직접 연결 여부가 운에 달려 있습니다.',
      },
      admin: null,
    },
    hopeless: {
      user: {
        en: 'No peer can guess the public port that comes next.',
        ko: '상대가 다음 공인 포트를 예상할 수 없습니다.',
      },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known whether a peer could guess the public port that comes next.',
        ko: '상대가 다음 공인 포트를 예상할 수 있는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
  examples: {
    easy: { value: 1 },
    possible: { value: 0.4 },
    hopeless: { value: 0.0002 },
    unknown: { value: null },
  },
});

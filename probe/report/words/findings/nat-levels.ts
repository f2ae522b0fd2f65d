/** RFC 6888 for carrier-grade NATs, RFC 6598 for the addresses behind them. */
import { rangeTopic } from './topic.ts';

export const natLevelsTopic = rangeTopic({
  id: 'nat-levels',
  verdict: 'natLevels',
  stateOf: ({ value }) => {
    if (value === null) return 'unknown';
    if (typeof value !== 'number') return null;
    return value === 0 ? 'none' : value === 1 ? 'one' : 'several';
  },
  states: {
    none: {
      user: { en: 'There is no NAT on the way.', ko: '경로에 NAT가 없습니다.' },
      admin: null,
    },
    one: {
      user: { en: 'There is one NAT on the way.', ko: '경로에 NAT가 하나 있습니다.' },
      admin: null,
    },
    several: {
      user: {
        en: 'There are {value} NATs or more on the way, so that port forwarding on the own router has no effect by itself.',
        ko: '경로에 NAT가 {value}개 이상 있으므로 공유기의 포트 포워딩 설정만으로는 효과가 없습니다.',
      },
      admin: {
        en: 'Put the inner router into bridge mode; where the outer NAT is the provider’s, ask for a public address or rely on TURN.',
        ko: '내부 공유기를 브리지 모드로 설정하십시오. 바깥쪽 NAT가 통신사의 것이라면 공인 주소를 요청하거나 TURN을 사용하십시오.',
      },
    },
    unknown: {
      user: {
        en: 'It is not known how many NATs are on the way.',
        ko: '경로에 있는 NAT의 수를 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
  examples: { none: { value: 0 }, one: { value: 1 }, several: { value: 2 }, unknown: { value: null } },
});

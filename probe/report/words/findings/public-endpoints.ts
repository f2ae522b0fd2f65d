import { rangeTopic } from './topic.ts';

export const publicEndpointsTopic = rangeTopic({
  id: 'public-endpoints',
  verdict: 'publicEndpoints',
  stateOf: ({ value }) => (Array.isArray(value) ? (value.length > 0 ? 'seen' : 'none') : null),
  states: {
    seen: {
      user: {
        en: 'The servers see this host under its public address.',
        ko: '서버에서 이 호스트의 공인 주소가 확인되었습니다.',
      },
      admin: null,
    },
    none: {
      user: {
        en: 'No server said under which address it sees this host.',
        ko: '이 호스트의 공인 주소를 알려 준 서버가 없습니다.',
      },
      admin: null,
    },
  },
  examples: { seen: { value: ['198.51.100.7:40000'] }, none: { value: [] } },
});

/** RFC 4787 §4.3, REQ-5. */
import { type Localized, rangeTopic } from './topic.ts';

/** RFC 8445 §11: ICE agents send a keep-alive every 15 s. */
const keepAliveSec = 15;
/** REQ-5: two minutes at least. */
const requiredSec = 120;

const raiseTimeout: Localized = {
  en: 'Raise the UDP timeout (“UDP session” or “conntrack” timeout) of the router or firewall to 120 s or more; RFC 4787 REQ-5 recommends 300 s.',
  ko: '공유기나 방화벽의 UDP 타임아웃(“UDP 세션” 또는 “conntrack” 타임아웃)을 120초 이상으로 설정하십시오(RFC 4787 REQ-5 권장값은 300초).',
};

export const bindingLifetimeTopic = rangeTopic({
  id: 'binding-lifetime',
  verdict: 'bindingLifetimeSec',
  stateOf: ({ value, atLeast }) => {
    if (value === null) return 'unknown';
    if (typeof value !== 'number') return null;
    if (value >= requiredSec) return 'sufficient';
    if (atLeast === true) return 'at-least';
    return value < keepAliveSec ? 'too-short' : 'short';
  },
  states: {
    'too-short': {
      user: {
        en: 'The network forgets an idle connection already after about {value} s, sooner than calls refresh it: they may break off in silence.',
        ko: '이 네트워크는 통신이 없는 연결을 약 {value}초 만에 끊으며 이는 통화 프로그램의 갱신 주기보다 짧으므로 통화가 갑자기 끊길 수 있습니다.',
      },
      admin: raiseTimeout,
    },
    short: {
      user: {
        en: 'The network forgets an idle connection after about {value} s: calls keep theirs alive, other programs may lose theirs.',
        ko: '이 네트워크는 통신이 없는 연결을 약 {value}초 후에 끊으므로, 연결을 주기적으로 갱신하지 않는 프로그램은 연결이 끊길 수 있습니다.',
      },
      admin: raiseTimeout,
    },
    'at-least': {
      user: {
        en: 'The network remembers an idle connection for {value} s at least; no longer time was tested.',
        ko: '이 네트워크는 통신이 없는 연결을 {value}초 이상 유지하며, 그보다 긴 시간은 검사하지 않았습니다.',
      },
      admin: null,
    },
    sufficient: {
      user: {
        en: 'The network remembers an idle connection for {value} s or longer, as it should.',
        ko: '이 네트워크는 통신이 없는 연결을 {value}초 이상 유지하며, 이는 충분한 시간입니다.',
      },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known for how long the network remembers an idle connection.',
        ko: '이 네트워크가 통신이 없는 연결을 얼마나 유지하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
  examples: {
    'too-short': { value: 10 },
    short: { value: 30 },
    'at-least': { value: 30, atLeast: true },
    sufficient: { value: 120 },
    unknown: { value: null },
  },
});

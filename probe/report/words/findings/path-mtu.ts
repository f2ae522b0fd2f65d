/** RFC 8899, RFC 1191. */
import { rangeTopic } from './topic.ts';

/** With the headers of TURN, DTLS and SRTP the usual media packet of 1200 bytes takes up to 1280. */
const mediaBytes = 1280;
const ethernet = 1500;

export const pathMtuTopic = rangeTopic({
  id: 'path-mtu',
  verdict: 'pathMtu',
  stateOf: ({ value }) => {
    if (value === null) return 'unknown';
    if (typeof value !== 'number') return null;
    if (value >= ethernet) return 'full';
    return value >= mediaBytes ? 'reduced' : 'too-small';
  },
  states: {
    full: {
      user: {
        en: 'Packets of full Ethernet size ({value} bytes) cross the network.',
        ko: '이더넷 최대 크기({value}바이트)의 패킷이 네트워크를 통과합니다.',
      },
      admin: null,
    },
    reduced: {
      user: {
        en: 'Packets of up to {value} bytes cross the network whole: a tunnel, a VPN or DSL is on the way, and calls do not mind.',
        ko: '최대 {value}바이트의 패킷이 나뉘지 않고 통과합니다. 경로에 터널, VPN 또는 DSL이 있는 것으로 보이며 통화에는 문제가 없습니다.',
      },
      admin: {
        en: 'Make sure that routers on the way may send ICMP “fragmentation needed” and “packet too big”; without it larger packets vanish.',
        ko: '경로의 라우터가 ICMP “fragmentation needed” 및 “packet too big” 메시지를 보낼 수 있도록 허용하십시오. 그렇지 않으면 더 큰 패킷이 사라집니다.',
      },
    },
    'too-small': {
      user: {
        en: 'Only packets of up to {value} bytes cross the network whole, less than a media packet can have: video may break up.',
        ko: '최대 {value}바이트의 패킷만 나뉘지 않고 통과하며 이는 미디어 패킷보다 작을 수 있으므로 영상이 끊길 수 있습니다.',
      },
      admin: {
        en: 'Raise the MTU of the tunnel or link on the way to 1280 bytes at least, or limit the packet size in the application.',
        ko: '경로에 있는 터널이나 링크의 MTU를 1280바이트 이상으로 설정하거나 애플리케이션의 패킷 크기를 제한하십시오.',
      },
    },
    unknown: {
      user: {
        en: 'It is not known how large packets may be on this network.',
        ko: '이 네트워크를 통과할 수 있는 패킷의 최대 크기를 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
  examples: {
    full: { value: 1500 },
    reduced: { value: 1420 },
    'too-small': { value: 1200 },
    unknown: { value: null },
  },
});

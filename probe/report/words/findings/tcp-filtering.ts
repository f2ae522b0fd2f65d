/** RFC 5382 §4.3. */
import type { Behaviour } from '../../../../contract/nat-report.ts';
import { type Sentences, valueTopic } from './topic.ts';

const known: Sentences = {
  user: {
    en: 'TCP connections come in only from where this host has connected to before, which suits ordinary use.',
    ko: '이 호스트가 먼저 접속한 곳에서 오는 TCP 연결만 들어올 수 있으며, 일반적인 용도에는 문제가 없습니다.',
  },
  admin: null,
};

export const tcpFilteringTopic = valueTopic<Behaviour>({
  id: 'tcp-filtering',
  verdict: 'tcpFiltering',
  states: {
    'endpoint-independent': {
      user: {
        en: 'TCP connections to this host come in from anywhere, once it has used the port itself.',
        ko: '이 호스트가 사용한 포트로는 어디에서나 TCP 연결이 들어올 수 있습니다.',
      },
      admin: {
        en: 'Check that this is meant: services on this host that listen on a port in use are reachable from outside.',
        ko: '의도한 설정인지 확인하십시오. 이 호스트에서 사용 중인 포트로 대기하는 서비스에 외부에서 접속할 수 있습니다.',
      },
    },
    'address-dependent': known,
    'port-dependent': known,
    'address-and-port-dependent': known,
    inconclusive: {
      user: {
        en: 'It is not known which TCP connections the network lets in.',
        ko: '이 네트워크가 어떤 TCP 연결을 허용하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});

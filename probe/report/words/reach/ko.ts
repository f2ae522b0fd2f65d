import type { ReachWords, TurnKind } from './reach-words.ts';

const servers: Readonly<Record<TurnKind, string>> = {
  any: 'TURN 서버',
  stream: 'TCP 또는 TLS 기반의 TURN 서버',
  'port-443': 'TCP 443번 포트의 TURN 서버',
};

export const reachKo: ReachWords = {
  title: '이 호스트와 직접 연결할 수 있는 상대',
  peers: {
    'open-internet': '필터가 없는 공인 호스트',
    'full-cone': 'Full Cone NAT',
    'restricted-cone': '주소 제한 NAT',
    'port-restricted-cone': '가정용 공유기(포트 제한 NAT)',
    'symmetric-udp-firewall': '방화벽 뒤의 공인 호스트',
    symmetric: '대칭형 NAT(이동통신망, 회사)',
    'udp-blocked': 'UDP가 차단된 네트워크',
    'tcp-443-only': 'TCP 443번만 허용된 네트워크',
    'relay-only': '중계 경로만 허용하는 상대',
    'same-nat': '같은 NAT 뒤의 호스트',
    'ipv4-only': 'IPv6가 없는 호스트',
    'ipv6-only': 'IPv4가 없는 호스트',
  },
  direct: '양쪽 모두 상대를 위해 NAT를 열 수 있습니다',
  hairpins: 'NAT가 패킷을 되돌려 보냅니다(헤어핀)',
  open: {
    'udp-unknown': 'UDP가 동작하는지 확인하지 못했습니다',
    'class-open': '이 네트워크에서 확인하지 못한 동작에 따라 달라집니다',
    'session-or-table':
      '매핑과 필터링만으로는 알 수 없는 NAT의 세션 처리 방식에 따라 달라지며(--pairs로 확인 가능), TURN 서버를 준비해야 합니다',
    'address-pool':
      'NAT가 주소 풀에서 공인 주소를 선택하므로 우연에 달려 있으며, TURN 서버를 준비해야 합니다',
    'same-nat': '헤어핀(--hairpin)과 내부 주소 간의 통신 가능 여부에 따라 달라집니다',
    'families-differ': '공통으로 사용하는 주소 체계를 측정하지 않았습니다',
    'families-differ-ipv6': 'IPv6에서 UDP가 동작하는지에 따라 달라집니다',
  },
  relay: {
    'classes-relay': '서로 상대가 사용할 공인 포트를 알 수 없습니다',
    'no-common-family': '공통 주소 체계가 없어 중계 서버가 둘을 이어야 합니다',
    'relay-only': '애플리케이션이 다른 경로를 허용하지 않습니다',
    'no-udp-here': '이 네트워크에서 UDP를 사용할 수 없습니다',
    'no-udp-there': '상대 네트워크에서 UDP를 사용할 수 없습니다',
  },
  turn: {
    needed: (kind) => `${servers[kind]} 필요`,
    noneHelps: (kind) => `${servers[kind]}가 필요하지만 검사한 서버로는 연결 불가`,
    over: (transports) => `TURN 중계(${transports})`,
    there: (transports) => `상대의 TURN 중계(${transports})`,
    hereAndThere: (here, there) => `TURN 중계(이 호스트 ${here}, 상대 ${there})`,
  },
  join: (why, turn) => `${why}: ${turn}`,
};

import type { Transport } from '../../../../contract/basics.ts';
import type { Family, PairWords } from './pair-words.ts';

/** Ends are called by letters, which end in vowels: A와 B. */
const and = (who: readonly string[]) => who.join('와 ');
const list = (over: readonly Transport[]) => over.map((transport) => transport.toUpperCase()).join(', ');
const family = (name: Family) => (name === 'ipv6' ? 'IPv6' : 'IPv4');
const axes = { mapping: '매핑', filtering: '필터링' } as const;

export const pairKo: PairWords = {
  reasons: {
    measuredInside: (who) =>
      `${and(who)}의 보고서에 있는 서버가 같은 장비나 사이트 안에 있어 인터넷으로 나가는 경로를 측정하지 못했습니다`,
    udpBlocked: (who) => `${and(who)}에서 UDP가 차단되어 직접 연결할 수 없습니다`,
    udpUnknown: (who) => `${and(who)}에서 UDP가 동작하는지 확인하지 못했습니다`,
    relayOnly: '애플리케이션이 중계 경로만 허용합니다',
    noCommonFamily: ({ nameA, familyA, nameB, familyB }) =>
      `${nameA}는 ${family(familyA)}만, ${nameB}는 ${family(familyB)}만 사용하므로 두 주소 체계를 모두 지원하는 중계 서버로만 연결할 수 있습니다`,
    familiesDiffer: ({ nameA, familyA, nameB, familyB }) =>
      `${nameA}의 보고서는 ${family(familyA)}, ${nameB}의 보고서는 ${family(familyB)}에 관한 것이며, 양쪽 모두 사용하는 IPv4는 한쪽에서만 측정되었습니다`,
    familiesDifferIpv6: ({ nameA, familyA, nameB, familyB }) =>
      `${nameA}의 보고서는 ${family(familyA)}, ${nameB}의 보고서는 ${family(familyB)}에 관한 것이지만 양쪽 모두 글로벌 IPv6 주소가 있으므로, IPv6에서는 주소가 변환되지 않아 UDP가 허용되면 직접 연결됩니다`,
    oneEndpointEach:
      '양쪽 모두 모든 상대에게 하나의 공인 주소와 포트를 사용하므로 서로를 위해 필터를 열 수 있습니다',
    letsAllIn: (name) =>
      `${name}는 어디에서 온 패킷이든 받아들이고, 그 패킷을 통해 상대의 위치를 알 수 있습니다`,
    filterPerEndpoint: (name) =>
      `${name}의 필터는 호스트가 패킷을 보낸 적이 있는 상대를 모든 공인 포트에서 받아들입니다`,
    filterByAddress: '한쪽의 필터가 주소만 확인하므로 상대의 포트가 바뀌어도 문제가 되지 않습니다',
    bothDependent: '양쪽 모두 상대마다 다른 공인 포트를 사용하며, 이를 서로 미리 알려 줄 수 없습니다',
    oneDependent: (name) =>
      `${name}는 상대마다 다른 공인 포트를 사용하는데, 상대는 패킷을 보낸 적이 있는 포트만 받아들입니다`,
    sessionOrTable: (who) =>
      `${and(who)}의 NAT가 연결 확인이 들어온 세션으로 응답하면(conntrack 방식) 직접 연결되고, 매핑 테이블을 따르면(RFC 4787의 문구 그대로) 연결되지 않으며, 매핑과 필터링만으로는 어느 쪽인지 알 수 없습니다`,
    pool: (name, size, other) =>
      `${name}의 NAT는 상대마다 ${size}개 이상의 공인 주소 중 하나를 사용하는데, ${other}는 미리 알려진 주소만 받아들입니다`,
    classOpen: (what) =>
      `보고서에서 ${what.join(', ')}을(를) 확인하지 못했으며, 직접 연결 여부는 여기에 달려 있습니다`,
    hairpins: (address) =>
      `양쪽의 공인 주소가 ${address}(으)로 같으므로 같은 NAT 뒤에 있으며, 이 NAT는 둘 사이의 패킷을 되돌려 보내는 헤어핀을 지원합니다`,
    sameNat: (address, localA, localB, hairpin) => {
      const same = `양쪽의 공인 주소가 ${address}(으)로 같으므로 같은 NAT 뒤에 있습니다`;
      const locals = `내부 주소(${localA}, ${localB})로 서로 통신할 수 있`;
      return hairpin === 'no'
        ? `${same}. NAT가 패킷을 되돌려 보내지 않으므로(헤어핀) ${locals}어야만 직접 연결됩니다`
        : `${same}. ${locals}거나 NAT가 패킷을 되돌려 보내면(헤어핀) 직접 연결됩니다`;
    },
  },
  dependsOn: {
    natToInternet: (name) => `${name}: 인터넷 방향의 NAT`,
    udp: (name) => `${name}: UDP`,
    commonFamily: '공통 주소 체계에서의 NAT 동작',
    udpOverIpv6: 'IPv6에서의 UDP',
    engine: (name) => `${name}: 세션 방식 또는 테이블 방식 NAT`,
    scope: (name) => `${name}: 매핑별 또는 엔드포인트별 필터`,
    poolAddress: (name) => `${name}: 주소 풀에서 할당되는 주소`,
    axis: (name, axis) => `${name}: ${axes[axis]}`,
    localRoute: '내부 주소 간의 경로',
    hairpinning: '헤어핀',
  },
  odds: {
    kinds: (direct, all) =>
      `가능한 NAT 종류 ${all}가지를 같은 비중으로 보았을 때 ${direct}가지에서 직접 연결`,
    pool: (size) => `알려진 주소 1개, 고르게 사용되는 주소 ${size}개 확인, 풀이 더 크면 가능성은 더 낮아짐`,
  },
  settledBy: {
    internet: '해당 호스트에서 인터넷에 있는 서버를 대상으로 검사하십시오.',
    udpServer: '동작이 확인된 STUN 서버를 UDP로 검사하십시오.',
    sameFamily: '두 호스트에서 --bind에 해당 주소를 지정하여 같은 주소 체계의 서버를 검사하십시오.',
    ipv6Server: '두 호스트에서 IPv6 서버를 검사하십시오.',
    pairTest: (who) =>
      `${and(who)}에서 polynya probe --pairs를 실행하십시오. NAT가 어떻게 응답하고 필터가 무엇을 기억하는지 확인합니다.`,
    pairedPooling: (name) =>
      `${name}의 NAT에서 주소 풀링을 “paired”로 설정하십시오(RFC 4787 REQ-2). 그전까지는 우연에 달려 있습니다.`,
    rfc5780:
      '매핑과 필터링을 양쪽 모두 확인할 수 있도록 RFC 5780 서버(polynya serve 또는 주소가 두 개인 coturn)로 다시 검사하십시오.',
    ping: '한 호스트에서 다른 호스트의 내부 주소로 ping을 보내고, 응답이 없으면 공유기의 헤어핀을 검사하십시오.',
  },
  notes: {
    perMapping:
      '대부분의 필터는 conntrack처럼 매핑별로 상대를 기억하며, 엔드포인트별 필터는 RFC 4787의 문구를 그대로 따른 것입니다.',
    sequential: (name) =>
      `${name}의 NAT는 포트를 차례대로 할당하므로 다음 포트를 추측하는 애플리케이션은 직접 연결될 수 있습니다. WebRTC는 추측하지 않습니다.`,
    ipv6First:
      '양쪽 모두 글로벌 IPv6 주소가 있습니다. ICE는 IPv6를 먼저 시도하며, 주소 변환이 없으므로 대개 연결됩니다.',
    nat64: 'IPv6만 사용하는 호스트도 NAT64를 통해 IPv4에 접속할 수 있으나 보고서에는 나타나지 않습니다.',
    sameHost: '두 보고서의 내부 주소도 같으므로 같은 호스트에서 작성되었을 수 있습니다.',
  },
  relay: {
    notTried: '필요한 쪽에서 검사한 TURN 서버가 없어 도움이 되는 서버를 알 수 없습니다',
    noneHelps: '검사한 TURN 서버 중 도움이 되는 서버가 없습니다',
    notReached: '한쪽에서 동작하는 TURN 서버로는 다른 쪽과 연결할 수 없습니다',
    both: (over) => `양쪽 모두 TURN 중계(${list(over)})를 사용할 수 있습니다`,
    each: (a, overA, b, overB) =>
      `${a}는 ${list(overA)}, ${b}는 ${list(overB)} 기반의 TURN 중계를 사용할 수 있습니다`,
    one: (owner, over, other) =>
      `${other}에서 UDP가 동작하므로 ${owner}의 TURN 중계(${list(over)})만으로 충분합니다`,
  },
  join: (reason, relay) => (relay === null ? `${reason}.` : `${reason}. ${relay}.`),
  labels: {
    outcomes: {
      direct: '직접 연결',
      relay: '중계 필요',
      depends: '조건에 따라 다름',
      fail: '연결 불가',
      unknown: '알 수 없음',
    },
    behaves: (mapping, filtering) => `매핑 ${mapping}, 필터링 ${filtering}`,
    udp: { open: 'UDP 사용 가능', blocked: 'UDP 차단됨', inconclusive: 'UDP 확인 불가' },
    dependsOn: '조건',
    odds: '가능성',
    settledBy: '확인 방법',
    note: '참고',
    about: (percent, basis) => `직접 연결 약 ${percent} %(${basis})`,
  },
};

/** What the Status page says, in both of its languages. */
import type { MonitorState } from '../../contract/fleet/monitor.ts';
import { chooseLanguage, type Language } from '../check/words/choose-language.ts';

export interface StatusWords {
  readonly title: string;
  readonly pageTitle: string;
  readonly overall: Readonly<Record<MonitorState, string>>;
  readonly states: Readonly<Record<MonitorState, string>>;
  readonly since: (moment: string) => string;
  readonly regions: string;
  readonly off: string;
  readonly offText: string;
  readonly none: string;
  readonly unreachable: string;
  readonly tryingAgain: string;
  /** What is shown was true at that moment. */
  readonly stale: (moment: string) => string;
  readonly updated: (moment: string) => string;
  readonly bars: (name: string) => string;
  readonly sum: (share: string, attempts: string, days: number) => string;
  readonly noFailures: string;
  readonly failures: (days: string, worst: string, share: string) => string;
  readonly nothing: string;
  readonly first: (days: number) => string;
  readonly last: string;
  readonly legend: readonly string[];
  readonly badDays: string;
  readonly badDaysOf: (name: string) => string;
  readonly heads: readonly string[];
  readonly notMeasured: string;
  readonly day: (date: string, share: string) => string;
}

const en: StatusWords = {
  title: 'Status',
  pageTitle: 'Status · Polynya',
  overall: {
    up: 'Everything works',
    degraded: 'Some of it works with restrictions',
    down: 'Some of it does not work',
    unknown: 'For some of it there are no fresh results',
  },
  states: { up: 'Works', degraded: 'Restricted', down: 'Does not work', unknown: 'No fresh results' },
  since: (moment) => `since ${moment}`,
  regions: 'As seen from',
  off: 'There is no status page here',
  offText: 'The operator of this service has not switched it on.',
  none: 'Nothing is shown here yet: the operator has put no monitor on this page.',
  unreachable: 'The status cannot be loaded now',
  tryingAgain: 'This page tries again every minute.',
  stale: (moment) => `What you see below is as of ${moment}, and may have changed since.`,
  updated: (moment) => `As of ${moment}. Brought up to date every minute.`,
  bars: (name) => `${name}, the last 90 days`,
  sum: (share, attempts, days) =>
    `${share} of ${attempts} measurements on ${days} ${days === 1 ? 'day' : 'days'} succeeded.`,
  noFailures: 'No day had failures.',
  failures: (days, worst, share) =>
    `Days with failures: ${days}; the worst was ${worst}, with ${share} succeeded.`,
  nothing: 'Nothing was measured yet.',
  first: (days) => `${days} days ago`,
  last: 'today',
  legend: ['all succeeded', 'less than all', 'less than 95 %', 'not measured'],
  badDays: 'Days with failures',
  badDaysOf: (name) => `Days with failures: ${name}`,
  heads: ['Day (UTC)', 'Succeeded', 'Measured'],
  notMeasured: 'not measured',
  day: (date, share) => `${date}: ${share}`,
};

const ko: StatusWords = {
  title: '상태',
  pageTitle: '상태 · Polynya',
  overall: {
    up: '모두 정상입니다',
    degraded: '일부가 제한적으로 동작합니다',
    down: '일부가 동작하지 않습니다',
    unknown: '일부는 최근 측정 결과가 없습니다',
  },
  states: { up: '정상', degraded: '제한적', down: '동작하지 않음', unknown: '최근 결과 없음' },
  since: (moment) => `${moment}부터`,
  regions: '측정 지역별',
  off: '여기에는 상태 페이지가 없습니다',
  offText: '이 서비스의 운영자가 상태 페이지를 켜지 않았습니다.',
  none: '아직 표시할 것이 없습니다. 운영자가 이 페이지에 모니터를 추가하지 않았습니다.',
  unreachable: '지금은 상태를 불러올 수 없습니다',
  tryingAgain: '1분마다 다시 시도합니다.',
  stale: (moment) => `아래는 ${moment} 기준이며, 그 뒤에 달라졌을 수 있습니다.`,
  updated: (moment) => `${moment} 기준. 1분마다 갱신됩니다.`,
  bars: (name) => `${name}, 최근 90일`,
  sum: (share, attempts, days) => `${days}일 동안 측정 ${attempts}회 중 ${share} 성공.`,
  noFailures: '실패가 있었던 날이 없습니다.',
  failures: (days, worst, share) =>
    `실패가 있었던 날: ${days}일. 가장 나빴던 날은 ${worst}, 성공률 ${share}.`,
  nothing: '아직 측정된 것이 없습니다.',
  first: (days) => `${days}일 전`,
  last: '오늘',
  legend: ['모두 성공', '일부 실패', '성공률 95 % 미만', '측정 없음'],
  badDays: '실패가 있었던 날',
  badDaysOf: (name) => `실패가 있었던 날: ${name}`,
  heads: ['날짜 (UTC)', '성공', '측정 횟수'],
  notMeasured: '측정 없음',
  day: (date, share) => `${date}: ${share}`,
};

const dictionaries: Readonly<Record<Language, StatusWords>> = { en, ko };

/** How dates are written, as in the dashboard. */
const locales: Readonly<Record<Language, string>> = { en: 'en-GB', ko: 'ko-KR' };

export interface Spoken {
  readonly language: Language;
  readonly words: StatusWords;
}

/** @param wanted BCP 47 tags, most wanted first */
export function speakStatus(wanted: readonly string[]): Spoken {
  const language = chooseLanguage(wanted);
  return { language, words: dictionaries[language] };
}

export function formatMoment(time: string, { language }: Spoken): string {
  return new Intl.DateTimeFormat(locales[language], {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(time));
}

/** Days are those of UTC. */
export function formatDate(time: string, { language }: Spoken): string {
  return new Intl.DateTimeFormat(locales[language], { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(time),
  );
}

import { Loader } from '@mantine/core';
import type { ServerView } from '../../../contract/servers.ts';
import { parseStunUri } from '../../../stun/uri.ts';
import { formatMs } from '../format/measure.ts';
import { Tag } from '../panels/tag.tsx';
import { FailureText } from '../run/failure-text.tsx';
import { serverTones } from '../run/servers-panel.tsx';
import { words } from '../words.ts';
import classes from './servers.module.css';

interface UrlRowProps {
  readonly url: string;
  readonly lastTest: ServerView['lastTest'];
  readonly testing: boolean;
}

/** One URL of a server with what its last test found. */
export function UrlRow({ url, lastTest, testing }: UrlRowProps) {
  const parsed = parseStunUri(url);
  const results = (lastTest?.results ?? []).filter((result) => result.url === url);
  return (
    <li className={classes['url']}>
      <div>
        <span className="mono">{url}</span>
        {parsed.ok && (
          <span className={classes['transport']}>
            {words.servers.reachedBy(words.transports[parsed.uri.transport])}
          </span>
        )}
      </div>
      <div className={classes['result']}>
        {testing ? (
          <>
            <Loader size={14} aria-hidden /> {words.servers.testingShort}
          </>
        ) : results.length === 0 ? (
          <Tag tone="unknown">{words.servers.neverTested}</Tag>
        ) : (
          results.map((result) => (
            <span key={`${result.transport} ${result.address}`} className={classes['result']}>
              <Tag tone={serverTones[result.status]}>{words.serverResults.statuses[result.status]}</Tag>
              {result.rttMs !== null && (
                <span className="number">{words.servers.rtt(formatMs(result.rttMs))}</span>
              )}
              {result.setupMs !== null && (
                <span className="number">{words.servers.setup(formatMs(result.setupMs))}</span>
              )}
            </span>
          ))
        )}
      </div>
      {!testing &&
        results.flatMap(({ failure, transport }) =>
          failure === undefined
            ? []
            : [
                <div key={transport} className={classes['failure']}>
                  <FailureText failure={failure} />
                </div>,
              ],
        )}
    </li>
  );
}

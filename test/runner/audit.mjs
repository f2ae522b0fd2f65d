/**
 * `npm run audit`: does the registry know a weakness of anything in package-lock.json, whatever is shipped and whatever
 * is only for development? Exit code 1 when it does. A registry that takes no such question (a mirror, no network) is
 * said and is no failure: it tells nothing about the packages.
 */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

const severities = ['critical', 'high', 'moderate', 'low', 'info'];

/**
 * What `npm audit --json` printed, as a line for people and whether it is a failure.
 *
 * @throws SyntaxError when it is no JSON
 */
export function judgeAudit(json) {
  const { metadata, vulnerabilities, message, error } = JSON.parse(json);
  // Of what the registry or the network said; anything else that is in the way is here and can be mended.
  if (message !== undefined) return { failed: false, text: `not asked: ${message}` };
  if (metadata === undefined) return { failed: true, text: `not asked: ${error?.summary ?? json}` };
  const total = metadata.dependencies.total;
  const found = Object.values(vulnerabilities);
  if (found.length === 0) return { failed: false, text: `no known weakness in ${total} packages` };
  const bySeverity = severities.flatMap((severity) =>
    found
      .filter((each) => each.severity === severity)
      .map(({ name, range, via }) => `  ${severity}: ${name} ${range}${whyOf(via)}`),
  );
  return { failed: true, text: [`${found.length} of ${total} packages are weak:`, ...bySeverity].join('\n') };
}

/** An advisory has a title and an address; a package that only needs a weak one has its name. */
function whyOf(via) {
  return via
    .map((cause) => (typeof cause === 'string' ? `, by ${cause}` : `, ${cause.title} (${cause.url})`))
    .join('');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const flags = ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=30000'];
  const { stdout, error } = spawnSync('npm', flags, { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  if (error !== undefined) throw error;
  const { failed, text } = judgeAudit(stdout);
  console.log(`dependency audit: ${text}`);
  process.exitCode = failed ? 1 : 0;
}

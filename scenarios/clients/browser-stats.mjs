/** What the lab wants to know of a connection's candidate pairs, out of getStats. */

function selectedIn(stats) {
  const all = [...stats.values()];
  const transport = all.find(({ type }) => type === 'transport');
  // Firefox has no transport statistics.
  return (
    stats.get(transport?.selectedCandidatePairId) ??
    all.find(({ type, selected }) => type === 'candidate-pair' && selected === true)
  );
}

function endOf(candidate) {
  const { candidateType, address, port } = candidate ?? {};
  return { type: candidateType ?? 'prflx', address: address ?? '', port: port ?? 0 };
}

/** @returns {{selected: object | null, checks: Record<string, number>, relayed: object | null}} */
export function pairsIn(stats, path) {
  const pair = selectedIn(stats);
  const checks = {};
  for (const { type, remoteCandidateId, requestsSent = 0 } of stats.values()) {
    if (type !== 'candidate-pair' || requestsSent === 0) continue;
    const { address, port } = endOf(stats.get(remoteCandidateId));
    const target = `${address}:${port}`.slice(0, 64);
    checks[target] = (checks[target] ?? 0) + requestsSent;
  }
  if (pair === undefined) return { selected: null, checks, relayed: null };
  const selected = {
    local: endOf(stats.get(pair.localCandidateId)),
    remote: endOf(stats.get(pair.remoteCandidateId)),
  };
  const relayed =
    path === 'relay' ? { sentBytes: pair.bytesSent ?? 0, receivedBytes: pair.bytesReceived ?? 0 } : null;
  return { selected, checks, relayed };
}

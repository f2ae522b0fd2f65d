export function requirePeer(name: string): unknown;
export function versionOfPeer(name: string): string;
export function installPeers(): void;

/** Whether this Node can set SO_REUSEPORT: from 22.12 and 23.1 on. @param version as in `process.versions.node` */
export function canSharePorts(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

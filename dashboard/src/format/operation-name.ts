/** `createAgentToken` → `Create agent token`. */
export function operationName(operation: string): string {
  const spaced = operation.replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => {
    return `${before} ${after.toLowerCase()}`;
  });
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

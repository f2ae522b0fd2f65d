export function judgeAudit(json: string): { readonly failed: boolean; readonly text: string };

export function folderPrefix(kind: string): string;
export function makerOf(kind: string, name: string): number | undefined;

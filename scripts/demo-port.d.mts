export function portIsFree(port: number): Promise<void>;
export function portTrouble(error: NodeJS.ErrnoException & { readonly port?: number }): string | undefined;

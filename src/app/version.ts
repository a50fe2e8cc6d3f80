/** Replaced by the build with package.json's. */
declare const HIKESHI_VERSION: string | undefined;

export const VERSION: string = typeof HIKESHI_VERSION === 'string' ? HIKESHI_VERSION : 'development';

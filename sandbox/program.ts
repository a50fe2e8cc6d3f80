/** All that a demo consists of, loaded at once. */

export { showOnPage } from './demo/show.ts';
export { startDemo } from './demo/start.ts';
export { play } from './story/play.ts';

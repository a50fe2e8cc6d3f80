import { render } from 'preact';
import { get, listen } from './api.ts';
import { App } from './components/app.tsx';
import type { CommandHint } from './model/suggest.ts';
import type { ChangeLine, Workspace } from './model/types.ts';
import { applied } from './model/workspace.ts';
import { createPage, type DemoState, PageProvider } from './state.ts';

/** Starts from a snapshot and follows the log from there. */
async function start(root: HTMLElement): Promise<void> {
  const [space, demo, commands] = await Promise.all([
    get<Workspace>('/sandbox/state'),
    get<DemoState>('/demo/state'),
    get<readonly CommandHint[]>('/demo/commands'),
  ]);
  const page = createPage(space, demo, commands);
  render(
    <PageProvider value={page}>
      <App />
    </PageProvider>,
    root,
  );

  let asking = false;
  const fresh = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    page.space.value = await get<Workspace>('/sandbox/state');
    asking = false;
  };
  listen<ChangeLine>({
    path: `/sandbox/events?since=${space.seq}`,
    kind: 'change',
    onData(line) {
      const next = applied(page.space.value, line);
      if (next) page.space.value = next;
      else void fresh();
    },
    onLost(lost) {
      if (page.lost.value && !lost) void fresh();
      page.lost.value = lost;
    },
  });
  listen<DemoState>({
    path: '/demo/events',
    kind: 'state',
    onData(state) {
      // Another world has taken the place of this one.
      if (state.startedAt !== page.demo.value.startedAt) location.reload();
      else page.demo.value = state;
    },
  });
}

const root = document.getElementById('page');
if (root) await start(root);

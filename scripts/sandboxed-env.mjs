/**
 * What tests, demo and benchmarks must not see of the shell they were started from: addresses and credentials of real systems.
 * `_FILE` variants fall under the same names. Node's mode goes as well: `production` would forbid the embedded database.
 */
const HIDDEN =
  /^((DATABASE|DATABASE_MIGRATE|REDIS)_URL(_FILE)?|KUBECONFIG|KUBERNETES_.*|(AWS|AZURE|SLACK|ALERTMANAGER|HIKESHI)_.*|PG[A-Z]+|NODE_ENV)$/;

export function sandboxed(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name.startsWith('HIKESHI_TEST_') || !HIDDEN.test(name)),
  );
}

import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { kubeconfigFor } from '../../sandbox/cluster/index.ts';
import { chooseContext, whyNot } from './guard.ts';

function configFor(server: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(kubeconfigFor(server, 't'));
  return config;
}

describe('the cluster suite', () => {
  it('is skipped without a kubeconfig, and fails so in CI', () => {
    expect(whyNot({ HIKESHI_TEST_KUBECONFIG: '/x' })).toBeUndefined();
    expect(whyNot({ KUBECONFIG: '/x' })).toContain('HIKESHI_TEST_KUBECONFIG is not set');
    expect(() => whyNot({ CI: 'true' })).toThrow('with CI=true that is a failure');
  });

  it.each(['https://127.0.0.1:6443', 'http://localhost:8001', 'https://[::1]:6443'])('runs against %s', (server) => {
    expect(() => chooseContext(configFor(server), undefined)).not.toThrow();
  });

  it.each(['https://10.0.0.1', 'https://127.0.0.1.example.com', 'https://localhost.example.com:6443'])(
    'refuses %s',
    (server) => {
      const remote = configFor(server);
      expect(() => chooseContext(remote, undefined)).toThrow('set HIKESHI_TEST_CONTEXT=sandbox');
      expect(() => chooseContext(remote, 'other')).toThrow('no context other');
      expect(() => chooseContext(remote, 'sandbox')).not.toThrow();
    },
  );
});

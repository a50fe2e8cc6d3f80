import { vi } from 'vitest';

/** What the AWS SDK finds in its environment for one test: an endpoint, keys or none, and nothing of this machine. */
export function stubAws(endpoint: string, keys = true): void {
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: keys ? 'AKIAIOSFODNN7EXAMPLE' : undefined,
    AWS_SECRET_ACCESS_KEY: keys ? 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' : undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

/**
 * Credentials of the shapes that people paste, log and quote. In each the part that must not get out holds `CANARY`, so that
 * looking for one word finds them all. None of them was ever anybody's.
 */
export const CANARY = 'CANARY';

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const BODY = `${'CANARYabcdefgh0123456789/+CANARY\n'.repeat(6)}`;

export const CREDENTIALS: Readonly<Record<string, string>> = {
  'AWS access key': 'AKIACANARY0123456789',
  'AWS temporary key': 'ASIACANARY0123456789',
  'AWS secret key': 'AWS_SECRET_ACCESS_KEY=CANARYabc/def+0123456789abcdefghijklmn',
  'GitHub token': 'ghp_CANARY0123456789abcdefghijklmnopqrst',
  'GitHub fine-grained token': 'github_pat_CANARY0123456789_abcdefghijklmnopqrstuvwxyz',
  'GitLab token': 'glpat-CANARY-0123456789abc',
  'Slack bot token': 'xoxb-CANARY-0123456789-abcdefABCDEF',
  'Slack rotated token': 'xoxe.xoxp-1-CANARY0123456789abcdef',
  'Slack app token': 'xapp-1-A0CANARY-0123456789-abcdef',
  'Slack webhook': 'https://hooks.slack.com/services/T0CANARY/B0CANARY/CANARYabcdef',
  JWT: `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ sub: 'x' })}.CANARY0123456789abcdef`,
  'service account token': `${base64url({ alg: 'RS256', kid: 'x' })}.${base64url({ iss: 'kubernetes/serviceaccount' })}.CANARY_-0123`,
  'RSA key': `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${BODY}-----END RSA PRIVATE KEY-----`,
  'OpenSSH key': `-----BEGIN OPENSSH PRIVATE KEY-----\n${BODY}-----END OPENSSH PRIVATE KEY-----`,
  'half a key': `-----BEGIN PRIVATE KEY-----\n${BODY}`,
  'bearer header': 'Authorization: Bearer CANARY.abc-DEF_0123456789',
  'basic header': 'authorization: Basic Q0FOQVJZCANARY=',
  'bearer in words': 'curl refused: bearer CANARYtoken0123456789 is not valid',
  'PostgreSQL URL': 'postgres://app:CANARY-p%40ss@db.internal:5432/shop',
  'URL with a password': 'https://user:CANARYpw@registry.internal/v2/',
  'URL with a key for a user': 'https://CANARY0123456789abcdef@sentry.internal/42',
  'URL with a token': 'https://grafana.internal/d/x?orgId=1&access_token=CANARY0123456789&from=now',
  'URL with a signature': 'https://store.internal/b?sv=2022&sig=CANARY%2B0123456789%3D',
  'environment variable': 'DB_PASSWORD=CANARY-hunter2',
  'environment variable, quoted': `REDIS_PASSWORD='CANARY with blanks 2'`,
  flag: '--token=CANARYabcdef',
  'connection string': 'host=db user=app password=CANARYhunter2 dbname=shop',
  'JSON field': '{"user":"app","password":"CANARY hunter2"}',
  'JSON in JSON': JSON.stringify(JSON.stringify({ apiKey: 'CANARY0123' })),
  YAML: 'db:\n  password: CANARYhunter2\n',
  'Azure account key': 'AccountName=x;AccountKey=CANARY0123456789+/==;EndpointSuffix=core.windows.net',
  'Stripe key': 'sk_live_CANARY0123456789abcdef',
  'npm token': 'npm_CANARY0123456789abcdefghijklmnop',
  'Vault token': 'hvs.CANARY0123456789abcdefghij',
  'Google key': 'AIzaCANARY0123456789abcdefghijklmnopqrs',
};

import { describe, expect, it } from 'vitest';
import { formatPath } from '../../src/config/problem.ts';
import { Secret } from '../../src/config/secret.ts';
import { loaded, problems } from './support.ts';

const minimal = 'slack: { channel: alerts }\n';

describe('secrets', () => {
  it.each([
    ['sources: { default: { token: xoxb-123456789012-abcdef } }', 'sources.default.token'],
    ['sources: { default: { api: ["https://user:hunter22@am.example.com"] } }', 'sources.default.api[0]'],
    ['runbooks: { r: { link: https://hooks.slack.com/services/T0/B0/xyz } }', 'runbooks.r.link'],
    ['severityLabel: AKIAABCDEFGHIJKLMNOP', 'severityLabel'],
    ['severityLabel: "Bearer 0123456789abcdef"', 'severityLabel'],
    ['severityLabel: postgres://app:hunter22@db/x', 'severityLabel'],
  ])('written down are refused and not repeated: %s', (line, path) => {
    const found = problems(`${minimal}${line}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${path}: holds a secret itself`);
    expect(found[0]).not.toMatch(/hunter|abcdef|xyz|AKIA|T0\/B0/);
  });

  it('in the place of a key or a variable name are not repeated either', () => {
    const found = problems(
      `${minimal}xoxb-123456789012-abcdef: 1\nsources: { default: { token: hunter2isnotavariable } }\n`,
    );
    expect(found.join('\n')).toContain('sources.default.token: is not the name of an environment variable');
    expect(found.join('\n')).not.toMatch(/abcdef|hunter/);
  });

  it('of which a broken YAML leaves a part for a key are not repeated; names are, however long', () => {
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7';
    expect(formatPath(['roles', `${body} ${body}`, 0])).toBe('roles.***[0]');
    expect(formatPath(['roles', '--token=hunter2'])).toBe('roles."--token=***"');
    const name = 'production/main/shop/deployment/checkout-api-v2';
    expect(formatPath(['roles', name])).toBe(`roles."${name}"`);
  });

  it('of which a broken YAML makes words that were not expected are not repeated', () => {
    const body = 'CANARYabcdefgh0123456789';
    const found = problems(
      `slack - 1. # -----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\n\n${body}\n${body}\n-----END RSA PRIVATE KEY-----`,
    );
    expect(found.join('\n')).toContain('not valid YAML: Unexpected scalar token in YAML stream; look at this line');
    expect(found.join('\n')).not.toContain(body);
  });

  it('print as stars wherever they are printed', () => {
    const config = loaded(minimal);
    const secret = new Secret('hunter2');
    expect(`${secret.toString()} ${JSON.stringify({ secret })}`).toBe('*** {"secret":"***"}');
    expect(JSON.stringify(config)).not.toMatch(/xoxb|signing"|:pw@|webhook"/);
    expect(secret.reveal()).toBe('hunter2');
    expect(secret.equals(new Secret('hunter2'))).toBe(true);
  });
});

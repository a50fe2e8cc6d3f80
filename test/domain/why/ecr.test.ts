import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ecrImageOf } from '../../../src/domain/why/ecr.ts';

const HOST = '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com';
const DIGEST = `sha256:${'0a'.repeat(32)}`;
const PLACE = { account: '123456789012', region: 'ap-northeast-1', repository: 'shop/checkout' };

describe('the name of an image in ECR', () => {
  it.each([
    [`${HOST}/shop/checkout:1.43`, { ...PLACE, by: { tag: '1.43' } }],
    [`${HOST}/shop/checkout`, { ...PLACE, by: { tag: 'latest' } }],
    [`${HOST}/shop/checkout@${DIGEST}`, { ...PLACE, by: { digest: DIGEST } }],
    [`${HOST}/shop/checkout:1.43@${DIGEST}`, { ...PLACE, by: { digest: DIGEST } }],
    [
      '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/shop/a-b_c:b_C-1',
      { account: '123456789012', region: 'cn-north-1', repository: 'shop/a-b_c', by: { tag: 'b_C-1' } },
    ],
    [
      '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/shop/checkout:1',
      { ...PLACE, region: 'us-gov-west-1', by: { tag: '1' } },
    ],
    ['123456789012.dkr-ecr.ap-northeast-1.on.aws/shop/checkout:1.43', { ...PLACE, by: { tag: '1.43' } }],
    [
      `123456789012.dkr-ecr-fips.us-gov-west-1.on.aws/shop/checkout@${DIGEST}`,
      { ...PLACE, region: 'us-gov-west-1', by: { digest: DIGEST } },
    ],
  ])('%s', (image, expected) => {
    expect(ecrImageOf(image)).toEqual(expected);
  });

  it.each([
    'shop/checkout:1.43',
    'public.ecr.aws/shop/checkout:1.43',
    `12345.${HOST}/shop/checkout:1`,
    `${HOST}.evil.example/shop/checkout:1`,
    `evil.example/${HOST}/shop/checkout:1`,
    `${HOST}/shop/checkout:`,
    `${HOST}/Shop/checkout:1`,
    `${HOST}/shop/checkout@sha256:12`,
    `${HOST}/`,
    `${HOST}/shop/checkout:1\n`,
    '123456789012.dkr.ecr.cn-north-1.amazonaws.com/shop/checkout:1',
    '123456789012.dkr.ecr.us-east-1.amazonaws.com.cn/shop/checkout:1',
    '123456789012.dkr.ecr.us-east-1.evil.example@amazonaws.com/shop/checkout:1',
    '123456789012.dkr.ecr.us-east-1.on.aws/shop/checkout:1',
    '123456789012.dkr-ecr.us-east-1.amazonaws.com/shop/checkout:1',
    '123456789012.dkr-ecr.cn-north-1.on.aws/shop/checkout:1',
    '123456789012.dkr-ecr.us-east-1.on.aws.cn/shop/checkout:1',
    '123456789012.dkr-ecr.us-east-1.on.aws.evil.example/shop/checkout:1',
  ])('%s is none', (image) => {
    expect(ecrImageOf(image)).toBeUndefined();
  });

  it('whatever it is, a region is only ever a word of AWS: it becomes part of a host', () => {
    const region = fc.string({
      unit: fc.constantFrom(...Array.from('abcnus-019./:@#?% \n')),
      minLength: 1,
      maxLength: 24,
    });
    const hosts = [
      ['dkr.ecr', 'amazonaws.com'],
      ['dkr.ecr', 'amazonaws.com.cn'],
      ['dkr-ecr', 'on.aws'],
    ] as const;
    const regions = fc.oneof(region, fc.constantFrom('us-east-1', 'cn-north-1', 'eu-west-3'));
    fc.assert(
      fc.property(regions, fc.constantFrom(...hosts), fc.string(), (where, [before, after], rest) => {
        const found = ecrImageOf(`123456789012.${before}.${where}.${after}/shop/checkout${rest}`);
        if (found) expect(found.region).toMatch(/^[a-z]+(-[a-z]+)+-\d+$/);
      }),
    );
  });

  it('is not looked for long in a long name', () => {
    const started = performance.now();
    for (const part of ['a', 'a.', 'a/', 'a-']) ecrImageOf(`${HOST}/${part.repeat(100_000)}!`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

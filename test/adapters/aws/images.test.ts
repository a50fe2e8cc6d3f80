import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createImages } from '../../../src/adapters/aws/images.ts';
import type { EcrImage } from '../../../src/domain/why/ecr.ts';
import { IN_TOKYO } from '../../contracts/images.ts';
import { stubAws } from '../../support/aws.ts';
import { lastingPort } from '../../support/ports.ts';

type Query = Record<string, unknown>;
type Says = (query: Query, response: ServerResponse) => void;

const IMAGE: EcrImage = { ...IN_TOKYO, repository: 'shop/checkout', by: { tag: '1.43' } };
const ARN = 'arn:aws:ecr:ap-northeast-1:123456789012:repository/shop/checkout';
const open = new AbortController().signal;

function json(status: number, body: object): Says {
  return (_query, response) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
const refuses = (type: string, message: string, status = 400): Says => json(status, { __type: type, message });

describe('ECR over HTTP', () => {
  let server: Server;
  let says: Says;
  let asked: Query[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked.push(JSON.parse(body) as Query);
    says(asked.at(-1)!, response);
  };
  beforeAll(async () => {
    server = createServer((request, response) => void answer(request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    asked = [];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const look = (said: Says, { limitMs = 10_000, signal = open, keys = true } = {}) => {
    says = said;
    stubAws(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys);
    return createImages({ limitMs }).look(IMAGE, signal);
  };

  it.each([
    [
      'AccessDeniedException',
      `User: arn:aws:sts::123456789012:assumed-role/hikeshi/x is not authorized to perform: ecr:DescribeImages on resource: ${ARN} because no identity-based policy allows the ecr:DescribeImages action`,
      { is: 'not-allowed', action: 'ecr:DescribeImages' },
    ],
    [
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      { is: 'not-allowed', action: 'sts:AssumeRoleWithWebIdentity' },
    ],
    [
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      { is: 'credentials-refused', why: 'UnrecognizedClientException' },
    ],
    [
      'ExpiredTokenException',
      'The security token included in the request is expired',
      { is: 'credentials-refused', why: 'ExpiredTokenException' },
    ],
    ['RepositoryNotFoundException', 'no such', { is: 'no-repository' }],
    ['InvalidParameterException', 'bad', { is: 'away', why: 'InvalidParameterException' }],
  ])('%s is said in our words', async (type, message, expected) => {
    expect(await look(refuses(type, message))).toEqual(expected);
  });

  it('is tried once more when it stumbles, and then it is away', async () => {
    expect(await look(refuses('ServerException', 'oops', 500))).toEqual({ is: 'away', why: 'ServerException' });
    expect(asked).toHaveLength(2);
  });

  it('what is no answer is none', async () => {
    const page: Says = (_query, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in to the hotel</h1>');
    expect(await look(page)).toMatchObject({ is: 'away' });
    expect(await look((_query, response) => response.destroy())).toEqual({ is: 'away', why: 'ECONNRESET' });
  });

  it('that nobody is there, and that no credentials are, are answers', async () => {
    stubAws(`http://127.0.0.1:${await lastingPort()}`);
    expect(await createImages().look(IMAGE, open)).toEqual({ is: 'away', why: 'ECONNREFUSED' });
    expect(await look(json(200, {}), { keys: false })).toEqual({ is: 'no-credentials' });
    expect(asked).toEqual([]);
  });

  it('one that does not answer is waited for no longer than it may take, or than somebody waits', async () => {
    const hangs: Says = () => undefined;
    expect(await look(hangs, { limitMs: 300 })).toEqual({ is: 'away', why: 'TimeoutError' });
    const stopped = new AbortController();
    const stops: Says = () => stopped.abort(new Error('stopping'));
    await expect(look(stops, { signal: stopped.signal })).rejects.toThrow('stopping');
  });

  it('lists all pages of tags, up to an end, and says that there are more', async () => {
    const at = 1_700_000_000;
    const pages =
      (last: number): Says =>
      (query, response) => {
        if (query['imageIds']) return refuses('ImageNotFoundException', 'none')(query, response);
        const page = Number(query['nextToken'] ?? 0);
        const imageDetails = [
          { imageDigest: 'sha256:1', imageTags: [`a${page}`, `b${page}`], imagePushedAt: at + page },
        ];
        json(200, { imageDetails, ...(page < last && { nextToken: `${page + 1}` }) })(query, response);
      };
    const tag = (name: string, page: number) => ({ tag: `${name}${page}`, pushedAt: new Date((at + page) * 1_000) });
    expect(await look(pages(1))).toEqual({
      is: 'no-image',
      tags: [tag('a', 0), tag('b', 0), tag('a', 1), tag('b', 1)],
      more: false,
    });
    expect(asked.slice(1)).toMatchObject([
      { registryId: IN_TOKYO.account, repositoryName: 'shop/checkout', filter: { tagStatus: 'TAGGED' } },
      { nextToken: '1' },
    ]);
    expect(await look(pages(1_000))).toMatchObject({ is: 'no-image', more: true });
    expect(asked.length).toBeLessThan(12);
  });
});

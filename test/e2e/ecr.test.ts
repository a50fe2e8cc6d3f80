import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { createImages } from '../../src/adapters/aws/images.ts';
import { IN_TOKYO, imagesContract } from '../contracts/images.ts';
import { fakeImages } from '../fakes/images.ts';
import { stubAws } from '../support/aws.ts';
import { lastingPort } from '../support/ports.ts';
import { type Running, start, untilAnswers } from './programs.ts';

/** ECR as others have it who did not see our double: moto, where there is one. */
const program = process.env['HIKESHI_TEST_MOTO'];

describe('the double', () => {
  const images = fakeImages();
  imagesContract(() => ({ images, push: async (repository, tag) => images.push(repository, tag) }));
});

describe.each(program ? [program] : [])('%s', (path) => {
  let moto: Running;
  let client: ECRClient;
  const made = new Set<string>();
  beforeAll(async () => {
    const port = String(await lastingPort());
    const url = `http://127.0.0.1:${port}`;
    moto = start(path, ['-H', '127.0.0.1', '-p', port], { PATH: process.env['PATH'] });
    await untilAnswers(`${url}/moto-api/data.json`, moto);
    stubAws(url);
    client = new ECRClient({ region: IN_TOKYO.region });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    client?.destroy();
    await moto?.stop();
  });
  imagesContract(() => ({
    images: createImages({ limitMs: 20_000 }),
    async push(repositoryName, imageTag) {
      if (!made.has(repositoryName)) await client.send(new CreateRepositoryCommand({ repositoryName }));
      made.add(repositoryName);
      if (imageTag === undefined) return '';
      const imageManifest = JSON.stringify({ schemaVersion: 2, config: { size: made.size }, layers: [], imageTag });
      const imageManifestMediaType = 'application/vnd.docker.distribution.manifest.v2+json';
      const put = { repositoryName, imageTag, imageManifest, imageManifestMediaType };
      const { image } = await client.send(new PutImageCommand(put));
      return image!.imageId!.imageDigest!;
    },
  }));
});

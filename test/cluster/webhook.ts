import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';

export interface Webhook {
  readonly url: string;
  /** For `caBundle`. */
  readonly ca: string;
  close(): Promise<void>;
}

interface Review {
  readonly request: { readonly uid: string; readonly dryRun: boolean };
}

/** An admission webhook on loopback that says no to everything. */
export async function refusingWebhook(onReview: (review: Review['request']) => void): Promise<Webhook> {
  const { key, cert } = await selfSigned();
  const server = createServer({ key, cert }, (request, response) => {
    json(request).then(
      (body) => {
        const { request: asked } = body as Review;
        onReview(asked);
        const no = { uid: asked.uid, allowed: false, status: { message: 'not on a Sunday' } };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: no }));
      },
      () => response.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ca: Buffer.from(cert).toString('base64'),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function selfSigned(): Promise<{ readonly key: string; readonly cert: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-webhook-'));
  try {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(dir, name)) as [string, string];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    await promisify(execFile)('openssl', [...made, ...names, '-keyout', key, '-out', cert]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

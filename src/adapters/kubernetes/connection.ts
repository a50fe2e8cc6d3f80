import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import type { Cluster as ClusterEntry, KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { ConfigProblem } from './errors.ts';

/** Below the 60 s after which load balancers, and the 90 s after which API servers, drop an idle connection. */
const KEEP_ALIVE_MS = 30_000;
const CONNECT_MS = 5_000;
const CONNECTIONS = 16;

/** What one request needs. */
export interface Access {
  readonly server: string;
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

/** One API server: credentials read anew for each request, and one pool of connections as long as TLS stays the same. */
export interface Connection {
  access(): Promise<Access>;
  /** Waits for the requests under way, which are bounded in time. */
  close(): Promise<void>;
}

interface Pool {
  readonly key: string;
  readonly dispatcher: Dispatcher;
}

/**
 * Rotated CA, client certificate and token files are followed: a new certificate makes a new pool, and the old one ends
 * after its last answer. The pool is ours because the client library opens a connection per request.
 * @param maxResponseBytes a longer answer is an error
 */
export function connect(config: KubeConfig, maxResponseBytes: number): Connection {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new ConfigProblem('the kubeconfig names no cluster');
  let pool: Pool | undefined;
  const poolFor = (options: RequestOptions): Dispatcher => {
    const key = fingerprint(options);
    if (pool?.key === key) return pool.dispatcher;
    void pool?.dispatcher.close().catch(() => undefined);
    pool = { key, dispatcher: newPool(cluster, options, maxResponseBytes) };
    return pool.dispatcher;
  };
  return {
    async access() {
      const options = await credentials(config);
      return { server: cluster.server.replace(/\/+$/, ''), dispatcher: poolFor(options), headers: headersOf(options) };
    },
    async close() {
      await pool?.dispatcher.close();
    },
  };
}

/** TLS material, token and impersonation, the files and the exec plugin's cached token included. */
async function credentials(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch {
    const plugin = (config.getCurrentUser()?.exec as { command?: string } | undefined)?.command;
    throw new ConfigProblem(
      plugin
        ? `exec plugin ${plugin} failed: run it by hand to see why`
        : isPlainHttp(config)
          ? 'its address is http: use https, or insecure-skip-tls-verify: true for a proxy on this machine'
          : 'the credentials named in the kubeconfig cannot be read',
    );
  }
  return options;
}

/** The client library refuses these, so that no credentials go over the wire unencrypted. */
function isPlainHttp(config: KubeConfig): boolean {
  const cluster = config.getCurrentCluster();
  return cluster !== null && /^http:/i.test(cluster.server) && !cluster.skipTLSVerify;
}

function newPool(cluster: ClusterEntry, options: RequestOptions, maxResponseSize: number): Dispatcher {
  const { ca, cert, key, servername } = options;
  const tls = { ca, cert, key, servername, rejectUnauthorized: options.rejectUnauthorized ?? true };
  const limits = { connections: CONNECTIONS, keepAliveTimeout: KEEP_ALIVE_MS, maxResponseSize };
  if (!cluster.proxyUrl) return new Agent({ ...limits, connect: { ...tls, timeout: CONNECT_MS } });
  if (!/^https?:/.test(cluster.proxyUrl))
    throw new ConfigProblem('proxy-url: only http and https proxies are supported');
  return new ProxyAgent({ ...limits, uri: cluster.proxyUrl, requestTls: tls });
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value).trim();
  if (options.auth) headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
}

function fingerprint(options: RequestOptions): string {
  const hash = createHash('sha256');
  for (const part of [options.ca, options.cert, options.key, options.servername])
    hash.update(`${JSON.stringify(part)}\0`);
  return hash.digest('base64');
}

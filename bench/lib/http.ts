import { Pool } from 'undici';

export interface Endpoint {
  /** Posts on a kept-alive connection and reads the answer to its end. Answers its status. */
  post(path: string, body: string, headers: Readonly<Record<string, string>>): Promise<number>;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 15_000;

export function endpoint(url: string, connections = 64): Endpoint {
  const pool = new Pool(url, { connections, headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS });
  return {
    async post(path, body, headers) {
      const answer = await pool.request({ method: 'POST', path, body, headers });
      await answer.body.dump();
      return answer.statusCode;
    },
    close: () => pool.destroy(),
  };
}

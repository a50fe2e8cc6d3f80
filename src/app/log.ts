import { type DestinationStream, type Logger, pino } from 'pino';
import { visibleJson } from '../domain/clean.ts';
import { type Mask, maskedJson, maskSecrets } from '../domain/secrets.ts';

/**
 * JSON lines on stdout with the fields that people grep: `timestamp`, `level` as a word, `message`. Every text in a line is
 * masked when all of the line is there, and nothing in it acts on a terminal, whatever an error or an alert brings along.
 */
export function createLog(level: string, mask: Mask = maskSecrets, destination?: DestinationStream): Logger {
  const options = {
    level,
    messageKey: 'message',
    base: null,
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: {
      streamWrite: (line: string) => `${visibleJson(JSON.stringify(maskedJson<unknown>(JSON.parse(line), mask)))}\n`,
    },
    redact: {
      paths: [
        'token',
        '*.token',
        'authorization',
        '*.authorization',
        'password',
        '*.password',
        'headers.authorization',
      ],
      censor: '***',
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

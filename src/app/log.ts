import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import { isStorageFault } from '../adapters/postgres/faults.ts';
import { visibleJson } from '../domain/clean.ts';
import { type Mask, maskedJson, maskSecrets } from '../domain/secrets.ts';
import { ChatError } from '../ports/chat.ts';

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
    serializers: { err: serialized },
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

/** That somebody cannot be reached is no defect of ours: where in the code it was noticed says nothing to anybody. */
function serialized(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const told = stdSerializers.err(error);
  if (!(error instanceof ChatError || isStorageFault(error))) return told;
  const inner = error instanceof AggregateError ? error.errors.map(String).join(', ') : '';
  return { type: told.type, message: told.message || inner, ...('code' in error && { code: error.code }) };
}

import { type Fields, isFields, parseJson, textOf } from './json.ts';
import { explained, refuse } from './refusal.ts';

/** A call's arguments, from a form (where everything is text and JSON stands inside) or from a JSON body. */
export class Args {
  readonly fields: Fields;

  constructor(fields: Fields) {
    this.fields = fields;
  }

  /** Sent at all; an empty string counts as sent. */
  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  text(name: string): string | undefined {
    return textOf(this.fields[name]);
  }

  /** An argument that was checked to be there. */
  need(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw explained('invalid_arguments', [`missing required field: ${name}`]);
    return value;
  }

  flag(name: string): boolean {
    const value = this.fields[name];
    return value === true || value === 'true' || value === '1' || value === 1;
  }

  /** The value as JSON; text that is none gives `undefined`. */
  json(name: string): unknown {
    const value = this.fields[name];
    return typeof value === 'string' ? parseJson(value) : value;
  }

  object(name: string): Fields | undefined {
    const value = this.json(name);
    return isFields(value) ? value : undefined;
  }

  /** A comma-separated list, or a JSON array. */
  list(name: string): string[] {
    const value = this.json(name) ?? this.text(name);
    const parts = Array.isArray(value) ? value.map((one) => String(one)) : (this.text(name) ?? '').split(',');
    return parts.map((part) => part.trim()).filter(Boolean);
  }

  /** How many objects a page may have. Slack refuses what is no number in its range. */
  limit(normal: number, most: number): number {
    if (!this.has('limit') || this.text('limit') === '') return normal;
    const limit = Number(this.text('limit'));
    if (!Number.isInteger(limit) || limit < 1 || limit > most) refuse('invalid_limit');
    return limit;
  }
}

/** A receiver's name as webhooks give it: Alertmanager quotes it for regular expressions, as Go's `regexp.QuoteMeta` does. */
export function quotedReceiver(name: string): string {
  return name.replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

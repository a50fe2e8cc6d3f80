import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';

/** A sentence if nothing can be written to the temporary folder, which everything here uses, else undefined. */
export function temporaryProblem(access = accessSync) {
  const folder = tmpdir();
  const code = refusal(folder, access);
  return code && `Nothing can be written to ${folder} (${code}): set TMPDIR to a folder of yours and run this again.`;
}

/** The same of the checkout: packages and the bundle go there. */
export function checkoutProblem(root, access = accessSync) {
  const code = refusal(root, access);
  return code && `Nothing can be written to ${root} (${code}): run this as its owner, or clone it anew as you.`;
}

function refusal(folder, access) {
  try {
    access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return error.code ?? error.message;
  }
}

import { groupOf, type Resource } from './objects.ts';

/** One HTTP answer; `text` only for what is answered in plain text. */
export interface Answer {
  code: number;
  body?: unknown;
  text?: string;
  /** Of `text`; default `text/plain; charset=utf-8`. */
  type?: string;
}

/** Where a request points: a resource, maybe in a namespace, maybe one object of it. */
export interface Place {
  resource: Resource;
  namespace?: string;
  name?: string;
  subresource?: 'scale' | 'log';
  /** Of metrics.k8s.io, which measures this resource. */
  metrics?: true;
}

function failure(code: number, reason: string, message: string, details?: object): Answer {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason };
  return { code, body: details === undefined ? { ...body, code } : { ...body, details, code } };
}

/** `deployments.apps`: how messages name a resource. */
function qualified(resource: Resource): string {
  const group = groupOf(resource);
  return group === '' ? resource : `${resource}.${group}`;
}

function details({ resource, name }: Place): object {
  const group = groupOf(resource);
  return { ...(name !== undefined && { name }), ...(group !== '' && { group }), kind: resource };
}

export function notFound(place: Place): Answer {
  return failure(404, 'NotFound', `${qualified(place.resource)} "${place.name ?? ''}" not found`, details(place));
}

/** An unknown group or path is plain text; an unknown resource of a known group is a Status. */
export function noSuchPath(path: string): Answer {
  if (!/^\/(api\/v1|apis\/(autoscaling\/v2|(apps|policy|networking\.k8s\.io|discovery\.k8s\.io)\/v1))\//.test(path))
    return { code: 404, text: '404 page not found\n' };
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function forbidden(user: string, verb: string, place: Place): Answer {
  const { namespace, name } = place;
  const resource = place.subresource ? `${place.resource}/${place.subresource}` : place.resource;
  const what = name === undefined ? qualified(place.resource) : `${qualified(place.resource)} "${name}"`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${groupOf(place.resource)}" ${where}`;
  return failure(403, 'Forbidden', message, details(place));
}

export function unauthorized(): Answer {
  return failure(401, 'Unauthorized', 'Unauthorized');
}

export function patchRefused(): Answer {
  return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

export function badRequest(message: string): Answer {
  return failure(400, 'BadRequest', message);
}

export function methodNotAllowed(): Answer {
  return failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function notAcceptable(): Answer {
  return failure(406, 'NotAcceptable', 'only the following media types are accepted: application/json');
}

export function unsupportedMediaType(): Answer {
  return failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

export function badDryRun(value: string): Answer {
  const words = `Unsupported value: ["${value}"]: supported values: "All"`;
  return failure(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: dryRun: ${words}`, {
    group: 'meta.k8s.io',
    kind: 'PatchOptions',
    causes: [{ reason: 'FieldValueNotSupported', message: words, field: 'dryRun' }],
  });
}

/** The API server says it twice. @param kind e.g. `Deployment`: a validation error names the kind where other errors name the resource */
export function immutable(kind: string, name: string, field: string, value: string): Answer {
  const words = `Invalid value: "${value}": field is immutable`;
  const cause = { reason: 'FieldValueInvalid', message: words, field };
  return failure(422, 'Invalid', `${kind}.apps "${name}" is invalid: ${field}: ${words}`, {
    name,
    group: 'apps',
    kind,
    causes: [cause, cause],
  });
}

/** As the API server words a Scale that no workload may have. */
export function badReplicas(name: string, replicas: number): Answer {
  const words = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  const cause = { reason: 'FieldValueInvalid', message: words, field: 'spec.replicas' };
  return failure(422, 'Invalid', `Scale.autoscaling "${name}" is invalid: spec.replicas: ${words}`, {
    name,
    group: 'autoscaling',
    kind: 'Scale',
    causes: [cause],
  });
}

export function otherUid(kind: string, name: string, wanted: string, uid: string): Answer {
  const words = `the UID in the precondition (${wanted}) does not match the UID in record (${uid})`;
  const message = `Operation cannot be fulfilled on ${kind} "${name}": ${words}. The object might have been deleted and then recreated`;
  return failure(409, 'Conflict', message, { name, kind });
}

export function unavailable(): Answer {
  return failure(503, 'ServiceUnavailable', 'the server is currently unable to handle the request', {});
}

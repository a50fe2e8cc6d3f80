/** By name, and in a file of its own: the bundle then has of the official client, 5 MB with all kinds of objects, only what this needs. */
export { KubeConfig } from '@kubernetes/client-node';

/**
 * Business time. In production this is the database's clock (offset measured every 30 s and carried by the monotonic
 * clock), so replicas agree and a stepped host changes nothing. Tests and the demo move it. Leases never use it.
 */
export interface Clock {
  now(): Date;
}

import { connectRedis, type RedisAddress } from './connection.ts';

const CHANNEL = 'hikeshi:signal';

/** Carries topics between processes. */
export interface Relay {
  send(topic: string): void;
  close(): void;
}

export interface RelayEvents {
  /** Another process signals this topic. */
  signalled(topic: string): void;
  /** The connection was away, so anything may have been signalled. */
  missed(): void;
  failed(error: Error): void;
}

/** Redis pub/sub on one channel; a message is `origin topic`, and our own are passed over. Lost messages are lost. */
export function redisRelay(address: RedisAddress, origin: string, events: RelayEvents): Relay {
  const sender = connectRedis(address, 'fail-fast');
  const receiver = connectRedis(address, 'patient');
  let subscribedBefore = false;
  for (const { client } of [sender, receiver]) client.on('error', (error: Error) => events.failed(error));
  receiver.client.on('message', (_channel: string, message: string) => {
    const at = message.indexOf(' ');
    if (message.slice(0, at) !== origin) events.signalled(message.slice(at + 1));
  });
  // The client subscribes again by itself after a reconnection; asking once more costs nothing and tells when it is done.
  receiver.client.on('ready', () => {
    receiver.client.subscribe(CHANNEL).then(
      () => {
        if (subscribedBefore) events.missed();
        subscribedBefore = true;
      },
      () => undefined,
    );
  });
  return {
    send(topic) {
      sender.client.publish(CHANNEL, `${origin} ${topic}`).catch(() => undefined);
    },
    close() {
      sender.cut();
      receiver.cut();
    },
  };
}

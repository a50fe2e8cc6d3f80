import { z } from 'zod';
import type { CallLimit, TextFile } from '../../ports/chat.ts';
import { understood } from './answers.ts';
import { plainText } from './render/buttons.ts';
import { fileText } from './render/file.ts';
import type { Web } from './web.ts';

const Upload = z.object({ upload_url: z.url({ protocol: /^https?$/ }), file_id: z.string() });
const Info = z.object({ file: z.object({ permalink: z.url({ protocol: /^https?$/ }) }) });

const TITLE_MAX = 250;

/** Three calls and the bytes. Slack shows the file a little after the last of them has answered. */
export async function sendFile(
  web: Web,
  channelOf: () => Promise<string>,
  { name, title, content }: TextFile,
  limit: CallLimit,
): Promise<string> {
  const bytes = new TextEncoder().encode(fileText(content));
  const asked = { filename: name, length: bytes.length };
  const [channel, upload] = await Promise.all([
    channelOf(),
    web.call('files.getUploadURLExternal', asked, limit).then((answer) => understood(Upload, answer)),
  ]);
  await web.upload(upload.upload_url, bytes, limit);
  const files = [{ id: upload.file_id, title: plainText(title, TITLE_MAX).text }];
  await web.call('files.completeUploadExternal', { files, channel_id: channel }, limit);
  return understood(Info, await web.call('files.info', { file: upload.file_id }, limit)).file.permalink;
}

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { SCROLLS } from '../blocks/rich-text.tsx';
import type { SharedFile } from '../model/types.ts';
import { usePage } from '../state.ts';

const PREVIEW_LINES = 12;
const TEXTS = /\.(txt|log|json|ya?ml|csv|tsv|md|patch|diff)$/i;

/** A file with its first lines, as Slack shows what is text. */
export function FileView({ file }: { readonly file: SharedFile }): JSX.Element {
  const { words, me } = usePage();
  const address = `/sandbox/file/${encodeURIComponent(file.id)}?as=${encodeURIComponent(me.value)}`;
  const text = useText(TEXTS.test(file.name) ? address : undefined);
  const lines = text?.split('\n') ?? [];
  const more = lines.length - PREVIEW_LINES;
  return (
    <div class="file">
      <p>
        <span aria-hidden="true">▤ </span>
        <strong>{file.title || file.name}</strong>
        <span class="faint">{` ${sizeOf(file.size)} `}</span>
        <a href={address} download={file.name}>
          {words.value.download}
        </a>
      </p>
      {text === undefined ? (
        <p class="faint">{words.value.noPreview}</p>
      ) : (
        <section aria-label={`${words.value.preview}: ${file.name}`}>
          <pre {...SCROLLS}>
            {lines.slice(0, PREVIEW_LINES).join('\n')}
            {more > 0 && `\n… +${more}`}
          </pre>
        </section>
      )}
    </div>
  );
}

/** What is there; undefined until then, and where it cannot be had. */
function useText(address: string | undefined): string | undefined {
  const [text, setText] = useState<string>();
  useEffect(() => {
    if (address === undefined) return;
    const stopped = new AbortController();
    const read = async (): Promise<void> => {
      const response = await fetch(address, { signal: stopped.signal });
      if (response.ok) setText(await response.text());
    };
    read().catch(() => undefined);
    return () => stopped.abort();
  }, [address]);
  return text;
}

function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} kB`;
}

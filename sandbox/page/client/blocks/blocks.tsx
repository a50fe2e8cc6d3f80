import type { ContextBlock, ImageBlock, KnownBlock, SectionBlock, TableBlock } from '@slack/types';
import type { JSX } from 'preact';
import { type Place, usePage } from '../state.ts';
import { type Control, ControlView } from './elements.tsx';
import { Prose, RichText, SCROLLS } from './rich-text.tsx';

interface Props<T> {
  readonly block: T;
  readonly place: Place;
}

/** Blocks as Slack draws them; one that this page does not know says its name. */
export function BlocksView({ blocks, place }: { readonly blocks: readonly KnownBlock[]; readonly place: Place }) {
  return (
    <>
      {blocks.map((block, i) => (
        <BlockView key={block.block_id ?? i} block={block} place={place} />
      ))}
    </>
  );
}

export function BlockView({ block, place }: Props<KnownBlock>): JSX.Element {
  switch (block.type) {
    case 'rich_text':
      return <RichText block={block} />;
    case 'section':
      return <Section block={block} place={place} />;
    case 'header':
      return <h3>{block.text.text}</h3>;
    case 'context':
      return <Context block={block} />;
    case 'actions':
      return (
        <div class="actions">
          {block.elements.map((one) => (
            <Element key={'action_id' in one ? one.action_id : undefined} element={one} place={place} />
          ))}
        </div>
      );
    case 'divider':
      return <hr />;
    case 'image':
      return <Picture block={block} />;
    case 'table':
      return <Table block={block} />;
    case 'markdown':
      return <p>{block.text}</p>;
    case 'alert':
      return (
        <div class={`alert ${block.level ?? 'default'}`}>
          <Prose text={block.text} />
        </div>
      );
    default:
      return <p class="faint">{`[${block.type}]`}</p>;
  }
}

const CONTROLS: ReadonlySet<string> = new Set<Control['type']>([
  'button',
  'overflow',
  'static_select',
  'multi_static_select',
  'external_select',
  'multi_external_select',
  'users_select',
  'multi_users_select',
  'channels_select',
  'multi_channels_select',
  'conversations_select',
  'multi_conversations_select',
  'datepicker',
  'timepicker',
  'datetimepicker',
  'checkboxes',
  'radio_buttons',
]);

function isControl(element: { readonly type: string }): element is Control {
  return CONTROLS.has(element.type);
}

function Element({ element, place }: { readonly element: { readonly type: string }; readonly place: Place }) {
  return isControl(element) ? (
    <ControlView element={element} place={place} />
  ) : (
    <span class="faint">{`[${element.type}]`}</span>
  );
}

function Section({ block, place }: Props<SectionBlock>): JSX.Element {
  const { text, fields = [], accessory } = block;
  return (
    <div class="section">
      <div>
        {text && <Prose text={text} />}
        {fields.length > 0 && (
          <div class="fields">
            {fields.map((field) => (
              <div>
                <Prose text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory && <Element element={accessory} place={place} />}
    </div>
  );
}

function Context({ block }: { readonly block: ContextBlock }): JSX.Element {
  return (
    <div class="context">
      {block.elements.map((one) => (one.type === 'image' ? <p>{one.alt_text}</p> : <Prose text={one} />))}
    </div>
  );
}

/** Pictures are on other machines, and this page asks nobody but its own: their words stand for them. */
function Picture({ block }: { readonly block: ImageBlock }): JSX.Element {
  const { words } = usePage();
  return (
    <figure>
      {block.title && <figcaption>{block.title.text}</figcaption>}
      <p class="picture">
        {words.value.image}: {block.alt_text}
      </p>
    </figure>
  );
}

function Table({ block }: { readonly block: TableBlock }): JSX.Element {
  const [head = [], ...rows] = block.rows;
  const align = (column: number) => ({ textAlign: block.column_settings?.[column]?.align ?? 'left' });
  return (
    <div class="table" {...SCROLLS}>
      <table>
        <thead>
          <tr>
            {head.map((cell, i) => (
              <th scope="col" style={align(i)}>
                <Cell cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell, i) => (
                <td style={align(i)}>
                  <Cell cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell }: { readonly cell: TableBlock['rows'][number][number] }): JSX.Element {
  return cell.type === 'rich_text' ? <RichText block={cell} /> : <span>{cell.text}</span>;
}

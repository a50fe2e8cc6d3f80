/** What does not fit the shape of `hikeshi.yaml`. Plain text, for a terminal. */

const expected = {
  text: 'text',
  number: 'a number',
  whole: 'a whole number',
  boolean: 'true or false',
  list: 'a list',
  map: 'a map',
};

export const shape = {
  /** What a text is not; by the names that the schema gives. */
  is: {
    duration: 'is not a duration',
    name: 'is no name: letters, digits, dot, dash and underscore, at most 63, a letter or digit first',
    variable: 'is not the name of an environment variable',
    channel: 'is no Slack channel',
    page: 'is nobody to page',
    principal: 'is no person or user group',
    url: 'is no http(s) URL, or one with credentials in it',
    verb: 'is no word of a command',
    namespace: 'is no namespace',
    time: 'is no time',
    label: 'is no label',
  },
  unknownKey: 'unknown key',
  absent: 'is missing',
  noValue: 'has no value',
  empty: 'is empty',
  least: (p: { least: string }): string => `should be at least ${p.least}`,
  most: (p: { most: string }): string => `should be at most ${p.most}`,
  other: (p: { expected: readonly (keyof typeof expected)[]; found: keyof typeof expected }): string =>
    `should be ${p.expected.map((one) => expected[one]).join(' or ')}, not ${expected[p.found]}`,
  oneOf: (p: { values: readonly string[] }): string =>
    `should be ${p.values.length === 1 ? '' : 'one of '}${p.values.join(', ')}`,
  unfit: 'does not fit',

  remedy: {
    meant: (p: { near: string }): string => `did you mean "${p.near}"?`,
    deeper: (p: { places: readonly string[] }): string => `it is ${p.places.join(' or ')}`,
    keys: (p: { keys: readonly string[] }): string => `the keys here are ${p.keys.join(', ')}`,
    rename: 'rename it',
    matchers: `write a list of matchers: ['severity="critical"']`,
    begin: 'begin with for example slack: { channel: alerts }',
    value: 'give it a value or remove the line',
    hash: 'give it a value or remove the line (a # begins a comment: leave it out or quote it)',
    example: (p: { example: string }): string => `write for example ${p.example}`,
    means: (p: { description: string }): string => `it means: ${p.description}`,
    reference: 'see the reference of hikeshi.yaml',
    that: 'write that',
    choose: 'choose one of these',
  },
};

import { parseArgs } from 'node:util';
import { makeList } from './list';

// npx tsx local/make-list.ts --recipients 1000 --seed 1 --delimiter ';' > people.csv
const { values } = parseArgs({
  options: {
    recipients: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    delimiter: { type: 'string', default: ',' },
    more: { type: 'string', default: '0' },
  },
});
const number = (name: 'recipients' | 'seed' | 'more') => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0)
    throw new Error(`MM911: --${name}: got ${values[name]}, allowed is a whole number`);
  return value;
};
const { delimiter } = values;
if (delimiter !== ',' && delimiter !== ';')
  throw new Error(`MM911: --delimiter: got ${delimiter}, allowed are "," and ";"`);

const { text, expected } = makeList({
  recipients: number('recipients'),
  seed: number('seed'),
  more: number('more'),
  delimiter,
});
process.stdout.write(text);
process.stderr.write(
  `${expected.rows} rows: ${expected.people.length} recipients, ${expected.invalid} invalid, ${expected.duplicate} duplicate\n`,
);

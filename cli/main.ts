import { checkCommand } from './check-command';
import * as preview from './preview';

const USAGE = `Usage: cdk-mailmatrix check FILE [options]

Says what the mailer would say of a recipient list. Nothing is sent, and AWS is not asked.

  --templates DIR            folder of a template, or of folders of templates: are all variables there?
  --default-template NAME    as the prop defaultTemplate
  --template NAME            as the upload's metadata mailmatrix-template
  --email-column NAME        as intake.emailColumn; likewise
  --template-column NAME, --recipient-key-column NAME, --encoding NAME, --delimiter CHARACTER,
  --max-invalid-percent NUMBER
  --rejected FILE            writes the invalid rows there, to be corrected
  --json                     prints JSON

Exit code: 0 the list would be sent, 1 it would be refused, 2 it could not be checked.
`;

async function main([command, ...args]: string[]): Promise<number> {
  if (command === 'check') return checkCommand(args, process);
  if (command === 'preview') return preview.run(args, process);
  const asked = command === '--help' || command === '-h' || command === 'help';
  (asked ? process.stdout : process.stderr).write(USAGE);
  return asked ? 0 : 2;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);

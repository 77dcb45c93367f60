/**
 * What to do about each code, and its meaning if no table of the source has it. `npx projen errors` generates
 * `docs/errors.md` from it, and fails on a code that is used but not described.
 */
export interface Advice {
  readonly means?: string;
  readonly todo: string;
}

const RESUME =
  'Upload the list again under the same name: only those without a mail get one. If it comes again, open an issue with the message';
const REDEPLOY = 'Deploy the stack again; functions and settings are of two versions of the package';
const CORRECT_ROW = 'Correct the row in invalid.csv and upload that file under the prefix';

export const ADVICE: { readonly [code: string]: Advice } = {
  MM101: {
    todo: 'Give at least one template, and name it as the message says: the name is also a folder and a value in a column',
  },
  MM102: {
    todo: 'Take an address within the verified domain, or the verified address itself; `replyTo` may be any address',
  },
  MM103: { todo: 'Take a name that `templates` has' },
  MM104: { todo: 'Take a value from the range in the message' },
  MM105: { todo: 'Take a folder of its own that ends in "/", such as `campaigns/`' },
  MM106: { todo: 'Take 1 to 64 letters, digits, "-" and "_"' },
  MM107: { todo: 'One address, or one number in E.164 form with its country, such as `+41791234567`' },
  MM108: { todo: 'Use an EventBridge rule on the bucket, or give the mailer a bucket of yours' },
  MM109: { todo: 'Take a column name that does not begin with "mailmatrix_"' },
  MM110: { todo: 'Take one character: a comma, a semicolon, a tab, a vertical bar' },
  MM111: { todo: 'Write it as BCP 47 does: a language of two or three letters, and a region if you like' },
  MM112: {
    todo: 'Leave the prop out and set it on the bucket where that is made, or let the mailer make its bucket',
  },
  MM113: {
    todo: 'Grant to a role, a user, an account or a service; a role of a later stack is imported by its name',
  },
  MM114: { todo: 'Say `bucket.enableEventBridgeNotification()` where the bucket is made' },
  MM115: {
    todo: 'Give a table with the partition key `pk` and the sort key `sk`, both strings, or let the mailer make it',
  },
  MM116: { todo: 'Begin and end it with a slash, such as `/mail/`' },
  MM117: { todo: 'Take a value as the message says; it must be known at synth' },
  MM118: { todo: 'Name the mailer with letters, digits, `.`, `_` and `-`: `newsletter`' },
  MM119: { todo: 'Give each mailer of a ledger a `mailerName` of its own. Keep the names of those that have sent' },
  MM120: { todo: 'Give each mailer of a bucket an `intake.prefix` and an `intake.draftsPrefix` of its own' },
  MM121: { todo: 'Set both: the column, and what it says of somebody who wants no email' },
  MM122: { todo: 'Name the column, and at least one value that means yes' },
  MM123: { todo: 'Leave out one of the two' },
  MM124: { todo: 'Set the prop that the message names, as it says. API.md has every prop with its type' },
  MM125: { todo: 'Name the tenant with letters, digits, `-` and `_`: `acme`' },
  MM126: { todo: 'Give each mailer its own configuration set, and set the options where you create it' },
  MM127: { todo: 'Write the domain alone: no https://, no path' },
  MM130: {
    todo: 'An https address without "?" and "#" that leads to `consentFunction`; a domain without https:// before it, in its zone or with a certificate',
  },
  MM131: { todo: 'Check the absolute path in the message; a page is one HTML file' },
  MM132: { todo: 'One address of letters, digits, ".", "_", "+" and "-"' },
  MM133: { todo: 'Make the topic once and give it to both templates' },
  MM134: {
    todo: 'Take the link out of the template, or give it a topic: mail that somebody must get has nothing to leave',
  },
  MM140: { todo: 'Take addresses such as `ann@example.com`; a reviewer may be a domain, `@example.com`' },
  MM150: { todo: 'Leave `monitoring.budget` out there; `cdk-mailmatrix estimate` says what a list costs' },
  MM151: { todo: 'Give both the same amount, or one of them none' },
  MM160: {
    todo: 'Install the Node.js version that the message names, or a later one; `node --version` says which one runs',
  },
  MM201: { todo: 'Check the absolute path in the message; a relative one starts where the app runs' },
  MM202: { todo: 'Add `subject.txt`, and `body.html` or `body.txt` or both' },
  MM203: { todo: 'Put pictures on a web server and link to them; Gmail shows the first 102 KB only' },
  MM204: { todo: 'Pass the value as a column of the list, or write it out' },
  MM205: { todo: 'The message names file and line; close every section you open' },
  MM206: { todo: 'Take a name from the message; `mail.` is reserved for ours' },
  MM207: { todo: 'Write `{{name}}`; put markup into the template and not into the list' },
  MM208: {
    todo: 'Put the partial where the message says it was looked for; `{{>header}}` is `header.html` in HTML, `header.txt` elsewhere',
  },
  MM209: { todo: 'Write the subject on one line' },
  MM210: { todo: 'Follow the partials from the line in the message, and take one out of the circle' },
  MM211: { todo: 'Put the value between tags, or into an attribute with quotation marks' },
  MM212: { todo: 'Add `body.html`, or remove the preheader: the inbox shows the first words of a text' },
  MM213: { todo: 'Write `body.txt`' },
  MM215: { todo: 'The message names the file and what is allowed; instead of a large file, link to it' },
  MM216: { todo: 'Put the files of a template there, or correct the prefix of `MailTemplate.fromBucket`' },
  MM217: {
    todo: 'See whether the bucket exists, and whether its policy or its key deny it to the plan function, which the construct lets read that prefix',
  },
  MM218: { todo: 'Take a folder of its own that ends in "/", such as `templates/welcome/`' },
  MM214: { todo: 'Name the folder as the language is, or move its files elsewhere' },

  MM219: { todo: 'Close comments, sections and hidden elements before the end of the body' },
  MM225: { todo: 'Write Mustache, as the message and docs/templates.md say' },
  MM241: { todo: 'Write a filter as docs/templates.md has them: `{{amount | currency: "EUR"}}`' },
  MM240: {
    todo: 'Take a name and a value as the message says; `fromAddress`, `replyTo` and the subject have props of their own',
  },
  MM260: { todo: 'Write the whole address with `https://`, or attach the picture with that `contentId`' },
  MM261: { todo: 'Write the address, or acknowledge the code in `acknowledgedWarnings`' },
  MM262: { todo: 'Put the rules into a `<style>` element; a web font falls back to the next font without them' },
  MM263: { todo: 'Write `alt`, empty for decoration' },
  MM264: { todo: 'Write `width`, in pixels' },
  MM265: { todo: 'Write `<html lang="en">`, with the language of the texts' },
  MM266: { todo: 'Write less, or leave unused rules out of the style sheets' },
  MM267: { todo: 'Correct the name of the column, or remove the default' },
  MM268: { todo: 'Check that the email is readable without it; caniemail.com says where it works' },
  MM269: { todo: 'Write `https:` before it' },
  MM270: { todo: 'Correct the default; docs/templates.md says what each place takes' },
  MM271: { todo: 'Take a code from the table of warnings in docs/templates.md' },
  MM220: { todo: 'Take a name from the message; docs/consent.md says what each is' },
  MM221: { todo: 'Begin with the page in docs/consent.md, and change its look' },
  MM222: { todo: 'Put styles into one <style> element and pictures into data: addresses' },
  MM223: { todo: 'Take a name or language from the message; docs/consent.md lists them' },

  MM301: { todo: 'Name the column of the address email, e-mail, mail or email address, or set `intake.emailColumn`' },
  MM306: { todo: 'Add the column, or set `intake.recipientKeyColumn` to one that the list has' },
  MM311: { todo: 'Save it as CSV, as the message and `docs/lists.md` say for each program, and upload that' },
  MM341: {
    todo: 'Name the column, or put cells that hold a delimiter in quotation marks: a spreadsheet does when it saves',
  },
  MM317: { todo: 'Look at invalid.csv: most often the wrong column was taken for the address' },
  MM319: {
    todo: 'See whether it was deleted or archived, or is encrypted with a key that the plan function may not use',
  },
  MM322: { todo: 'Name one of the templates in the message' },
  MM323: { todo: 'Add the column, or correct the name in the template; names are compared as the README says' },
  MM316: { todo: 'Correct the rows in invalid.csv, or raise `intake.maxInvalidPercent`, and upload the list again' },
  MM308: { todo: 'Add a line for every recipient' },

  MM360: {
    todo: 'Write it as docs/lists.md shows, or take the manifest that Amazon Redshift writes. A list in one object has another name than `….manifest`',
  },
  MM361: { todo: 'Put the parts under the folder in the message: the mailer reads no others' },
  MM362: { todo: 'Put all parts, and then the manifest once more: the manifest starts the run' },
  MM363: { todo: 'Put the manifest once more, after its parts, with their versions, ETags and sizes as they are' },
  MM364: { todo: 'Write all parts with the same columns; Amazon Redshift does with `HEADER`' },
  MM348: { todo: 'Add the column, or set `intake.optOutColumn` to one that the list has' },
  MM340: {
    todo: 'Somebody put it there by hand. Put a new key in beside it, as docs/consent.md says, and upload the list again; runs under way go on, and links in mail that has gone work',
  },
  MM339: {
    todo: 'Delete the empty rows below the last recipient; a spreadsheet writes all rows that were once touched',
  },
  MM338: {
    todo: 'See that it is the right list; split it, or raise `monitoring.maxRecipientsPerCampaign` and deploy',
  },

  MM356: { todo: 'Save the sheet as CSV UTF-8; `docs/lists.md` has the limits' },
  MM357: {
    todo: 'Make the column text, or save the sheet as CSV UTF-8, which has what your spreadsheet shows; `docs/lists.md` names the formats that look the same in every region',
  },

  MM401: {
    todo: `${CORRECT_ROW}; often a line break in a cell without quotation marks. If many rows are short, open the list in a spreadsheet and save it again: that fills them up`,
  },
  MM403: { todo: CORRECT_ROW },
  MM404: { todo: CORRECT_ROW },
  MM405: { todo: 'Ask the recipient for another address' },
  MM406: { todo: CORRECT_ROW },
  MM407: { todo: `${CORRECT_ROW}; its templates are the keys of \`templates\`` },
  MM408: {
    todo: `${CORRECT_ROW}, or make the template do without: \`{{#city}} in {{city}}{{/city}}\`, or give the column a default in \`defaults\``,
  },
  MM409: { todo: CORRECT_ROW },
  MM410: { todo: 'Upload the rows of each campaign as a file of their own' },
  MM411: {
    todo: `${CORRECT_ROW}; write the whole address, with https:// before it, or where the template has https:// already, the host`,
  },
  MM431: { todo: `${CORRECT_ROW}; write a value as CSS has them, such as #f00, 12px, Arial or url(https://…)` },
  MM432: { todo: `${CORRECT_ROW}; write a name of up to 100 characters, or leave the cell empty for the template's` },
  MM437: { todo: `${CORRECT_ROW}; write the name of the tenant, or leave the cell empty for the mailer’s \`tenant\`` },
  MM433: { todo: `${CORRECT_ROW}; write an address, or leave the cell empty for the template's` },
  MM434: { todo: `${CORRECT_ROW}; shorten the values that the subject prints` },
  MM435: {
    todo: `${CORRECT_ROW}; write a number such as 1234.50 or a date such as 2026-12-31, as docs/templates.md says`,
  },
  MM436: { todo: `${CORRECT_ROW}; fill in what the template prints, or put words outside its sections` },
  MM412: {
    todo: 'Mend the formula in the spreadsheet, or write the value in its place; then upload the row in invalid.csv',
  },
  MM413: { todo: 'Write the letters anew, from where the list comes from: they were lost when it was converted' },
  MM414: {
    todo: `${CORRECT_ROW}; most often a quotation mark is one too many. If the cell is meant so, set \`intake.acceptRowsInCells\``,
  },
  MM415: {
    todo: 'Open the sheet in a spreadsheet, which calculates it, save it, and upload it again: programs that write workbooks leave that to the spreadsheet',
  },
  MM421: {
    todo: 'Nothing: a column of the list says so, as `docs/lists.md` lists them. Take the column out if it means something else',
  },
  MM420: {
    todo: 'Nothing: everybody gets one mail. For two people behind one mailbox set `intake.recipientKeyColumn` before the campaign begins; one that has begun keeps its key',
  },

  MM501: { means: 'A run failed.', todo: `The alert and \`summary.json\` say why. ${RESUME}` },
  MM502: { means: 'A function lacks a setting that the construct gives it.', todo: REDEPLOY },
  MM503: { means: 'A function reads settings of another format.', todo: REDEPLOY },
  MM504: {
    means: 'What the run sends with (`snapshot.json`) is missing from its folder.',
    todo: `Do not delete from the folder of a run that goes on. ${RESUME}`,
  },
  MM505: {
    means: 'A shard is missing from the run’s folder.',
    todo: `Do not delete from the folder of a run that goes on. ${RESUME}`,
  },
  MM506: {
    means: 'A shard was written in a format that this version does not read.',
    todo: `An older version was deployed over a newer one in mid-run. ${REDEPLOY}`,
  },
  MM507: { means: 'A recipient’s template is not among those the run was planned with.', todo: RESUME },
  MM508: { means: 'The list of shards is missing from the run’s folder.', todo: RESUME },
  MM509: { means: 'The outcomes of a shard were not written.', todo: RESUME },
  MM510: { means: 'The outcomes of a shard lack a row.', todo: RESUME },
  MM511: {
    means: 'The list belongs to a campaign that this mailer does not know.',
    todo: 'Remove its `mailmatrix_campaign` column to make it a campaign of its own, or upload it where it came from',
  },
  MM512: {
    means: 'The campaign’s name is closed: its last run was too long ago.',
    todo: 'Give a new mailing a new file name; or raise `closesAfter` of `CampaignIdentity.byKey`',
  },
  MM513: {
    means: 'A campaign that is to be resumed does not exist.',
    todo: 'A campaign’s name is `<mailer>/<key under the prefix, without its extension>`',
  },
  MM514: { means: 'The plan (`plan.json`) is missing from the run’s folder.', todo: RESUME },
  MM515: {
    means: 'The rows of the list and the outcomes do not add up.',
    todo: 'A defect of MailMatrix: open an issue with the message. The ledger is right; nobody is mailed twice',
  },
  MM516: {
    means:
      'An execution was started with an input that is no event of the mailer’s bucket, or resumes what is not its own.',
    todo: 'Put lists into the bucket and take campaigns up by the command; somebody who may start executions did it by hand',
  },
  MM517: {
    means: 'A list is named as the mailer names what is its own.',
    todo: 'Give the list a name that does not begin with "!draft/" or "!elsewhere/"',
  },
  MM518: {
    means: 'A payload, a file of a run or a record of the ledger has a format that this version does not read.',
    todo: `An older version was deployed over a newer one, or shares its ledger. ${REDEPLOY}`,
  },
  MM519: {
    means: 'A function was called with a payload that names what is not of a run of its mailer.',
    todo: 'Nothing was read or sent. Somebody who may invoke functions or start executions did it by hand; campaigns are taken up by the command',
  },
  MM520: {
    means: 'Another stack holds the mailer’s name in the ledger. Nothing was sent.',
    todo: 'Give the mailer another `mailerName`. If it replaces the other stack, cancel that one’s runs and take the name over: `cdk-mailmatrix take-over` shows what would change; `--yes` does it',
  },
  MM521: {
    means: 'The ledger is another table than before: it was restored or copied. Nothing was sent.',
    todo: 'Find out who was mailed after the backup (reports, SES’s events) and take them off the list. Then accept the table: `cdk-mailmatrix take-over` shows what would change; `--yes` does it',
  },
  MM522: {
    means: 'The prefix was used with another ledger, which knows who was mailed. Nothing was sent.',
    todo: 'Give the mailer that ledger (`ledger`). If it is gone, send only new campaigns, and accept the new ledger: `cdk-mailmatrix take-over` shows what would change; `--yes` does it',
  },
  MM523: {
    means: 'The ledger does not know the mailer, and the bucket has reports of it. Nothing was sent.',
    todo: 'Give the mailer the ledger that it had (`ledger`). If it is gone, send only new campaigns, and accept the new ledger: `cdk-mailmatrix take-over` shows what would change; `--yes` does it',
  },
  MM524: {
    means: 'The prefix of the lists or of the drafts belongs to another mailer. Nothing was sent.',
    todo: 'Give the mailer an `intake.prefix` and an `intake.draftsPrefix` of its own; if it was renamed, its name of before. To take the prefix over: `cdk-mailmatrix take-over` shows what would change; `--yes` does it',
  },
  MM525: {
    means: 'A prefix of the mailer overlaps one of another mailer’s. Nothing was sent.',
    todo: 'Give the mailer an `intake.prefix` and an `intake.draftsPrefix` of its own. To take the other prefix over: `cdk-mailmatrix take-over` shows what would change; `--yes` does it',
  },
  MM527: {
    means:
      'A later version of the package has used the ledger, and folds addresses in a way that this one does not know. Nothing was sent.',
    todo: 'Deploy that version again, and upload the list again',
  },
  MM526: { means: 'DynamoDB does not tell the id of the ledger’s table. Nothing was sent.', todo: RESUME },
  MM540: {
    means: 'A list was uploaded to neither prefix of the mailer, as Register knows them.',
    todo: 'Put it under `intake.prefix`. It happens while a deployment changes the prefixes, and nothing was sent',
  },
  MM541: {
    means: 'A send worker was called for a draft.',
    todo: 'Nothing was sent. The list lies under `intake.draftsPrefix`: put it under `intake.prefix` to send it',
  },
  MM542: {
    means: 'A run was to send before it has the campaign’s sending turn, which must never be.',
    todo: 'Nothing was sent by that call. Open an issue with the execution’s history',
  },
  MM543: {
    means: 'The campaign began under another `CampaignIdentity`.',
    todo: 'Set `intake.identity` back, or send the list under a new name. `intake.keepCampaignKey` goes on as the campaign began',
  },
  MM544: {
    means: 'The campaign began with another `intake.recipientKeyColumn`.',
    todo: 'Set the column back, or send the list under a new name. `intake.keepCampaignKey` goes on with the campaign’s own column',
  },
  MM545: {
    means: 'The campaign began with another version of address folding.',
    todo: 'Send the list under a new name, or set `intake.keepCampaignKey`, which goes on with the campaign’s own version',
  },
  MM530: { means: 'A link in mail cannot hold this recipient’s key.', todo: REDEPLOY },
  MM531: {
    means: 'The secret of the links is not of the form the mailer makes.',
    todo: 'Put back a version that Secrets Manager keeps, or the form that docs/consent.md describes',
  },
  MM532: {
    means: 'A request for an opt-out could not be answered; whoever made it was told to try again.',
    todo: 'Look at the error beside it: rights on the ledger or the secret, or DynamoDB itself',
  },
  MM533: { means: 'The consent function and its page are of two versions of the package.', todo: REDEPLOY },
  MM534: {
    means: 'The key of approvers’ links is shorter than 32 characters.',
    todo: 'Somebody put it there by hand, and nothing was sent. Put a new key in, as docs/approval.md says, and resume the campaign; a run that waits already is approved by the command',
  },
  MM570: { means: 'What is to be sent to a reviewer (`test.json`) is missing from the run’s folder.', todo: RESUME },
  MM571: {
    means: 'The rows that are shown to approvers (`sample-rows.json`) are missing from the run’s folder.',
    todo: `The run was planned before \`approval\` was deployed, or somebody deleted from its folder. ${RESUME}`,
  },
  MM572: {
    means: 'A run asks for an approval that the functions know nothing of.',
    todo: REDEPLOY,
  },
  MM573: {
    means: 'An approver’s request could not be answered.',
    todo: 'The log has the reason. Nothing was decided by it; the link may be opened again',
  },
  MM550: {
    means: 'A sending window never opens.',
    todo: 'A defect of MailMatrix: open an issue with the message',
  },
  MM601: { means: 'A file of the run vanished while it was read.', todo: RESUME },
  MM602: {
    means: 'The templates that were deployed with the stack are missing from the asset bucket.',
    todo: 'Deploy the stack again; keep what is in the CDK’s asset bucket',
  },
  MM610: {
    means: 'A file of a run holds a line that is no JSON; what it holds is not told.',
    todo: RESUME,
  },
  MM620: { means: 'A file that a template attaches is not in the asset.', todo: REDEPLOY },
  MM621: {
    means: 'A file that a template attaches is missing from the run’s folder.',
    todo: `Do not delete from the folder of a run that goes on. ${RESUME}`,
  },
  MM615: {
    means:
      'For ten minutes most of SES’s answers have not said whether it took the message; no campaign on the ledger sends.',
    todo: 'Look at the AWS Health Dashboard for SES in the Region, then at a VPC endpoint, proxy or firewall between the send function and SES. Sending goes on by itself when one message gets a clear answer',
  },
  MM603: { means: 'A report was cut off while it was written.', todo: 'Nothing: it is written again' },
  MM604: {
    means: 'SES accepted two messages for one recipient of a campaign.',
    todo: 'Unless `InDoubtPolicy.resendAcceptingDuplicates()` is set this must not be: open an issue with the log line',
  },
  MM605: {
    means: 'Something in the tracking queue is no event of SES.',
    todo: 'Look who else sends to the queue; what cannot be read ends among its dead letters',
  },
  MM606: {
    means: 'An event is of a message that the ledger does not know.',
    todo: 'Nothing where the ledger is a new one or the message was not the mailer’s; no record is made from an event',
  },
  MM607: {
    means: 'SES accepted a message for a recipient of whom the ledger said that it was not sent.',
    todo: 'This must not be: `docs/guarantees.md` says what it can mean. Open an issue with the log line',
  },
  MM608: {
    means: 'The circuit breaker paused a campaign.',
    todo: 'Its alert says why, and how to go on. `docs/tracking.md` has the rule',
  },
  MM609: {
    means: 'The bus of `tracking.eventBus` did not take an event.',
    todo: 'Does it exist, and does its policy let the functions put events? Outcomes are tried again, events of runs are not',
  },

  MM616: {
    means:
      'SES sends no email of a tenant: it is paused, does not exist, or the mailer’s identity or configuration set is not associated with it.',
    todo: 'Look at the tenant in the SES console. Its rows are in `retry.csv`; `cdk-mailmatrix retry` sends them. Other tenants go on',
  },
  MM613: {
    means: 'SES published a bounce or complaint of a kind that this version does not know.',
    todo: 'Nothing follows for the recipient. Is there a newer version? `docs/tracking.md` has the kinds that are known',
  },
  MM614: {
    means: 'Receiving servers refuse emails of a run because of their sender: your domain or IP address.',
    todo: 'Its alert names the receiving domains and since when. Look at the lines `dmarc`, `dkim` and `mail from` of `cdk-mailmatrix doctor`, and at the reputation of your domain and IP addresses',
  },
  MM611: {
    means: 'The page of a report (`report.html`) could not be made.',
    todo: 'A defect of MailMatrix: open an issue with the log line. `summary.json` and the CSV files are there and right',
  },
  MM612: {
    means: 'Nobody hears of reports or alarms: no subscription to their topics is confirmed.',
    todo: 'Follow the link in the mail of AWS Notifications, give the mailer `alerts`, or subscribe anew where SNS forgot an address that was not confirmed after 48 hours',
  },

  MM901: {
    means: 'A step of the local run took too long and was ended.',
    todo: 'Look at what it said last; `.local/runs/` has the logs',
  },
  MM701: { means: 'An option of the command line is not usable.', todo: '`cdk-mailmatrix VERB --help` lists them' },
  MM702: { means: 'The file to check cannot be read.', todo: 'The message says why' },
  MM704: {
    means: 'There is no template where `--templates` says.',
    todo: 'Give a folder as for `MailTemplate.fromDirectory`, or one of such folders',
  },
  MM705: { means: 'The command has no such verb.', todo: '`cdk-mailmatrix --help` lists them' },
  MM706: {
    means: 'The command has no usable AWS credentials, or no Region.',
    todo: 'Sign in (`aws sso login`), or name a profile and a Region: `--profile`, `--region`',
  },
  MM707: { means: 'AWS denies the command what it asks for.', todo: 'Give its user `mailer.grantOperate(…)`' },
  MM708: {
    means: 'The stack that `--mailer` names is not there.',
    todo: 'Take its name in CloudFormation, and the account and Region that it is in',
  },
  MM709: {
    means: 'The stack has no such mailer, or several.',
    todo: 'Take a name from the message: `--mailer STACK/ID`; ID is that of `new BulkMailer(this, ID, …)`',
  },
  MM710: {
    means: 'The file that `--config` names cannot be read.',
    todo: 'Take the file of `cdk deploy --outputs-file`',
  },
  MM711: { means: 'AWS cannot be reached.', todo: 'Look at the network, the proxy and the Region' },
  MM712: { means: 'AWS answered with an error.', todo: 'The message is AWS’s own; try again if it says so' },
  MM713: {
    means: 'There is no campaign of that name.',
    todo: '`cdk-mailmatrix status` lists those under way; a name is the list’s key under the prefix, without its extension',
  },
  MM714: {
    means: 'A list was uploaded, and no run began.',
    todo: '“Troubleshooting” in the README: the prefix, the bucket’s notifications, the dead-letter queue',
  },
  MM715: {
    means: 'The campaign is there already.',
    todo: 'Say `--continue` to mail those who have no mail of it yet, or give the new mailing a name: `--campaign`',
  },
  MM716: { means: 'A run has no report, or its report lacks a file.', todo: 'Wait for its end, or see `status`' },
  MM717: { means: 'A run of the campaign is under way.', todo: 'Wait for its end, or `cancel` it' },
  MM719: { means: 'Two people took a mailer’s name over at once.', todo: 'Run `cdk-mailmatrix take-over` again' },
  MM718: {
    means: 'A folder holds no mailer as `cdk synth` writes it, or several.',
    todo: 'Run `cdk synth`, give its folder (`--app cdk.out`), and name the mailer by `--mailer STACK/ID`',
  },
  MM720: {
    means: 'The Node.js that runs the command is too old.',
    todo: 'Install the Node.js version that the message names, or a later one; `node --version` says which one runs',
  },
  MM725: {
    means: 'Another campaign had a list of the same content within 24 hours, so its recipients get both emails.',
    todo: 'If it is another email to the same people, say `--same-list`. If it is the same email, use the name of that campaign: nobody gets it twice',
  },
  MM726: {
    means: 'A run waits for its approval, and the command does not know that it is the one you mean.',
    todo: 'Look at the list, version and templates in the message, and name the run: `--run 3`',
  },
  MM727: {
    means: 'More than a fifth of a list wants no email, as the list itself says, and nobody was there to be asked.',
    todo: 'See that it is the right list; then repeat the command with --many-opt-outs',
  },
  MM750: { means: 'The preview cannot listen on its port.', todo: 'Take another port, or none: a free one is found' },
  MM751: {
    means: 'A mail is longer than Gmail shows.',
    todo: 'Shorten it; styles and markup count. Pictures belong on a web server',
  },
  MM902: { means: 'A program of the local run cannot be started.', todo: 'Install it, or put it on the path' },
  MM903: { means: 'Something of the local run did not come in time.', todo: '`.local/runs/` has the logs' },
  MM904: { means: 'The local emulator is not installed.', todo: '`node scripts/from-nothing.mjs install`' },
  MM905: { means: 'A port is taken.', todo: 'Take another, or none: a free one is found' },
  MM906: { means: 'The local emulator ended.', todo: '`.local/runs/` has its log' },
  MM907: { means: 'The local SES endpoint does not know a call.', todo: '`local/ses/endpoint.ts` lists them' },
  MM908: { means: 'The local SES endpoint failed.', todo: 'A defect of it; the message has the trace' },
  MM909: {
    means: 'The local SES endpoint refused a call of its control API.',
    todo: '`local/ses/endpoint.ts` lists them',
  },
  MM910: { means: 'The local inbox cannot listen on its port.', todo: 'Take another port' },
  MM911: { means: 'An option of `local/make-list.ts` is not usable.', todo: 'Take a value from the message' },
  MM912: { means: 'The CDK command line failed.', todo: 'What it said follows' },
  MM913: { means: 'The deployed stack does not have exactly one mailer.', todo: 'The local run is for apps with one' },
  MM914: { means: 'A file of a report is missing.', todo: 'The message says how the run ended' },
  MM920: {
    means: '`scripts/from-nothing.mjs` got a goal, or the name of a test, that it does not have.',
    todo: 'Take one from the message',
  },
  MM921: { means: 'A step of the installation failed.', todo: 'What it said stands above' },
  MM922: { means: 'Python is missing or too old.', todo: 'Install Python 3.10 or later' },
  MM923: { means: 'Python has no `venv` module.', todo: 'On Debian or Ubuntu `apt-get install python3-venv` as root' },
  MM924: {
    means: 'The npm package `node` is not installed whole.',
    todo: 'Let npm run its install script: `npm install-scripts approve node`, or remove `ignore-scripts`',
  },
  MM925: {
    means: 'There is no Chromium, which the tests of our pages run in.',
    todo: 'On Debian `apt-get install chromium`; elsewhere install Chrome and set `CHROME_PATH` to it',
  },
  MM926: {
    means: 'Maven or a JDK is missing or too old for the tests of the packages.',
    todo: 'Install Maven 3.6.3 or later with a JDK 17 or later: on Debian or Ubuntu `apt-get install maven default-jdk-headless` as root',
  },
  MM927: { means: 'Go is missing or too old for the tests of the packages.', todo: 'Install Go 1.25 or later' },
  MM931: {
    means: 'A test was left out of a run of all tests.',
    todo: 'Remove the `.only`, `.skip` or `.todo`. A test that cannot run fails, and is not skipped',
  },
  MM932: {
    means: 'A part of `npm test` has fewer tests than `test/floors.json` says, or no number there.',
    todo: 'Look for tests that are no longer found. After adding tests, `node scripts/from-nothing.mjs floors` raises the numbers; lower one by hand',
  },
  MM930: {
    means: 'A code is used and not described, or described and not used, or described in two ways.',
    todo: 'Put it right in `scripts/error-advice.ts`, then `npx projen errors`',
  },
};

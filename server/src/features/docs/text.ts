import { BASE_PATH } from '../../../../sdk/src/contract/index.ts';
import { PROBLEM_TYPE_BASE, problems, violationCodes } from '../../../../sdk/src/contract/problems.ts';

const problemRows = Object.entries(problems).map(
  ([code, { status, description }]) => `| \`${code}\` | ${status} | ${description} |`,
);
const violationRows = Object.entries(violationCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);

/** What a reader of the reference should know before the first call. */
export const about = `The customer part of the *Peppered* API, served by Foyer: a program that was written for that API works by changing
the base URL and the key.

Every path lies below \`${BASE_PATH}\`, where \`{client}\` is the short name of an organisation. Every request carries
an API key of that organisation in the \`Authorization\` header: the key itself, \`Bearer KEY\`, or Basic with the key as
user name, with any password or none.

Bodies are JSON, or forms as PHP and curl send them (\`clienttypes[]=a&clienttypes[]=b\`, \`clienttypes[]=\` for none; also in parts, without files), in UTF-8,
of at most 1 MiB, which may come compressed with gzip, br or zstd. Text is trimmed and
normalised to NFC, and lengths count Unicode code points after that. An empty text, white space or characters that show nothing alone,
and \`null\` all mean *empty*: an empty optional field is cleared. Unknown and read-only fields are ignored, and named in the header \`Foyer-Ignored-Fields\`. An unknown
parameter of a list, a search, the feed or an export is refused: what it was to narrow would otherwise be answered in full.

Times are ISO 8601 with seconds and the offset of the organisation's time zone.

## Problems

Every error is an RFC 9457 problem, \`application/problem+json\`, with a \`message\` that says what is wrong. A \`validation\` problem lists all
that is wrong at once: in \`errors\` as texts by field, in \`violations\` for programs.

<details><summary>The types of problems</summary>

The \`type\` is \`${PROBLEM_TYPE_BASE}\` followed by one of these:

| Type | Status | Meaning |
| --- | --- | --- |
${problemRows.join('\n')}

</details>

<details><summary>The codes of violations</summary>

| Code | Meaning |
| --- | --- |
${violationRows.join('\n')}

</details>
`;

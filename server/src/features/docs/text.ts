/** The introduction of the API reference. */
import { BASE_PATH } from '../../../../sdk/src/contract/index.ts';
import { PROBLEM_TYPE_BASE, problems, violationCodes } from '../../../../sdk/src/contract/problems.ts';
import { MAX_BODY_MIB } from '../../../../sdk/src/contract/sizes.ts';

const problemRows = Object.entries(problems).map(
  ([code, { status, description }]) => `| \`${code}\` | ${status} | ${description} |`,
);
const violationRows = Object.entries(violationCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);

/** What a reader of the reference should know before the first call. */
export const about = `The customer part of the *Peppered* API, served by Foyer. A program that was written for that API
needs only another base URL and another key.

Every path is below \`${BASE_PATH}\`, where \`{client}\` is the short name of an organisation. Every request carries an
API key of that organisation in the \`Authorization\` header: the key itself, \`Bearer KEY\`, or Basic with the key as
user name, with any password or none.

<details><summary>Bodies, texts and times</summary>

Bodies are JSON, or forms as PHP and curl send them (\`clienttypes[]=a&clienttypes[]=b\`, \`clienttypes[]=\` for none;
also multipart, without files). They are UTF-8, of at most ${MAX_BODY_MIB} MiB, and may be compressed with gzip, br or
zstd. Text is trimmed and normalised to NFC; lengths count Unicode code points after that. An empty text, one of only
white space or invisible characters, and \`null\` all mean *empty*: an empty optional field is cleared. Unknown and
read-only fields are ignored, and named in the header \`Foyer-Ignored-Fields\`. An unknown parameter of a list, a
search, the feed or an export is refused, since ignoring it would return more than was asked for.

Times are ISO 8601 with seconds and the offset of the organisation's time zone.

</details>

<details><summary>Sending again</summary>

A request that writes may carry an \`Idempotency-Key\`, a text of your own: \`Idempotency-Key: "order-1077"\`. After a
time-out or a broken connection, send it again with the same key. If it was done, its first answer is repeated, with
\`Idempotency-Replayed: true\`, and nothing is done twice; otherwise it is done now. The answer is stored together with
the effect of the request.

- A key is kept for at least 24 hours, and belongs to your API key. A request is the same if its method, path, query,
  \`If-Match\` and body are the same, whatever the order of the members of the body. A different request with that key
  is refused: 422, \`idempotency-key-reused\`.
- While the first is in progress, the answer is 409, \`idempotency-key-in-flight\`, with \`Retry-After\`.
- What the records decided is kept, refusals included: an address that is taken (422), a missing customer (404), another
  version (412). A request that was refused before that, for its form, its rights or a limit, is not kept, nor is one
  that failed (5xx): correct it, or send it again, with the same key.
- A batch, and a client-type that is given to many, are stored in parts, each with its part of the answer: repeated,
  they continue after the last part.
- Every POST and PUT of an organisation takes it, except those that only read. They, GET and DELETE ignore it.

</details>

<details><summary>Limits</summary>

A key may have a limit on its requests a second. Then every answer says in \`RateLimit\` what is left, and in
\`RateLimit-Policy\` what the limit is. Requests beyond it are refused with 429, and \`Retry-After\` says when to try
again. Searches, exports, imports and batches count for several requests. Readers that wait for changes are limited too,
and so are invalid keys, by the address from which they come.

</details>

<details><summary>Problems</summary>

Every error is an RFC 9457 problem, \`application/problem+json\`, with a \`message\` that says what is wrong. A
\`validation\` problem lists all violations at once: in \`errors\` as texts by field, in \`violations\` for programs.

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

/** The introduction of the API reference. */
import { BASE_PATH } from '../../../../sdk/src/contract/index.ts';
import { PROBLEM_TYPE_BASE, problems, violationCodes } from '../../../../sdk/src/contract/problems.ts';
import { MAX_BODY_MIB } from '../../../../sdk/src/contract/sizes.ts';

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

<details><summary>Bodies, texts and times</summary>

Bodies are JSON, or forms as PHP and curl send them (\`clienttypes[]=a&clienttypes[]=b\`, \`clienttypes[]=\` for none; also in parts, without files), in UTF-8,
of at most ${MAX_BODY_MIB} MiB, which may come compressed with gzip, br or zstd. Text is trimmed and
normalised to NFC, and lengths count Unicode code points after that. An empty text, white space or characters that show nothing alone,
and \`null\` all mean *empty*: an empty optional field is cleared. Unknown and read-only fields are ignored, and named in the header \`Foyer-Ignored-Fields\`. An unknown
parameter of a list, a search, the feed or an export is refused: what it was to narrow would otherwise be answered in full.

Times are ISO 8601 with seconds and the offset of the organisation's time zone.

</details>

<details><summary>Sending again</summary>

A request that writes may carry an \`Idempotency-Key\`, a text of your own: \`Idempotency-Key: "order-1077"\`. After a time-out or a broken connection send it again with the same key. When it was
done, the first answer is given again, with \`Idempotency-Replayed: true\`, and nothing is done twice; when it was not, it is done now. The answer is stored together with what the request did.

- A key is kept for at least 24 hours, and belongs to your API key. A request is the same when its method, path, query, \`If-Match\` and body are, in whatever order the members of the
  body stand; another one with that key is refused: 422, \`idempotency-key-reused\`.
- While the first is worked at, the answer is 409, \`idempotency-key-in-flight\`, with \`Retry-After\`.
- What the records decided is kept, refusals too: an address that is taken (422), a customer who is not there (404), another version (412). A request that was refused before, for its form, its rights or a
  limit, and one that failed (5xx), is not kept: mend it, or send it again, with the same key.
- A batch, and a client-type that is given to many, are stored in parts, each with its part of the answer: sent again, they go on behind the last one.
- Every POST and PUT of an organisation takes it, save what only reads. Those, GET and DELETE pass it over.

</details>

<details><summary>Limits</summary>

A key may have a limit, of so many requests a second: then every answer says in \`RateLimit\` what is left of it, and in \`RateLimit-Policy\` what it is. What is beyond is refused with 429, and \`Retry-After\` says when to
try again. Searches, exports, imports and batches count for several requests. Readers of the feed that wait for changes are limited too, and so are keys that are not good, by the address from which they come.

</details>

<details><summary>Problems</summary>

Every error is an RFC 9457 problem, \`application/problem+json\`, with a \`message\` that says what is wrong. A \`validation\` problem lists all
that is wrong at once: in \`errors\` as texts by field, in \`violations\` for programs.

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

/** Sessions on the wire: signing in and out, one-time links, and what the console remembers. */
import { type Endpoint, scopes } from './endpoint.ts';
import type { Fields, Output } from './field.ts';

/** What a staff member may do at a client. */
export const roles = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof roles)[number];

const clientFields = {
  name: { kind: 'text', description: 'The short name of the client, as used in paths.', example: 'demo' },
  title: { kind: 'text', description: 'Its full name, for people.', example: 'Demo Theatre' },
  role: { kind: 'choice', options: roles, description: 'The role of the staff member there.', example: 'editor' },
  scopes: {
    kind: 'names',
    maxItems: Object.keys(scopes).length,
    maxLength: 64,
    description: 'What the staff member may do there, as the scopes of a key.',
    example: ['customers:read', 'exports:read', 'customers:write'],
  },
  timeZone: { kind: 'text', description: 'The time zone of its times.', example: 'Europe/Amsterdam' },
  nameOrder: {
    kind: 'choice',
    options: ['nl', 'be'],
    description: 'How names are ordered: *van den Berg* under B (`nl`) or under V (`be`).',
    example: 'nl',
  },
  locale: {
    kind: 'choice',
    options: ['nl-NL', 'nl-BE'],
    description: 'How its dates, numbers and amounts are written.',
    example: 'nl-NL',
  },
  clientTypes: {
    kind: 'choice',
    options: ['open', 'closed'],
    description: 'Whether a name that is used for the first time becomes a client-type.',
    example: 'open',
  },
} as const satisfies Fields;

const preferenceInput = {
  language: {
    kind: 'choice',
    options: ['nl', 'en'],
    isClearable: true,
    description: "The language of the console; if none was chosen, the browser's.",
    example: 'nl',
  },
  theme: {
    kind: 'choice',
    options: ['light', 'dark', 'auto'],
    isClearable: true,
    description: 'Its colours; `auto` follows the system.',
    example: 'auto',
  },
  density: {
    kind: 'choice',
    options: ['normal', 'compact'],
    isClearable: true,
    description: 'How much room a row takes.',
    example: 'normal',
  },
  columns: {
    kind: 'names',
    maxItems: 30,
    maxLength: 63,
    description: 'The columns of the list of customers, in order; none if they were never chosen.',
    example: ['name', 'customerCity'],
  },
  client: { kind: 'text', max: 63, description: 'The client that was viewed last.', example: 'demo' },
} as const satisfies Fields;

const preferenceFields = {
  language: { ...preferenceInput.language, nullable: true },
  theme: { ...preferenceInput.theme, nullable: true },
  density: { ...preferenceInput.density, nullable: true },
  columns: preferenceInput.columns,
  client: { ...preferenceInput.client, nullable: true },
} as const satisfies Fields;

const email = { kind: 'text', description: 'The e-mail address.', example: 'sanne@theater.example' } as const;
const name = {
  kind: 'text',
  description: 'The name; empty if none was given.',
  example: 'Sanne de Vries',
} as const;

const exampleClient = {
  name: 'demo',
  title: 'Demo Theatre',
  role: 'editor',
  scopes: clientFields.scopes.example,
  timeZone: 'Europe/Amsterdam',
  nameOrder: 'nl',
  locale: 'nl-NL',
  clientTypes: 'open',
} as const;
const examplePreferences = { language: 'nl', theme: null, density: null, columns: [], client: 'demo' } as const;

const sessionFields = {
  staffId: { kind: 'text', description: 'The number of the staff member, as changes name it.', example: '3' },
  email,
  name,
  hasPassword: { kind: 'flag', description: 'Has a password been set?', example: true },
  csrfToken: {
    kind: 'text',
    description: 'The value of the header `Foyer-Csrf-Token`, required on every request other than GET.',
    example: 'Vd0hTgIZmLZrLVzV3C0kX5tYAbSbNnJxW2mC3gq8T4k',
  },
  expiresAt: {
    kind: 'time',
    description: 'When the session ends, however much it is used; when unused, it ends after 12 hours.',
    example: '2026-04-29T11:10:12Z',
  },
  clients: {
    kind: 'records',
    name: 'SessionClient',
    fields: clientFields,
    description: 'The clients where the staff member works, by title.',
    example: [exampleClient],
  },
  preferences: {
    kind: 'record',
    name: 'Preferences',
    fields: preferenceFields,
    description: 'What the console remembers for the staff member; `null` for what was never set.',
    example: examplePreferences,
  },
} as const satisfies Fields;

/** Who is signed in, and what they may do. */
export type Session = Output<typeof sessionFields>;
/** A client at which somebody is signed in. */
export type SessionClient = Session['clients'][number];

const sessionExample = {
  staffId: '3',
  email: email.example,
  name: name.example,
  hasPassword: true,
  csrfToken: sessionFields.csrfToken.example,
  expiresAt: sessionFields.expiresAt.example,
  clients: [exampleClient],
  preferences: examplePreferences,
} as const;

const session = { kind: 'resource', name: 'Session', fields: sessionFields } as const;
const started = 'Signed in; the `Set-Cookie` header holds the session.';

/** A new password; the description says what it must be. */
const newPassword = {
  kind: 'text',
  min: 12,
  max: 128,
  isSecret: true,
  description: 'From 12 to 128 characters; neither the e-mail address nor one character over and over.',
  example: 'een lange zin is goed',
} as const;

const token = {
  kind: 'text',
  required: true,
  max: 255,
  isSecret: true,
  description: 'What follows the `#` of the link.',
  example: 'wR8kQy0S7v2mB1nXc4Zt5uJ6hG3fD9sA0pLqEoYiKxM',
} as const;

const linkFields = {
  email,
  name,
  purpose: {
    kind: 'choice',
    options: ['password', 'sign-in'],
    description: 'Whether it sets a password, or signs in at once.',
    example: 'password',
  },
  expiresAt: { kind: 'time', description: 'Until when it can be used.', example: '2026-04-25T11:10:12Z' },
} as const satisfies Fields;

export const sessions = {
  get: {
    method: 'GET',
    path: '/session',
    scope: 'signed-in',
    summary: 'Who is signed in',
    description:
      'Returns the staff member whose session the cookie holds, what they may do at which clients, ' +
      'and what the console remembers for them.',
    success: { status: 200, description: 'The session.', shape: session, example: sessionExample },
    idempotent: true,
  },
  signIn: {
    method: 'POST',
    path: '/session',
    scope: 'anyone',
    summary: 'Sign in',
    description:
      'Begins a session. The answer is the same for a wrong password, ' +
      'an unknown address and somebody who has no password yet. ' +
      'An account may be tried 10 times in 15 minutes, from one network address at most 50 times.',
    body: {
      fields: {
        email: { kind: 'text', required: true, max: 254, description: 'The e-mail address.', example: email.example },
        password: {
          kind: 'text',
          required: true,
          max: 1000,
          isSecret: true,
          description: 'The password.',
          example: newPassword.example,
        },
      },
      example: { email: email.example, password: newPassword.example },
    },
    success: { status: 201, description: started, shape: session, example: sessionExample },
    idempotent: false,
    problems: ['sign-in-failed', 'wrong-origin', 'too-many-requests'],
  },
  signOut: {
    method: 'DELETE',
    path: '/session',
    scope: 'signed-in',
    summary: 'Sign out',
    description: 'Ends the session.',
    success: { status: 204, description: 'It has ended.', shape: { kind: 'nothing' }, example: undefined },
    // Repeated after it was done, it would find no session.
    idempotent: false,
  },
  signOutEverywhere: {
    method: 'DELETE',
    path: '/session/all',
    scope: 'signed-in',
    summary: 'Sign out everywhere',
    description: 'Ends all sessions of the staff member.',
    success: { status: 204, description: 'They have ended.', shape: { kind: 'nothing' }, example: undefined },
    idempotent: false,
  },
  changePassword: {
    method: 'PUT',
    path: '/session/password',
    scope: 'signed-in',
    summary: 'Change the password',
    description:
      'Sets a new password, ends all sessions of the staff member, and begins a new one here: ' +
      'continue with its `csrfToken`.',
    body: {
      fields: {
        currentPassword: {
          kind: 'text',
          max: 1000,
          isSecret: true,
          description: 'The current password; left out by somebody who has none yet.',
          example: 'het oude wachtwoord',
        },
        newPassword: { ...newPassword, required: true },
      },
      example: { currentPassword: 'het oude wachtwoord', newPassword: newPassword.example },
    },
    success: { status: 200, description: started, shape: session, example: sessionExample },
    idempotent: false,
    problems: ['too-many-requests'],
  },
  setPreferences: {
    method: 'PUT',
    path: '/session/preferences',
    scope: 'signed-in',
    summary: 'Remember preferences',
    description: 'Stores what the console remembers for the staff member. Only what is sent changes; `null` clears it.',
    body: { fields: preferenceInput, partial: true, example: { theme: 'dark', columns: ['name', 'customerCity'] } },
    success: {
      status: 200,
      description: 'The session as it is now.',
      shape: session,
      example: { ...sessionExample, preferences: { ...examplePreferences, theme: 'dark' } },
    },
    idempotent: true,
  },
  readLink: {
    method: 'POST',
    path: '/session/link',
    scope: 'anyone',
    summary: 'Look at a one-time link',
    description: 'Says whose link it is and what it is for. The link is not used up.',
    body: { fields: { token }, example: { token: token.example } },
    success: {
      status: 200,
      description: 'The link.',
      shape: { kind: 'resource', name: 'SignInLink', fields: linkFields },
      example: {
        email: email.example,
        name: name.example,
        purpose: 'password',
        expiresAt: linkFields.expiresAt.example,
      },
    },
    idempotent: true,
    problems: ['wrong-origin', 'link-used'],
  },
  redeemLink: {
    method: 'POST',
    path: '/session/link/redeem',
    scope: 'anyone',
    summary: 'Sign in by a one-time link',
    description:
      'Uses a link up and begins a session. A link that sets a password needs one, ' +
      'and ends all other sessions of the staff member; if the password is refused, the link can be used again.',
    body: {
      fields: { token, password: newPassword },
      example: { token: token.example, password: newPassword.example },
    },
    success: { status: 201, description: started, shape: session, example: sessionExample },
    idempotent: false,
    problems: ['wrong-origin', 'link-used'],
  },
} as const satisfies Record<string, Endpoint>;

/** The public surface of the SDK. */
export {
  type CallOptions,
  createFoyer,
  type Foyer,
  type FoyerOptions,
  type Snapshot,
  type TransportOptions,
  type Upserted,
} from './client.ts';
export type { Change } from './contract/changes.ts';
export { type Customer, type CustomerInput, type CustomerPage, customerInput } from './contract/customers.ts';
export type { FileInput, Scope } from './contract/endpoint.ts';
export type { ExportFormat } from './contract/exports.ts';
export type { Import, ImportPreview } from './contract/imports.ts';
export type { Problem, ProblemCode, Violation, ViolationCode } from './contract/problems.ts';
export type { Role, Session, SessionClient } from './contract/session.ts';
export type { Webhook } from './contract/webhooks.ts';
export { type ErrorCode, FoyerError } from './errors.ts';
export type { FollowOptions } from './follow.ts';
export { createSession, type SessionCalls } from './session.ts';
export { versionOf } from './versions.ts';
export { type ThinChange, verifyWebhook, WebhookError, type WebhookMessage } from './webhooks.ts';

import type { ActorKind } from '../../db/schema.ts';

/** What was answered to a request with an `Idempotency-Key`, for as long as it may be sent again. */
export interface KeptAnswerTable {
  client_id: number;
  /** Who sent the request: another API key may use the same text. */
  by_kind: ActorKind;
  by_id: number;
  idempotency_key: string;
  /** 0 is the answer; work in several transactions has the result of each, counted from 1. */
  part: number;
  /** Fingerprint of the request: another request with the same key is refused. */
  fingerprint: string;
  created_at: number;
  /** The status of the answer; `null` for a part. */
  status: number | null;
  /** JSON. */
  headers: string;
  /** The body of the answer; for a part its result, as JSON. */
  body: string;
}

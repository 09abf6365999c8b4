export { type CallOptions, createFoyer, type Foyer, type FoyerOptions } from './client.ts';
export type { Customer, CustomerInput, CustomerPage } from './contract/customers.ts';
export type { Scope } from './contract/endpoint.ts';
export type { Problem, ProblemCode, Violation, ViolationCode } from './contract/problems.ts';
export { type ErrorCode, FoyerError } from './errors.ts';

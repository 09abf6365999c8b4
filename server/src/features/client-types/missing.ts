import { NotFound } from '../../refusals.ts';

export const noSuchClientType = (): NotFound => new NotFound('There is no client-type of this name.');

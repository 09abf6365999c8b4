/** What is said where there is no customer. */
import { NotFound } from '../../refusals.ts';

export const noSuchCustomer = (): NotFound => new NotFound('There is no customer with this number.');
export const noSuchAddress = (): NotFound => new NotFound('There is no customer with this e-mail address.');

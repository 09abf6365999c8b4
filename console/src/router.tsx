import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { readAddress, writeAddress } from './address.ts';
import { isCode, queries, sessionQuery } from './api.ts';
import { clientTypesQuery } from './features/client-types/queries.ts';
import { customerQuery, listQuery } from './features/customers/queries.ts';
import { type ListSearch, readSearch } from './features/customers/search.ts';
import { SessionEnded } from './features/session/session-ended.tsx';
import { CrashPage } from './features/shell/crash-page.tsx';
import { NotFoundPage } from './features/shell/not-found-page.tsx';
import { Shell } from './features/shell/shell.tsx';

/** Every page of the console. Pages that are seldom used are loaded when they are opened. */
const root = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <SessionEnded />
    </>
  ),
  errorComponent: CrashPage,
  notFoundComponent: NotFoundPage,
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async () => {
    const { clients, preferences } = await requireSession('/');
    const last = clients.find(({ name }) => name === preferences.client) ?? clients[0];
    throw redirect({ to: '/$client/customers', params: { client: last?.name ?? '' }, replace: true });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } =>
    // Only a page of this console: no redirect leads to another site.
    typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {},
  component: lazyRouteComponent(() => import('./features/session/sign-in-page.tsx')),
});

const link = createRoute({
  getParentRoute: () => root,
  path: '/link',
  component: lazyRouteComponent(() => import('./features/session/link-page.tsx')),
});

const client = createRoute({
  getParentRoute: () => root,
  path: '/$client',
  beforeLoad: async ({ params, location }) => {
    const { clients } = await requireSession(location.href);
    if (!clients.some(({ name }) => name === params.client)) throw notFound();
  },
  component: Shell,
});

const clientHome = createRoute({
  getParentRoute: () => client,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/$client/customers', params, replace: true });
  },
});

const customers = createRoute({
  getParentRoute: () => client,
  path: 'customers',
  validateSearch: (raw: Record<string, unknown>): ListSearch => readSearch(raw),
  loaderDeps: ({ search }) => search,
  loader: ({ params, deps }) => void queries.prefetchInfiniteQuery(listQuery(params.client, deps)),
  component: lazyRouteComponent(() => import('./features/customers/customers-page.tsx')),
});

const customer = createRoute({
  getParentRoute: () => customers,
  path: '$customerId',
  loader: ({ params }) => void queries.prefetchQuery(customerQuery(params.client, Number(params.customerId))),
  component: lazyRouteComponent(() => import('./features/customer/customer-page.tsx')),
});

const newCustomer = createRoute({
  getParentRoute: () => customers,
  path: 'new',
  component: lazyRouteComponent(() => import('./features/customer/new-customer-page.tsx')),
});

const tags = createRoute({
  getParentRoute: () => client,
  path: 'tags',
  loader: ({ params }) => void queries.prefetchQuery(clientTypesQuery(params.client)),
  component: lazyRouteComponent(() => import('./features/client-types/client-types-page.tsx')),
});

const account = createRoute({
  getParentRoute: () => client,
  path: 'account',
  component: lazyRouteComponent(() => import('./features/account/account-page.tsx')),
});

async function requireSession(next: string) {
  try {
    return await queries.ensureQueryData(sessionQuery);
  } catch (error) {
    if (!isCode(error, 'unauthorized')) throw error;
    throw redirect({ to: '/sign-in', search: next === '/' ? {} : { next }, replace: true });
  }
}

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    signIn,
    link,
    client.addChildren([clientHome, customers.addChildren([newCustomer, customer]), tags, account]),
  ]),
  basepath: '/console',
  parseSearch: readAddress,
  stringifySearch: writeAddress,
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** Starts in editing mode. */
    edit?: boolean;
  }
}

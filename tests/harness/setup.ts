/** Runs once before all test files: starts the PostgreSQL that they share. */
import { type Server, startServer } from './server.ts';
import { useServer } from './template.ts';

let server: Server | undefined;

export async function globalSetup(): Promise<void> {
  if (process.env.ENGINE !== 'postgres') return;
  const given = process.env.TEST_DATABASE_URL;
  if (given === undefined) server = await startServer();
  await useServer(given ?? (server as Server).url);
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}

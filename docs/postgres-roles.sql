-- The two roles under which Foyer uses PostgreSQL 15 or newer, and what each of them may do.
--
-- Run it once as a superuser, connected to the database that Foyer is to use; the database must exist:
--
--     createdb foyer
--     psql -v ON_ERROR_STOP=1 -d foyer -f docs/postgres-roles.sql
--     psql -d foyer -c '\password foyer_owner' -c '\password foyer_service'
--
-- It may be run again, and in further databases of the same cluster: what is there already stays. It is plain SQL,
-- without commands of psql, so that any client can send it. Therefore it holds no passwords: until it is given one, a
-- role cannot sign in by password. `\password` asks for it and sends only its hash. `alter role foyer_service password
-- '…'` does as well, but its text may end up in the log of the server.
--
-- Then, with the two addresses:
--
--     export DATABASE_URL=postgres://foyer_service:…@host/foyer
--     export DATABASE_MIGRATE_URL=postgres://foyer_owner:…@host/foyer
--     npx foyer migrate

-- 1. For the cluster: the roles ---------------------------------------------------------------------------------------

-- Owns the tables and runs the migrations. Nothing else should sign in as this role.
do $$
begin
  if not exists (select from pg_roles where rolname = 'foyer_owner') then
    create role foyer_owner;
  end if;
end
$$;

-- The service runs as this role. It reads and writes rows, and cannot make, change or drop a table.
do $$
begin
  if not exists (select from pg_roles where rolname = 'foyer_service') then
    create role foyer_service;
  end if;
end
$$;

-- The migrations put row-level security on every table: a transaction that has not said whose rows it wants sees none,
-- and one that has said so sees those of that client only. It is the second wall: the first is that every query names
-- its client. A superuser, and a role with `bypassrls`, walks through that wall without noticing, and so would a
-- service that ran as one. The owner of a table would, too; the migrations forbid it to this one (`force row level
-- security`), but an owner can take that back, and `foyer_service` cannot. So no role here may bypass it, and the
-- service must not own anything.
alter role foyer_owner login nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
alter role foyer_service login nosuperuser nobypassrls nocreatedb nocreaterole noreplication;

-- 2. For the database that this is run in: what they may do -----------------------------------------------------------

-- Everyone may make temporary tables in a database, if nobody says otherwise.
do $$
begin
  execute format('grant connect on database %I to foyer_owner, foyer_service', current_database());
  execute format('revoke temporary on database %I from public', current_database());
end
$$;

-- A database that was made by PostgreSQL 14 or older lets everyone make tables in this schema.
revoke create on schema public from public;
grant usage, create on schema public to foyer_owner;
grant usage on schema public to foyer_service;

-- Tables that `foyer_owner` makes from now on, by migrations, can be used by the service. There are no sequences.
alter default privileges for role foyer_owner in schema public
  grant select, insert, update, delete on tables to foyer_service;

-- To be rid of them again, in each database and then once:
--
--     drop owned by foyer_service, foyer_owner;   -- drops the tables of Foyer with all that is in them
--     drop role foyer_service, foyer_owner;

-- The department's database: PostgreSQL 15, everything in the schema congchao.
--
-- `congchao-collect init` installs it, and installs it again over an older one: tables are
-- kept, functions and views are made anew. By hand: psql -v ON_ERROR_STOP=1 -f schema.sql
-- as a role that may create roles. One transaction: all of it or nothing.
begin;
\ir schema/00-begin.sql
\ir schema/10-reference.sql
\ir schema/12-content.sql
\ir schema/15-site.sql
\ir schema/20-hours.sql
\ir schema/25-days.sql
\ir schema/27-month.sql
\ir schema/40-partition.sql
\ir schema/42-retain.sql
\ir schema/45-officer.sql
\ir schema/47-content.sql
\ir schema/50-key.sql
\ir schema/52-check.sql
\ir schema/55-ingest.sql
\ir schema/60-roll.sql
\ir schema/62-measure.sql
\ir schema/65-upgrade.sql
\ir schema/70-account.sql
\ir schema/75-score.sql
\ir schema/80-fleet.sql
\ir schema/82-target.sql
\ir schema/84-figure.sql
\ir schema/85-learning.sql
\ir schema/86-public.sql
\ir schema/87-health.sql
\ir schema/88-complete.sql
\ir schema/88-freeze.sql
\ir schema/88-name.sql
\ir schema/89-figure-report.sql
\ir schema/89-figure-site.sql
\ir schema/89-figure.sql
\ir schema/89-login.sql
\ir schema/90-grant.sql
\ir schema/92-dashboard.sql
commit;

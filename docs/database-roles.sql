-- Three roles for production: varsam owns the tables and runs migrations, varsam_app runs the
-- product and can neither change the tables nor switch off their triggers, varsam_figures reads views. Run once as a
-- superuser in the product's database, after the first migration; give the last two passwords beside this.

CREATE ROLE varsam_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

GRANT USAGE ON SCHEMA public TO varsam_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO varsam_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO varsam_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO varsam_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO varsam_app;

-- A third for the region's own reporting tools: it reads the views in docs/bi-views.md and nothing else.

CREATE ROLE varsam_figures LOGIN NOINHERIT CONNECTION LIMIT 5;
GRANT USAGE ON SCHEMA figures TO varsam_figures;
GRANT SELECT ON ALL TABLES IN SCHEMA figures TO varsam_figures;
ALTER ROLE varsam_figures SET default_transaction_read_only = on;
ALTER ROLE varsam_figures SET statement_timeout = '5min';

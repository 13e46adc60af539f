-- Two roles for production: varsam owns the tables and runs migrations, varsam_app runs the
-- product and can neither change the tables nor switch off their triggers. Run once as a superuser
-- in the product's database, after the first migration; give varsam_app a password beside this.

CREATE ROLE varsam_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

GRANT USAGE ON SCHEMA public TO varsam_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO varsam_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO varsam_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO varsam_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO varsam_app;

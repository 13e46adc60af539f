DROP FUNCTION audit_refuse() CASCADE;
DROP FUNCTION audit_refuse_unless_erased() CASCADE;

DROP FUNCTION audit_check_erasure() CASCADE;
DROP FUNCTION audit_erase(bigint[], bigint, text, text, bytea);

DROP FUNCTION audit_check_payload() CASCADE;
DROP FUNCTION audit_refuse_by_hand() CASCADE;
DROP FUNCTION audit_seal_event() CASCADE;
DROP FUNCTION audit_genesis();
DROP FUNCTION audit_digest(bytea, jsonb);
DROP FUNCTION audit_hash(bytea, audit_event);
DROP FUNCTION audit_text(audit_event);
DROP FUNCTION audit_stamp() CASCADE;

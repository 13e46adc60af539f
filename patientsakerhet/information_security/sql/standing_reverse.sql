DROP TRIGGER system_changed ON register_itsystem;
DROP FUNCTION infosec_system_changed();
DROP TRIGGER system_stands ON register_itsystem;
DROP FUNCTION infosec_system_stands();

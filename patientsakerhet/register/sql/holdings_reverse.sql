DROP TRIGGER device_moved ON register_device;
DROP FUNCTION register_device_moved();
DROP TRIGGER device_placed ON register_device;
DROP FUNCTION register_device_placed();

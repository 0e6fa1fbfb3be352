"""Programs that print how fast the system is, with versions and machine."""

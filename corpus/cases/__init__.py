"""What a report says of each of its patients: who, what, what was given, what came of it."""

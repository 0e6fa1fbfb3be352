"""What a report says: readers for every format, the report model, and the catalog."""

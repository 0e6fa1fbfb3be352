"""What was given to whom, and what came of it, as rows: each cell with its place in the report."""

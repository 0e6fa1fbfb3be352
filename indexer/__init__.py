"""Reports made searchable: passages, encoders, lexical and vector index, generations."""

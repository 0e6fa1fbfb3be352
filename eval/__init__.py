"""Is it any good: topics, measures, runs and benchmarks."""

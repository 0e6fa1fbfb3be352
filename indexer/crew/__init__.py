"""Who does the heavy part of a build: this machine's own processes, or the workers of a Ray cluster."""

"""Questions answered: retrieval, cited answers, HTTP."""

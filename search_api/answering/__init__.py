"""From a question to verbatim, cited sentences, or a plain abstention."""
